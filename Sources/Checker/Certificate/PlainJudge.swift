// A second, deliberately plain engine that judges weakened histories again: Wing & Gong's search
// with a set of what was seen. It shares no code with the general engine but the model.

internal import History

/// Judges by trying everything, up to a number of configurations; `unknown` beyond it.
struct PlainJudge<M: Model> {
  /// What has taken effect: calls with a reply one by one, others by how many of each input.
  private struct Configuration: Hashable {
    var state: M.State
    var done: [Bool]
    var used: [Int]
  }

  private let model: M
  private let replied: [TimedCall<M.Data>]
  /// Indeterminate calls of equal input, the earliest-called first.
  private let groups: [[TimedCall<M.Data>]]
  private let most: Int

  init(_ calls: [TimedCall<M.Data>], model: M, mostConfigurations: Int) {
    self.model = model
    most = mostConfigurations
    replied = calls.filter { !$0.isIndeterminate }
    var place: [M.Data.Call: Int] = [:]
    var groups: [[TimedCall<M.Data>]] = []
    for call in calls.filter(\.isIndeterminate).sorted(by: { $0.start < $1.start }) {
      let group = place[call.call, default: groups.count]
      if group == groups.count {
        place[call.call] = group
        groups.append([])
      }
      groups[group].append(call)
    }
    self.groups = groups
  }

  /// In between it tries without counting how often an indeterminate input takes effect, which is
  /// quick where the states are few: what can't be explained so can't be explained at all.
  func verdict() -> Verdict {
    let first = verdict(counting: true, most: most / 100)
    if first != .unknown { return first }
    if verdict(counting: false, most: most / 10) == .violation { return .violation }
    return verdict(counting: true, most: most)
  }

  private func verdict(counting: Bool, most: Int) -> Verdict {
    let start = Configuration(
      state: model.initial, done: Array(repeating: false, count: replied.count),
      used: Array(repeating: 0, count: groups.count))
    var seen: Set<Configuration> = [start]
    var waiting = [start]
    var visited = 0
    while visited < waiting.count {
      // Breadth first: what takes effect ever again makes some states grow without end.
      let configuration = waiting[visited]
      visited += 1
      if configuration.done.allSatisfy(\.self) { return .linearizable }
      let successors = successors(of: configuration, counting: counting)
      for next in successors where seen.insert(next).inserted {
        waiting.append(next)
      }
      if seen.count > most { return .unknown }
    }
    return .violation
  }

  private func successors(of configuration: Configuration, counting: Bool) -> [Configuration] {
    let waiting = replied.indices.filter { !configuration.done[$0] }
    // What starts after a reply that is due takes effect after it.
    let due = waiting.map { replied[$0].end }.min() ?? Int.max
    var configuration = configuration
    configuration.state =
      model.advance(configuration.state, to: due) ?? configuration.state
    var successors: [Configuration] = []
    for index in waiting where replied[index].start <= due {
      for state in states(after: replied[index], in: configuration.state) {
        var next = configuration
        next.state = state
        next.done[index] = true
        successors.append(next)
      }
    }
    for (index, group) in groups.enumerated() {
      let used = configuration.used[index]
      guard used < group.count, group[used].start <= due else { continue }
      for state in states(after: group[used], in: configuration.state)
      where state != configuration.state {
        var next = configuration
        next.state = state
        if counting { next.used[index] += 1 }
        successors.append(next)
      }
    }
    return successors
  }

  private func states(after call: TimedCall<M.Data>, in state: M.State) -> [M.State] {
    switch model.step(state, call.call, call.reply) {
    case .refused: []
    case .next(let next): [next]
    case .either(let outcomes): outcomes
    }
  }
}
