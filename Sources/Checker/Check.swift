// The front door: a history goes in, a judgement of each of its objects comes out.
// It chooses the engine and spreads the work; it reads no file, sees no clock and prints nothing.

public import History

/// Which engine is to judge.
public enum EngineChoice: Sendable, Hashable {
  /// The first monitor that applies, else the general engine.
  case auto
  /// One engine by name: `search`, or a monitor's name.
  case named(String)
}

/// Why a check could not begin.
public enum CheckError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A call or reply that the model's datatype doesn't know.
  case undecodable(Undecodable)
  /// The model can't start with this key's initial value.
  case initial(key: Value?, InvalidValue)
  /// No engine of this name judges this model; the names that do.
  case engine(String, known: [String])

  public var description: String {
    switch self {
    case .undecodable(let reason): reason.description
    case .initial(let key, let reason):
      (key.map { "key \($0): " } ?? "") + reason.message
    case .engine(let name, let known):
      "no engine \(name) judges this model; use auto or one of \(known.joined(separator: ", "))"
    }
  }
}

/// One check: what is judged, against what, and how.
public struct Check: Sendable {
  public var history: History
  public var model: ModelEntry
  /// The initial value of every object, or a map of keys to theirs, where the caller gives one; else the
  /// history's header does.
  public var initial: Value?
  /// What reads answered nil mean.
  public var nils: NilMeaning
  public var engine: EngineChoice
  public var options: SearchOptions
  /// Objects judged at the same time, at least 1; the budget's bytes are shared among them.
  public var width: Int

  public init(
    _ history: History, model: ModelEntry, initial: Value? = nil, nils: NilMeaning = .auto,
    engine: EngineChoice = .auto, options: SearchOptions = SearchOptions(), width: Int = 1
  ) {
    precondition(width > 0, "at least one object is judged at a time")
    self.history = history
    self.model = model
    self.initial = initial
    self.nils = nils
    self.engine = engine
    self.options = options
    self.width = width
  }

  /// Judges every object, `width` at a time, largest first.
  ///
  /// - Returns: judgements in the order of the objects' first calls.
  /// - Throws: `CheckError` for what is wrong with the question; a history that is hard to judge
  ///   gives the verdict `unknown` instead.
  public func judgements() async throws(CheckError) -> [Judgement] {
    let engines = try engines()
    let partitions = try partitions()
    let bySize = partitions.indices.sorted {
      partitions[$0].operations.count > partitions[$1].operations.count
    }
    let width = min(self.width, partitions.count)
    var options = self.options
    if width > 1, options.budget.bytes < .max { options.budget.bytes /= width }
    let results = await withTaskGroup(
      of: (Int, Result<Judgement, CheckError>).self,
      returning: [Int: Result<Judgement, CheckError>].self
    ) { [options] group in
      var results: [Int: Result<Judgement, CheckError>] = [:]
      var waiting = bySize.makeIterator()
      for _ in 0..<width {
        if let next = waiting.next() {
          group.addTask { (next, judge(partitions[next], by: engines, options)) }
        }
      }
      while let (index, result) = await group.next() {
        results[index] = result
        if let next = waiting.next() {
          group.addTask { (next, judge(partitions[next], by: engines, options)) }
        }
      }
      return results
    }
    var judgements: [Judgement] = []
    for index in partitions.indices {
      if let result = results[index] { judgements.append(try result.get()) }
    }
    return judgements
  }

  /// The monitors to try, and whether the general engine comes after them.
  private func engines() throws(CheckError) -> (monitors: [MonitorEntry], search: Bool) {
    let monitors = MonitorCatalogue.entries.filter { $0.model == model.name }
    switch engine {
    case .auto: return (monitors, true)
    case .named("search"): return ([], true)
    case .named(let name):
      let named = monitors.filter { $0.name == name }
      guard !named.isEmpty else {
        throw .engine(name, known: ["search"] + monitors.map(\.name))
      }
      return (named, false)
    }
  }

  /// The objects, each with its initial value.
  public func partitions() throws(CheckError) -> [ModelEntry.Partition] {
    let parts = history.partitions()
    let initial = InitialValues(
      self.initial, header: history.header.initial, keys: parts.map(\.key),
      mayBeMap: model.mayStartWithMap)
    var partitions: [ModelEntry.Partition] = []
    for (key, operations) in parts {
      do throws(InvalidValue) {
        let value = try initial.value(of: key)
        try model.check(initial: value)
        partitions += try model.divided(
          ModelEntry.Partition(key: key, operations: operations, initial: value, nils: nils),
          of: history)
      } catch {
        // Where calls don't fit, an initial value is not what is missing.
        if let invalid = model.undecodable(in: history) { throw .undecodable(invalid) }
        throw .initial(key: key, error)
      }
    }
    return partitions
  }

  private func judge(
    _ partition: ModelEntry.Partition, by engines: (monitors: [MonitorEntry], search: Bool),
    _ options: SearchOptions
  ) -> Result<Judgement, CheckError> {
    do throws(Undecodable) {
      var refusals: [String] = []
      for monitor in engines.monitors {
        switch try monitor.judge(partition, of: history) {
        case .success(var judgement):
          judgement.operations = partition.operations.count
          return .success(try finished(judgement, partition))
        case .failure(let refusal): refusals.append("\(monitor.name) is \(refusal)")
        }
      }
      if engines.search {
        var judgement = try model.search(partition, of: history, options)
        judgement.refusals = refusals
        return .success(try finished(judgement, partition))
      }
      return .success(
        Judgement(
          key: partition.key, verdict: .unknown, engine: engines.monitors.first?.name ?? "",
          operations: partition.operations.count,
          unknown: refusals.joined(separator: "; ") + "; use the engine auto"))
    } catch {
      return .failure(.undecodable(error))
    }
  }
}

extension Check {
  /// A judgement with what no engine sees: reads that told nothing, calls that failed.
  private func finished(
    _ judgement: Judgement, _ partition: ModelEntry.Partition
  ) throws(Undecodable) -> Judgement {
    var judgement = judgement
    judgement.unanswered = try model.unanswered(partition, of: history)
    if options.explains, let counterexample = judgement.counterexample {
      judgement.counterexample = history.hinted(counterexample, of: partition)
    }
    return judgement
  }
}

extension Sequence<Judgement> {
  /// The worst verdict of all; `linearizable` if there is nothing to judge.
  public var verdict: Verdict {
    reduce(Verdict.linearizable) { $0.merged(with: $1.verdict) }
  }
}
