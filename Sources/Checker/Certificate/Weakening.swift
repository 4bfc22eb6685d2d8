// Weakens histories so that linearizable ones stay linearizable. If a weakened history still is
// not, what was kept in full shows why.

internal import History

/// Which calls of a partition are kept in full, by index. The last reply among them ends the
/// history that is looked at; every other call is weakened:
///
///  - calls after that reply are cut, and calls open at it become indeterminate: a linearization
///    of the whole, cut there, is one of the prefix (its last calls may be left out or kept);
///  - pure reads are dropped: they change nothing, so the others are ordered as before;
///  - any other call loses its reply and its end: where it had its place, it may keep it.
///
/// Dropping a call that is no pure read would not do: its effect may be needed.
struct Weakening: Hashable {
  /// Ascending.
  var full: [Int]

  func apply<M: Model>(to calls: [TimedCall<M.Data>], model: M) -> [TimedCall<M.Data>] {
    let limit = full.map { calls[$0].end }.max() ?? Int.min
    var isFull = Array(repeating: false, count: calls.count)
    for index in full { isFull[index] = true }
    var weakened: [TimedCall<M.Data>] = []
    for index in calls.indices where calls[index].start <= limit {
      var call = calls[index]
      if !isFull[index] {
        if model.isPureRead(call.call, call.reply) { continue }
        call.reply = nil
        call.end = TimedCall<M.Data>.open
        if model.isPureRead(call.call, nil) { continue }
      }
      weakened.append(call)
    }
    return weakened
  }
}

/// The first `replies` replies of some calls; calls open then are indeterminate.
func prefix<Data: Datatype>(_ calls: [TimedCall<Data>], replies: Int) -> [TimedCall<Data>] {
  let ends = calls.filter { !$0.isIndeterminate }.map(\.end).sorted()
  guard replies < ends.count else { return calls }
  guard replies > 0 else { return [] }
  let limit = ends[replies - 1]
  return calls.compactMap { call in
    guard call.start <= limit else { return nil }
    guard call.end > limit else { return call }
    var open = call
    open.reply = nil
    open.end = TimedCall<Data>.open
    return open
  }
}
