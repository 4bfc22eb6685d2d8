// The general engine's judgement of one partition of a history.

internal import History

extension History {
  /// Decodes a partition, searches it, and puts the result in terms of the history.
  func searched<M: CatalogueModel>(
    _ partition: ModelEntry.Partition, as _: M.Type, _ options: SearchOptions
  ) throws(Undecodable) -> Judgement {
    let (model, calls) = try decoded(partition, as: M.self)
    let result = search(
      calls, model: model, reductions: options.reductions, budget: options.budget)
    var counterexample: Counterexample?
    var explained = result.stuck.map {
      prefix(of: calls, replies: $0.explained, isLongest: false)
    }
    if options.explains, result.verdict == .violation, let stuck = result.stuck {
      (counterexample, explained) = self.counterexample(
        of: calls, model: model, stuck: stuck, budget: options.budget)
    }
    return Judgement(
      key: partition.key, verdict: result.verdict, engine: "search",
      operations: partition.operations.count, counterexample: counterexample,
      unknown: result.limit.map { unknownReason($0, result, of: calls) },
      order: result.order.map { $0.map { calls[$0].position } }, effort: result.effort,
      prefix: explained)
  }

  /// The model started at the partition's initial value, and the partition's calls.
  func decoded<M: CatalogueModel>(
    _ partition: ModelEntry.Partition, as _: M.Type
  ) throws(Undecodable) -> (M, [TimedCall<M.Data>]) {
    let model: M
    do throws(InvalidValue) {
      model = try M(initial: partition.initial)
    } catch {
      throw Undecodable(line: 0, message: error.message)
    }
    var calls = try timeline(
      of: partition.operations, as: M.Data.self, nils: partition.nilReading)
    M.prepare(&calls, of: self)
    return (model, calls)
  }

  private func unknownReason<Data: Datatype, State>(
    _ limit: Budget.Limit, _ result: SearchResult<State>, of calls: [TimedCall<Data>]
  ) -> String {
    let replied = calls.count { !$0.isIndeterminate }
    let explained = result.stuck?.explained ?? 0
    let spent =
      switch limit {
      case .time: "the time ran out"
      case .memory: "the memory ran out"
      case .configurations: "the search was stopped"
      }
    let count = result.effort.configurations
    return "\(spent) after \(count) configuration\(count == 1 ? "" : "s"); the first \(explained) "
      + "of \(replied) replies are explained; give a larger --budget"
  }
}
