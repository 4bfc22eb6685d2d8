// The loop's timers: a binary heap that knows where each timer sits, so that cancelling is as
// cheap as firing and a cancelled timer leaves nothing behind. It never reads a clock.

/// Something to be done at a moment.
///
/// The heap keeps an armed timer alive; subclasses say what happens in `fire()`.
class Timer {
  /// When it is due, in nanoseconds of `EventLoop.now()`.
  ///
  /// Meaningful while armed.
  fileprivate(set) var due: Int64 = 0
  /// Where it sits in its heap, or -1.
  fileprivate var position = -1

  init() {}

  /// Whether it waits to fire.
  final var isArmed: Bool { position >= 0 }

  /// Called once, on the loop, when the moment has come; the timer is no longer armed then.
  func fire() {}
}

/// Timers by due time; those due at the same moment fire in the order they were armed.
struct TimerHeap: ~Copyable {
  private struct Entry {
    var due: Int64
    var order: UInt64
    var timer: Timer

    func isBefore(_ other: Entry) -> Bool {
      due != other.due ? due < other.due : order < other.order
    }
  }

  private var entries: [Entry] = []
  private var armed: UInt64 = 0

  /// How many timers are armed.
  var count: Int { entries.count }

  /// When the first timer is due, nil when there is none.
  var nextDue: Int64? { entries.first?.due }

  /// Arms a timer, or moves an armed one to another moment.
  mutating func arm(_ timer: Timer, at due: Int64) {
    disarm(timer)
    timer.due = due
    timer.position = entries.count
    armed += 1
    entries.append(Entry(due: due, order: armed, timer: timer))
    rise(from: entries.count - 1)
  }

  /// Takes a timer out; nothing happens when it was not armed.
  mutating func disarm(_ timer: Timer) {
    guard timer.isArmed else { return }
    let position = timer.position
    precondition(entries[position].timer === timer, "a timer belongs to one event loop")
    timer.position = -1
    let last = entries.removeLast()
    guard position < entries.count else { return }
    place(last, at: position)
    rise(from: position)
    sink(from: position)
  }

  /// Takes out the first timer if it is due at `now` or before.
  mutating func popDue(at now: Int64) -> Timer? {
    guard let first = entries.first, first.due <= now else { return nil }
    disarm(first.timer)
    return first.timer
  }

  private mutating func place(_ entry: Entry, at position: Int) {
    entries[position] = entry
    entry.timer.position = position
  }

  private mutating func rise(from start: Int) {
    let entry = entries[start]
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      guard entry.isBefore(entries[parent]) else { break }
      place(entries[parent], at: position)
      position = parent
    }
    if position != start { place(entry, at: position) }
  }

  private mutating func sink(from start: Int) {
    let entry = entries[start]
    var position = start
    while true {
      var child = 2 * position + 1
      guard child < entries.count else { break }
      if child + 1 < entries.count && entries[child + 1].isBefore(entries[child]) { child += 1 }
      guard entries[child].isBefore(entry) else { break }
      place(entries[child], at: position)
      position = child
    }
    if position != start { place(entry, at: position) }
  }
}
