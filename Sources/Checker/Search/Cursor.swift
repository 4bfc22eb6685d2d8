// Which calls are open at one stop of a schedule. It moves both ways, because a search goes back.

internal import History

/// The open calls just before a reply, by slot.
struct Cursor {
  /// Calls up to this stop's reply have arrived, stops before it have departed; -1 at the start.
  private(set) var stop = -1
  private(set) var occupant: [Int32]
  /// One bit per slot: taken by an open call.
  private(set) var open: [UInt64]
  /// One bit per slot: taken by an open pure read.
  private(set) var reads: [UInt64]

  init(width: Int) {
    let words = max(1, (width + 63) / 64)
    occupant = Array(repeating: -1, count: width)
    open = Array(repeating: 0, count: words)
    reads = Array(repeating: 0, count: words)
  }

  var words: Int { open.count }

  mutating func seek<Data: Datatype>(_ target: Int, in schedule: Schedule<Data>) {
    while stop < target { goForward(in: schedule) }
    while stop > target { goBack(in: schedule) }
  }

  /// The indices in `arrivals` of the calls that come in between the stop before and this one.
  func arriving<Data: Datatype>(in schedule: Schedule<Data>) -> Range<Int> {
    guard (0..<schedule.stopCount).contains(stop) else { return 0..<0 }
    return (stop == 0 ? 0 : Int(schedule.arrived[stop - 1]))..<Int(schedule.arrived[stop])
  }

  mutating func goForward<Data: Datatype>(in schedule: Schedule<Data>) {
    if stop >= 0 { leave(schedule.slotOf[Int(schedule.stops[stop])]) }
    stop += 1
    for index in arriving(in: schedule) { enter(schedule.arrivals[index], in: schedule) }
  }

  private mutating func goBack<Data: Datatype>(in schedule: Schedule<Data>) {
    for index in arriving(in: schedule) { leave(schedule.slotOf[Int(schedule.arrivals[index])]) }
    stop -= 1
    if stop >= 0 { enter(schedule.stops[stop], in: schedule) }
  }

  private mutating func enter<Data: Datatype>(_ call: Int32, in schedule: Schedule<Data>) {
    let slot = Int(schedule.slotOf[Int(call)])
    occupant[slot] = call
    let bit: UInt64 = 1 << UInt64(slot & 63)
    open[slot >> 6] |= bit
    if schedule.classes[Int(schedule.classOf[Int(call)])].isPureRead { reads[slot >> 6] |= bit }
  }

  private mutating func leave(_ slot: Int32) {
    let bit: UInt64 = 1 << UInt64(slot & 63)
    open[Int(slot) >> 6] &= ~bit
    reads[Int(slot) >> 6] &= ~bit
  }
}
