// What can take effect next in a configuration: the chains that end with the replying call.

internal import History

extension Search {
  /// Pushes the nodes one call further than a node, the cursor being at its stop.
  mutating func expand(_ index: Int) {
    let node = arena[index]
    gatherCandidates(of: index)
    for place in candidates.indices {
      take(Int(candidates[place]), from: index)
    }
    for kind in schedule.indeterminate.indices {
      guard schedule.indeterminate[kind].available[0] <= cursor.stop else { break }
      if isAvailable(kind, by: cursor.stop, after: node.standing.usage) {
        takeIndeterminate(kind, from: index)
      }
    }
  }

  /// Whether an indeterminate class has an unused call from before a stop.
  func isAvailable(_ kind: Int, by stop: Int, after usage: Int32) -> Bool {
    let used = usages.count(kind, in: usage)
    let available = schedule.indeterminate[kind].available
    return used < available.count && Int(available[used]) <= stop
  }

  /// Lets the replying call itself take effect in a node, where the model allows it.
  mutating func passStop(from index: Int) {
    take(Int(schedule.stops[cursor.stop]), from: index)
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
        if call != stop { consider(call) }
      }
    }
    for call in candidates { placeOfClass[Int(schedule.classOf[Int(call)])] = -1 }
    sortCandidates()
  }

  /// Keeps the earliest-ending call of each class.
  mutating func consider(_ call: Int32) {
    let callClass = Int(schedule.classOf[Int(call)])
    let place = Int(placeOfClass[callClass])
    if place < 0 {
      placeOfClass[callClass] = Int32(candidates.count)
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

  private mutating func take(_ call: Int, from index: Int) {
    let callClass = Int(schedule.classOf[call])
    guard let standing = standing(after: callClass, from: index) else { return }
    switch outcome(of: callClass, in: arena[index].state) {
    case .refused: break
    case .next(let state): take(call, from: index, to: state, standing)
    case .either(let states):
      for state in states { take(call, from: index, to: state, standing) }
    }
  }

  private mutating func take(_ call: Int, from index: Int, to state: Int32, _ standing: Standing) {
    arena.load(index, into: &bits)
    let slot = Int(schedule.slotOf[call])
    bits[slot >> 6] |= 1 << UInt64(slot & 63)
    push(choice: Int32(call), from: index, state: state, standing)
  }

  private mutating func takeIndeterminate(_ kind: Int, from index: Int) {
    let callClass = schedule.indeterminate[kind].callClass
    guard var standing = standing(after: callClass, from: index) else { return }
    standing.usage = usages.adding(kind, to: standing.usage)
    switch outcome(of: callClass, in: arena[index].state) {
    case .refused: break
    case .next(let state): take(indeterminate: kind, from: index, to: state, standing)
    case .either(let states):
      for state in states { take(indeterminate: kind, from: index, to: state, standing) }
    }
  }

  private mutating func take(
    indeterminate kind: Int, from index: Int, to state: Int32, _ standing: Standing
  ) {
    // Without effect it would only be used up.
    if state == arena[index].state && reductions.contains(.fewerIndeterminate) { return }
    arena.load(index, into: &bits)
    push(choice: Int32(-1 - kind), from: index, state: state, standing)
  }

  /// The standing after a call is chosen in the open; nil if it may not be.
  private func standing(after callClass: Int, from index: Int) -> Standing? {
    var standing = arena[index].standing
    guard reductions.contains(.hiddenOverwrites) else { return standing }
    let isOverwrite = schedule.classes[callClass].isOverwrite
    if isOverwrite && standing.isAfterOverwrite { return nil }
    if isOverwrite { standing.horizon = Int32(cursor.stop) }
    standing.isAfterOverwrite = isOverwrite
    return standing
  }

  /// Pushes the node for `bits` after a choice: past the stop, or to be expanded if new.
  private mutating func push(
    choice: Int32, from index: Int, state: Int32, _ standing: Standing
  ) {
    let state = due(state)
    if state != arena[index].state {
      if reductions.contains(.eagerReads) { readOpen(in: state, calledBy: cursor.stop) }
      if isLost(state) { return }
    }
    let isPassed = isStopDone()
    if !isPassed || !reductions.contains(.justInTime) {
      guard isNew(state: state, standing: standing) else { return }
    }
    let child = arena.count
    var new = Node(
      state: state, standing: standing, parent: Int32(index), choice: choice,
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

  /// Lets open pure reads take effect that a state explains, if called before a stop.
  mutating func readOpen(in state: Int32, calledBy stop: Int) {
    for word in bits.indices {
      var left = cursor.reads[word] & ~bits[word]
      while left != 0 {
        let bit = left & (~left &+ 1)
        left &= left - 1
        let call = cursor.occupant[word << 6 + bit.trailingZeroBitCount]
        if Int(schedule.arrivedAt[Int(call)]) <= stop, explains(state, call) { bits[word] |= bit }
      }
    }
  }
}
