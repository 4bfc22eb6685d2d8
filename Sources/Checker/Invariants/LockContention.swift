// Whether a lock ever kept a client waiting: a lock that was never contended has proven nothing.

public import History

extension LockLog {
  /// Whether some call asked for a lock while another process held it: a call on the lock's key,
  /// other than a read, that was open during a hold. Also those that were not granted the lock
  /// count, and those that waited for it in a server.
  func isContended(in history: History) -> Bool {
    var calls: [String: [Call]] = [:]
    for (position, operation) in history.operations.enumerated() where operation.function != "read"
    {
      guard let start = operation.call.time else { continue }
      let end = operation.reply?.time ?? history.givenUp[position]?.time ?? .max
      calls[operation.key?.description ?? "lock", default: []].append(
        Call(process: operation.process, start: start, end: end))
    }
    for (lock, holds) in Dictionary(grouping: holds, by: \.lock) {
      guard let calls = calls[lock]?.sorted(by: { $0.start < $1.start }) else { continue }
      var next = 0
      // The calls begun so far that end last, of two processes.
      var (last, rival): (Call?, Call?) = (nil, nil)
      for hold in holds.sorted(by: { $0.from < $1.from }) {
        while next < calls.count, calls[next].start <= hold.until {
          let call = calls[next]
          next += 1
          if call.end >= last?.end ?? .min {
            if let last, last.process != call.process { rival = last }
            last = call
          } else if call.process != last?.process, call.end >= rival?.end ?? .min {
            rival = call
          }
        }
        let other = last?.process == hold.process ? rival : last
        if let other, other.end >= hold.from { return true }
      }
    }
    return false
  }

  private struct Call {
    var process: Int
    var start: Int64
    var end: Int64
  }
}

/// The same, counted while a history is read whose order is that of its times, and without keeping
/// it: nothing that comes later was called, granted or let go before.
public struct LockContention: Sendable {
  private struct Lock {
    /// By process: calls that are open.
    var calls: Set<Int> = []
    var begun = Latest()
    var ended = Latest()
    /// When those that have not let go were granted it.
    var holds: [Int: Int64] = [:]
    /// When holders were last heard of.
    var held = Latest()
  }

  private var locks: [String: Lock] = [:]
  private var isGranted = false
  private var isFound = false

  public init() {}

  /// Nil where no lock was granted.
  public var isContended: Bool? { isGranted ? isFound : nil }

  public mutating func call(_ operation: Operation) {
    guard !isFound, operation.function != "read", let time = operation.call.time else { return }
    let process = operation.process
    let name = operation.key?.description ?? "lock"
    locks[name, default: Lock()].calls.insert(process)
    locks[name]?.begun.note(time, of: process)
    // Of holds that go on, what is noted of them next will tell.
    if locks[name]?.held.isAny(from: time, butOf: process) == true { find() }
  }

  /// Notes an operation that is over, after its call; `givenUp` is when its client gave it up, where
  /// it did.
  public mutating func end(_ operation: Operation, givenUp: Moment?) {
    guard !isFound, operation.function != "read",
      let time = (operation.reply ?? givenUp)?.time
    else { return }
    let name = operation.key?.description ?? "lock"
    locks[name]?.calls.remove(operation.process)
    locks[name]?.ended.note(time, of: operation.process)
  }

  public mutating func event(_ event: Event) {
    guard event.process == "lock", let time = event.moment.time,
      let process = event.value["process"]?.integer
    else { return }
    let name = event.key?.description ?? "lock"
    if event.function == "granted" { isGranted = true }
    guard !isFound else { return }
    var lock = locks[name] ?? Lock()
    if event.function == "granted" {
      lock.holds[process] = time
      if lock.calls.contains(where: { $0 != process })
        || lock.ended.isAny(from: time, butOf: process)
      {
        return find()
      }
    } else {
      guard let granted = lock.holds[process] else { return }
      if lock.begun.isAny(from: granted, butOf: process) { return find() }
      if event.function == "released" { lock.holds[process] = nil }
    }
    lock.held.note(time, of: process)
    locks[name] = lock
  }

  private mutating func find() {
    isFound = true
    locks = [:]
  }

  /// The latest time of any process, and the latest of the others.
  private struct Latest {
    private var last: (process: Int, time: Int64)?
    private var rival: (process: Int, time: Int64)?

    /// Times come in their order.
    mutating func note(_ time: Int64, of process: Int) {
      if let last, last.process != process { rival = last }
      last = (process, time)
    }

    /// Whether a process other than one was noted at a time or later.
    func isAny(from time: Int64, butOf process: Int) -> Bool {
      guard let other = last?.process == process ? rival : last else { return false }
      return other.time >= time
    }
  }
}
