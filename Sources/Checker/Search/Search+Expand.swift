// What can take effect next in a configuration: the chains that end with the replying call.

internal import History

extension Search {
  /// Pushes the nodes one call further than a node, the cursor being at its stop.
  mutating func expand(_ index: Int) {
    let node = arena[index]
    gatherCandidates(of: index)
    for place in candidates.indices {
      let call = Int(candidates[place])
      let callClass = schedule.classes[Int(schedule.classOf[call])]
      switch model.step(states[node.state], callClass.call, callClass.reply) {
      case .refused: break
      case .next(let state):
        take(call: call, from: index, to: state)
      case .either(let outcomes):
        for state in outcomes { take(call: call, from: index, to: state) }
      }
    }
    for kind in schedule.indeterminate.indices {
      guard schedule.indeterminate[kind].available[0] <= cursor.stop else { break }
      let used = usages.count(kind, in: node.usage)
      let available = schedule.indeterminate[kind].available
      guard used < available.count, available[used] <= cursor.stop else { continue }
      takeIndeterminate(kind, from: index)
    }
  }

  /// Lets the replying call itself take effect in a node, where the model allows it.
  mutating func passStop(from index: Int) {
    let node = arena[index]
    let stop = schedule.stops[cursor.stop]
    let callClass = schedule.classes[Int(schedule.classOf[Int(stop)])]
    switch model.step(states[node.state], callClass.call, callClass.reply) {
    case .refused: break
    case .next(let state):
      take(call: Int(stop), from: index, to: state)
    case .either(let outcomes):
      for state in outcomes { take(call: Int(stop), from: index, to: state) }
    }
  }

  /// The open calls that may take effect, but the stop's own, by deadline.
  private mutating func gatherCandidates(of index: Int) {
    arena.load(index, into: &bits)
    candidates.removeAll(keepingCapacity: true)
    let isEager = reductions.contains(.eagerReads)
    let stop = schedule.stops[cursor.stop]
    for word in bits.indices {
      var left = cursor.open[word] & ~bits[word]
      if isEager { left &= ~cursor.reads[word] }
      while left != 0 {
        let call = cursor.occupant[word << 6 + left.trailingZeroBitCount]
        left &= left - 1
        if call == stop { continue }
        consider(call)
      }
    }
    for place in candidates.indices {
      bestOfClass[Int(schedule.classOf[Int(candidates[place])])] = -1
    }
    sortCandidates()
  }

  /// Keeps the earliest-ending call of each class.
  private mutating func consider(_ call: Int32) {
    let callClass = Int(schedule.classOf[Int(call)])
    let place = Int(bestOfClass[callClass])
    if place < 0 {
      bestOfClass[callClass] = Int32(candidates.count)
      candidates.append(call)
    } else if schedule.stopOf[Int(call)] < schedule.stopOf[Int(candidates[place])] {
      candidates[place] = call
    }
  }

  /// By insertion: there are few, and they are nearly in order.
  private mutating func sortCandidates() {
    for place in candidates.indices.dropFirst() {
      let call = candidates[place]
      var hole = place
      while hole > 0,
        schedule.stopOf[Int(candidates[hole - 1])] > schedule.stopOf[Int(call)]
      {
        candidates[hole] = candidates[hole - 1]
        hole -= 1
      }
      candidates[hole] = call
    }
  }

  private mutating func take(call: Int, from index: Int, to state: M.State) {
    arena.load(index, into: &bits)
    let slot = Int(schedule.slotOf[call])
    bits[slot >> 6] |= 1 << UInt64(slot & 63)
    push(choice: Int32(call), from: index, state: states.number(of: state), usage: nil)
  }

  private mutating func takeIndeterminate(_ kind: Int, from index: Int) {
    let node = arena[index]
    let callClass = schedule.classes[schedule.indeterminate[kind].callClass]
    switch model.step(states[node.state], callClass.call, nil) {
    case .refused: break
    case .next(let state):
      take(indeterminate: kind, from: index, to: state)
    case .either(let outcomes):
      for state in outcomes { take(indeterminate: kind, from: index, to: state) }
    }
  }

  private mutating func take(indeterminate kind: Int, from index: Int, to state: M.State) {
    let node = arena[index]
    let number = states.number(of: state)
    // Without effect it would only be used up.
    if number == node.state && reductions.contains(.fewerIndeterminate) { return }
    arena.load(index, into: &bits)
    push(
      choice: Int32(-1 - kind), from: index, state: number,
      usage: usages.adding(kind, to: node.usage))
  }

  /// Pushes the node for `bits` after a choice: past the stop, or to be expanded if new.
  private mutating func push(choice: Int32, from index: Int, state: Int32, usage: Int32?) {
    let node = arena[index]
    let usage = usage ?? node.usage
    if reductions.contains(.eagerReads), state != node.state { readOpen(in: state) }
    let isPassed = isStopDone()
    if !isPassed || !reductions.contains(.justInTime) {
      guard isNew(state: state, usage: usage) else { return }
    }
    let child = arena.count
    var new = Node(
      state: state, usage: usage, parent: Int32(index), choice: choice,
      stop: Int32(cursor.stop), isPassed: isPassed)
    arena.push(new, bits: bits)
    if !isPassed {
      passStop(from: child)
    } else if !reductions.contains(.justInTime) {
      // Without the rule a chain may go on after the call that replies.
      new.isPassed = false
      arena.push(new, bits: bits)
    }
  }

  /// Lets all open pure reads take effect that a new state explains.
  private mutating func readOpen(in state: Int32) {
    for word in bits.indices {
      var left = cursor.reads[word] & ~bits[word]
      while left != 0 {
        let bit = left & (~left &+ 1)
        left &= left - 1
        if explains(state, cursor.occupant[word << 6 + bit.trailingZeroBitCount]) {
          bits[word] |= bit
        }
      }
    }
  }
}
