// The search as a whole: stretch by stretch where the history has cuts and each stretch is small,
// depth first through the rest otherwise.

internal import History

/// How a configuration at a cut came about.
private struct Passage {
  var configuration: CutConfiguration
  /// Index in the passages of the cut before; −1 at the start.
  var parent: Int
  /// What took effect since that cut.
  var choices: [Choice]
}

extension Search {
  mutating func judge() -> SearchResult<M.State> {
    let initial = CutConfiguration(
      state: states.number(of: model.initial), usage: UsageTable.none)
    var log: [Passage] = [Passage(configuration: initial, parent: -1, choices: [])]
    var layer = 0..<1
    var first = 0
    while reductions.contains(.cuts), let cut = nextCut(after: first) {
      end = cut
      let start = log.count
      switch collect(from: layer, in: &log, at: first) {
      case .exhausted: break
      case .stopped(let limit): return unknown(limit)
      case .reached, .overflowing:
        log.removeLast(log.count - start)
        forgetStretch()
        return finish(from: layer, log, at: first)
      }
      if log.count == start || isRefuted { return violation() }
      layer = start..<log.count
      first = cut
      forgetStretch()
    }
    return finish(from: layer, log, at: first)
  }

  /// The end of the stretch that begins at a stop; nil if it is the last or there is no cut.
  private func nextCut(after first: Int) -> Int? {
    guard first + tuning.shortestStretch < schedule.stopCount else { return nil }
    return ((first + tuning.shortestStretch)..<schedule.stopCount).first(where: schedule.isCut)
  }

  /// Appends every configuration possible at the end of a stretch to the log.
  private mutating func collect(
    from layer: Range<Int>, in log: inout [Passage], at first: Int
  ) -> Advance {
    let start = log.count
    mostConfigurations = configurations + tuning.mostInStretch
    for parent in layer {
      var step = self.start(log[parent].configuration, before: first) ?? advance()
      while case .reached(let node, let configuration) = step {
        note(configuration, parent: parent, node: node, in: &log, from: start)
        step = advance()
      }
      guard case .exhausted = step else { return step }
    }
    return .exhausted
  }

  private func note(
    _ configuration: CutConfiguration, parent: Int, node: Int, in log: inout [Passage],
    from start: Int
  ) {
    let prefersFewer = reductions.contains(.fewerIndeterminate)
    for passage in log[start...] where passage.configuration.state == configuration.state {
      let known = passage.configuration.usage
      if known == configuration.usage { return }
      if prefersFewer && usages.isWithin(known, configuration.usage) { return }
    }
    log.append(
      Passage(configuration: configuration, parent: parent, choices: choices(to: node)))
  }

  /// Depth first from the configurations at a cut to the end of the history.
  private mutating func finish(
    from layer: Range<Int>, _ log: [Passage], at first: Int
  ) -> SearchResult<M.State> {
    end = schedule.stopCount
    mostConfigurations = .max
    for parent in layer {
      switch start(log[parent].configuration, before: first) ?? advance() {
      case .exhausted, .overflowing: continue
      case .stopped(let limit): return unknown(limit)
      case .reached(let node, _):
        var path = [choices(to: node)]
        var passage = parent
        while passage >= 0 {
          path.append(log[passage].choices)
          passage = log[passage].parent
        }
        return linearizable(path.reversed().flatMap(\.self))
      }
    }
    return violation()
  }

  private mutating func forgetStretch() {
    notePeak()
    visited.removeAll()
    frames.removeAll(keepingCapacity: true)
    arena.truncate(to: 0)
  }
}

extension Search {
  private var effort: Judgement.Effort {
    Judgement.Effort(configurations: configurations, bytes: peakBytes)
  }

  private mutating func linearizable(_ choices: [Choice]) -> SearchResult<M.State> {
    notePeak()
    return SearchResult(
      verdict: .linearizable, order: order(of: choices), stuck: nil, limit: nil, effort: effort)
  }

  private mutating func violation() -> SearchResult<M.State> {
    notePeak()
    return SearchResult(
      verdict: .violation, order: nil, stuck: stuck(), limit: nil, effort: effort)
  }

  private mutating func unknown(_ limit: Budget.Limit) -> SearchResult<M.State> {
    notePeak()
    return SearchResult(
      verdict: .unknown, order: nil, stuck: stuck(), limit: limit, effort: effort)
  }

  /// What is possible just before the furthest reply.
  private mutating func stuck() -> Stuck<M.State> {
    cursor.seek(furthest, in: schedule)
    var seen: [Int32: Int] = [:]
    var configurations: [Stuck<M.State>.Configuration] = []
    visited.forEach(at: furthest) { state, usage, bits in
      seen[state, default: 0] += 1
      guard configurations.count < Stuck<M.State>.mostConfigurations else { return }
      configurations.append(
        .init(
          state: states[state], done: openCalls(in: bits).sorted(),
          indeterminate: usages.total(of: usage)))
    }
    let numbers = seen.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
    return Stuck(
      call: schedule.stopCount > 0 ? Int(schedule.stops[furthest]) : 0, explained: furthest,
      failing: failingReplies(), configurations: configurations,
      states: numbers.map { states[$0] })
  }

  private func openCalls(in bits: ArraySlice<UInt64>) -> [Int] {
    var calls: [Int] = []
    for (word, pattern) in bits.enumerated() {
      var left = pattern
      while left != 0 {
        calls.append(Int(cursor.occupant[word << 6 + left.trailingZeroBitCount]))
        left &= left - 1
      }
    }
    return calls
  }

  /// How many replies a violation needs at most. The search looked at no call that came after the
  /// furthest reply, but `Reductions.levels` at the replies of calls that were open there.
  private func failingReplies() -> Int {
    if case .refuted(let stop) = refutation { return stop + 1 }
    guard furthest < schedule.stopCount else { return schedule.stopCount }
    let called = schedule.arrivals[..<Int(schedule.arrived[furthest])]
    return 1 + (called.map { Int(schedule.stopOf[Int($0)]) }.max() ?? furthest)
  }
}
