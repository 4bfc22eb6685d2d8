// Overwrites put back just before the last one chosen in the open (`Reductions.hiddenOverwrites`).

internal import History

extension Search {
  /// Pushes the ways in which the replying call took effect just before the last overwrite: itself
  /// an overwrite, or a pure read that some overwrite explains. The state stays as it is.
  mutating func passHidden(from index: Int) {
    let stop = schedule.stops[cursor.stop]
    let callClass = schedule.classes[Int(schedule.classOf[Int(stop)])]
    let horizon = Int(arena[index].standing.horizon)
    guard horizon >= Int(schedule.arrivedAt[Int(stop)]) else { return }
    if callClass.isOverwrite {
      hide(stop, from: index)
    } else if callClass.isPureRead {
      gatherHidden(of: index, calledBy: horizon)
      for place in candidates.indices {
        hide(candidates[place], explaining: stop, from: index)
      }
      for kind in schedule.indeterminate.indices {
        guard Int(schedule.indeterminate[kind].available[0]) <= horizon else { break }
        hideIndeterminate(kind, explaining: stop, from: index, calledBy: horizon)
      }
    }
  }

  /// Open overwrites that were called before the last one chosen took effect.
  private mutating func gatherHidden(of index: Int, calledBy horizon: Int) {
    arena.load(index, into: &bits)
    candidates.removeAll(keepingCapacity: true)
    for word in bits.indices {
      var left = cursor.open[word] & ~bits[word] & ~cursor.reads[word]
      while left != 0 {
        let call = cursor.occupant[word << 6 + left.trailingZeroBitCount]
        left &= left - 1
        guard schedule.classes[Int(schedule.classOf[Int(call)])].isOverwrite else { continue }
        if Int(schedule.arrivedAt[Int(call)]) <= horizon { consider(call) }
      }
    }
    for call in candidates { placeOfClass[Int(schedule.classOf[Int(call)])] = -1 }
  }

  private mutating func hide(_ call: Int32, explaining stop: Int32? = nil, from index: Int) {
    guard explains(stop, after: Int(schedule.classOf[Int(call)])) else { return }
    arena.load(index, into: &bits)
    let slot = Int(schedule.slotOf[Int(call)])
    bits[slot >> 6] |= 1 << UInt64(slot & 63)
    let callClass = Int(schedule.classOf[Int(call)])
    pushHidden(choice: call, callClass, from: index, arena[index].standing)
  }

  private mutating func hideIndeterminate(
    _ kind: Int, explaining stop: Int32, from index: Int, calledBy horizon: Int
  ) {
    let callClass = schedule.indeterminate[kind].callClass
    var standing = arena[index].standing
    guard schedule.classes[callClass].isOverwrite,
      explains(stop, after: callClass),
      isAvailable(kind, by: horizon, after: standing.usage)
    else { return }
    arena.load(index, into: &bits)
    standing.usage = usages.adding(kind, to: standing.usage)
    pushHidden(choice: Int32(-1 - kind), callClass, from: index, standing)
  }

  /// Whether a pure read is explained by what an overwrite leaves.
  private mutating func explains(_ read: Int32?, after overwrite: Int) -> Bool {
    guard let read else { return true }
    guard let written = stateAfter(overwrite: overwrite) else { return false }
    return explains(written, read)
  }

  private mutating func pushHidden(
    choice: Int32, _ callClass: Int, from index: Int, _ standing: Standing
  ) {
    guard let written = stateAfter(overwrite: callClass) else { return }
    readOpen(in: written, calledBy: Int(standing.horizon))
    let node = Node(
      state: arena[index].state, standing: standing, parent: Int32(index), choice: choice,
      stop: Int32(cursor.stop), isPassed: true, isHidden: true)
    arena.push(node, bits: bits)
  }
}
