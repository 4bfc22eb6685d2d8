// From the search's choices back to an order of the calls.

internal import History

/// A choice without its arena: which call took effect, before which stop, leaving what.
struct Choice {
  /// As in `Node.choice`; never `noChoice`.
  var choice: Int32
  var stop: Int32
  var state: Int32
}

extension Search {
  /// The choices that lead to a node, in order.
  func choices(to node: Int) -> [Choice] {
    var reversed: [Choice] = []
    var index = node
    while index >= 0 {
      let node = arena[index]
      if node.choice != Node.noChoice {
        reversed.append(Choice(choice: node.choice, stop: node.stop, state: node.state))
      }
      index = Int(node.parent)
    }
    reversed.reverse()
    return reversed
  }

  /// The calls in the order in which the choices let them take effect. Reads that took effect
  /// eagerly are put back where they did.
  mutating func order(of choices: [Choice]) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(schedule.calls.count)
    var used = Array(repeating: 0, count: schedule.indeterminate.count)
    var waiting: [Int32] = []
    var stop = -1
    var state = states.number(of: model.initial)
    for choice in choices {
      arrive(upTo: Int(choice.stop), from: &stop, state: state, &waiting, &order)
      if choice.choice < 0 {
        let kind = Int(-1 - choice.choice)
        order.append(Int(schedule.indeterminate[kind].members[used[kind]]))
        used[kind] += 1
      } else {
        order.append(Int(choice.choice))
      }
      if choice.state != state {
        state = choice.state
        waiting.removeAll { call in
          guard explains(state, call) else { return false }
          order.append(Int(call))
          return true
        }
      }
    }
    arrive(upTo: schedule.stopCount - 1, from: &stop, state: state, &waiting, &order)
    return order
  }

  private func arrive(
    upTo target: Int, from stop: inout Int, state: Int32, _ waiting: inout [Int32],
    _ order: inout [Int]
  ) {
    guard reductions.contains(.eagerReads) else { return }
    while stop < target {
      let first = stop < 0 ? 0 : Int(schedule.arrived[stop])
      stop += 1
      for index in first..<Int(schedule.arrived[stop]) {
        let call = schedule.arrivals[index]
        guard schedule.classes[Int(schedule.classOf[Int(call)])].isPureRead else { continue }
        if explains(state, call) { order.append(Int(call)) } else { waiting.append(call) }
      }
    }
  }
}
