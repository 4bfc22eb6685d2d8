// From the search's choices back to an order of the calls.

internal import History

/// A choice without its arena: which call took effect, before which stop, leaving what.
struct Choice {
  /// As in `Node.choice`; never `noChoice`.
  var choice: Int32
  var stop: Int32
  var state: Int32
  var isHidden: Bool
}

/// Puts an order together from choices, as the search made them. Pure reads that took effect
/// eagerly are put where they did.
private struct OrderBuilder<M: Model> {
  var search: Search<M>
  /// Everything before the last overwrite chosen in the open.
  var order: [Int] = []
  /// That overwrite, and everything after it.
  var tail: [Int] = []
  /// The stop before which it took effect.
  var horizon = -1
  /// Pure reads that have been called and not explained.
  var waiting: [Int32] = []
  var used: [Int]
  var stop = -1
  var state: Int32

  init(_ search: Search<M>) {
    self.search = search
    used = Array(repeating: 0, count: search.schedule.indeterminate.count)
    state = self.search.states.number(of: search.model.initial)
  }

  mutating func add(_ choice: Choice) {
    arrive(upTo: Int(choice.stop))
    let (call, callClass) = resolve(choice.choice)
    let isOverwrite = search.schedule.classes[callClass].isOverwrite
    if choice.isHidden {
      order.append(call)
      if let written = search.stateAfter(overwrite: callClass) {
        order += explained(by: written, calledBy: horizon)
      }
      return
    }
    if isOverwrite {
      order += tail
      tail.removeAll(keepingCapacity: true)
      horizon = Int(choice.stop)
    }
    tail.append(call)
    guard choice.state != state else { return }
    state = choice.state
    if search.reductions.contains(.eagerReads) {
      tail += explained(by: state, calledBy: Int(choice.stop))
    }
  }

  mutating func arrive(upTo target: Int) {
    let schedule = search.schedule
    guard search.reductions.contains(.eagerReads) else { return }
    while stop < target {
      let first = stop < 0 ? 0 : Int(schedule.arrived[stop])
      stop += 1
      for index in first..<Int(schedule.arrived[stop]) {
        let call = schedule.arrivals[index]
        guard schedule.classes[Int(schedule.classOf[Int(call)])].isPureRead else { continue }
        if search.explains(state, call) { tail.append(Int(call)) } else { waiting.append(call) }
      }
    }
  }

  /// The call and its class. Of indeterminate calls the earliest-called goes first.
  private mutating func resolve(_ choice: Int32) -> (call: Int, callClass: Int) {
    guard choice < 0 else { return (Int(choice), Int(search.schedule.classOf[Int(choice)])) }
    let kind = Int(-1 - choice)
    used[kind] += 1
    let indeterminate = search.schedule.indeterminate[kind]
    return (Int(indeterminate.members[used[kind] - 1]), indeterminate.callClass)
  }

  private mutating func explained(by state: Int32, calledBy stop: Int) -> [Int] {
    var explained: [Int] = []
    waiting.removeAll { call in
      guard Int(search.schedule.arrivedAt[Int(call)]) <= stop, search.explains(state, call)
      else { return false }
      explained.append(Int(call))
      return true
    }
    return explained
  }
}

extension Search {
  /// The choices that lead to a node, in order.
  func choices(to node: Int) -> [Choice] {
    var reversed: [Choice] = []
    var index = node
    while index >= 0 {
      let node = arena[index]
      if node.choice != Node.noChoice {
        reversed.append(
          Choice(
            choice: node.choice, stop: node.stop, state: node.state, isHidden: node.isHidden))
      }
      index = Int(node.parent)
    }
    reversed.reverse()
    return reversed
  }

  /// The calls in the order in which the choices let them take effect, with the pure reads called
  /// before a stop; nil stands for the end.
  func order(of choices: [Choice], to stop: Int? = nil) -> [Int] {
    var builder = OrderBuilder(self)
    for choice in choices { builder.add(choice) }
    builder.arrive(upTo: (stop ?? schedule.stopCount) - 1)
    return builder.order + builder.tail
  }
}
