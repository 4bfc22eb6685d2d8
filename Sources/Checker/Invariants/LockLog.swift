// What the locks of a run noted (events of `lock`), as holds and waits to be examined.
// Only what is certain is taken: a hold whose end nobody noted ends with the last thing noted of it.

public import History

/// The holds and waits of every lock of a history.
public struct LockLog: Sendable, Hashable {
  /// From each grant to its release as the client saw it, in the order of the grants.
  public private(set) var holds: [LockHold] = []
  /// One for each grant, by lock.
  public private(set) var waits: [String: [Wait]] = [:]
  /// The hold of each that has not let go yet.
  private var open: [Owner: Int] = [:]

  /// Reads the events `granted`, `renewed` and `released` of the process `lock`, whose key is the
  /// lock's item; events without times or of another shape say nothing of a lock.
  public init(of history: History) {
    var calls = OperationsByProcess(history)
    for event in history.events {
      note(event) { process, time in calls.operation(of: process, at: time) }
    }
  }

  /// A log of nothing yet.
  public init() {}

  /// Reads the next event. Only a grant asks which operation its process was at, as position.
  public mutating func note(
    _ event: Event, during operation: (Int, Int64) -> Int? = { _, _ in nil }
  ) {
    guard event.process == "lock", let time = event.moment.time,
      let process = event.value["process"]?.integer
    else { return }
    let owner = Owner(lock: event.key?.description ?? "lock", process: process)
    if event.function == "granted" {
      open[owner] = holds.count
      let operation = operation(process, time)
      var hold = LockHold(
        lock: owner.lock, process: process, from: time, until: time, lease: event.leaseEnd,
        operation: operation)
      hold.leaseLength = event.leaseLength
      hold.asked = event.value["asked"]?.integer.map(Int64.init)
      holds.append(hold)
      let called = event.value["called"]?.integer.map(Int64.init) ?? time
      let queued = event.value["queued"]?.integer.map(Int64.init) ?? time
      waits[owner.lock, default: []].append(
        Wait(
          process: process, called: called, queued: queued, served: time, operation: operation))
    } else if let place = open[owner] {
      holds[place].until = max(holds[place].from, time)
      if event.function == "renewed" {
        holds[place].lease = event.leaseEnd
        holds[place].isRenewed = true
      }
      if event.function == "released" { open[owner] = nil }
    }
  }

  /// Clients that took themselves for holders at once, leases run out or not.
  public var overlaps: [LockOverlap] { LockOverlap.overlaps(of: holds) }

  /// Holders at once of whom neither's lease had run out: the lock itself has failed.
  public var validOverlaps: [LockOverlap] {
    LockOverlap.overlaps(
      of: holds.map { hold in
        var valid = hold
        if let lease = hold.lease { valid.until = max(hold.from, min(hold.until, lease)) }
        return valid
      })
  }

  private struct Owner: Hashable {
    var lock: String
    var process: Int
  }
}

extension Event {
  /// The lease.
  fileprivate var leaseLength: Duration? {
    guard let lease = value["lease"]?.integer, lease >= 0 else { return nil }
    let (span, isTooLong) = lease.multipliedReportingOverflow(by: 1_000_000)
    return isTooLong ? nil : .nanoseconds(Int64(span))
  }

  /// When the lease that the event tells of surely still runs: counted from when it was asked for.
  fileprivate var leaseEnd: Int64? {
    guard let asked = value["asked"]?.integer, let lease = value["lease"]?.integer else {
      return nil
    }
    let (span, isTooLong) = lease.multipliedReportingOverflow(by: 1_000_000)
    let (end, isTooLate) = asked.addingReportingOverflow(span)
    return isTooLong || isTooLate ? nil : Int64(end)
  }
}

extension Value {
  var integer: Int? {
    if case .int(let number) = self { number } else { nil }
  }
}

/// Finds the operation that a process was at; asked with ascending times.
private struct OperationsByProcess {
  private let history: History
  /// Positions of each process' operations not over yet, the next one last.
  private var ahead: [Int: [Int]] = [:]

  init(_ history: History) {
    self.history = history
    for position in history.operations.indices.reversed() {
      ahead[history.operations[position].process, default: []].append(position)
    }
  }

  mutating func operation(of process: Int, at time: Int64) -> Int? {
    while let next = ahead[process]?.last {
      let operation = history.operations[next]
      guard let called = operation.call.time, called <= time else { return nil }
      guard let replied = operation.reply?.time, replied < time else { return next }
      ahead[process]?.removeLast()
    }
    return nil
  }
}
