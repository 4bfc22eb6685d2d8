// The clock of a user's unchanged program as a scheduler holds it: who sleeps until when, and how time passes.
// How a program is brought under one differs: by a library in it (VirtualClock) or by answering its system calls
// (SupervisedClock).

/// Time for the programs that are started with its command, and for their children.
///
/// Until `begin()` it follows the real clock, so that a program starts as always. From then on it stands still, but
/// that each look moves it by 1 µs (uuid1 waits for the clock to move), and passes by `advance(to:)` alone.
///
///     let command = clock.command(command, member: 0)
///     // start it, wait until it is ready
///     try clock.begin()
///     // … when nobody else can move:
///     if let next = try clock.nextMoment() { try clock.advance(to: next) }
///
/// Moments are ns on the program's monotonic clock. May be used from any thread.
public protocol ProgramClock: AnyObject, Sendable {
  /// What the clock reads, in ns; this look doesn't move it.
  var now: Int64 { get }
  /// How often it let a thread go on that slept: it is no rest if this changes.
  var wakings: Int { get }

  /// What starts the same program under the clock. `member`: whose deliveries are counted with its own.
  func command(_ command: ProgramCommand, member: Int) -> ProgramCommand
  /// To be called when bytes are handed to a member's process, before they are written.
  func noteDelivery(to member: Int)
  /// Takes the threads that wait now for the program's own housekeeping: to be called while it has
  /// nothing to do. Their later waits are `isBackground`.
  func learnBackground()
  /// Whether a wait that the kernel shows is over only when this clock says so, or is the runtime's own.
  func holds(_ wait: ThreadWait) -> Bool

  /// Begins a schedule. To be called while the program rests.
  func begin() throws(ClockFailure)
  /// The waits under way, in the order of their ends. A thread that died has none.
  func sleepers() throws(ClockFailure) -> [Sleeper]
  /// Lets every stale wait look again for what it waits for: one whose bytes came is over, any other is no longer
  /// stale.
  func renew() throws(ClockFailure)
  /// Lets time pass until a moment; one in the past lets none pass. All waits that end by then are over when this
  /// returns.
  ///
  /// Processes that watch one another see a jump: gunicorn's arbiter kills a worker that it has not heard
  /// of for 30 s. So go from `nextMoment()` to `nextMoment()`, and let the program come to rest between.
  ///
  /// Members in `holding` have sent what did not go on: their waits for bytes have not begun, and end so much
  /// later.
  ///
  /// - Returns: the waits that are over, in the order of their ends.
  @discardableResult
  func advance(to moment: Int64, holding members: Set<Int>) throws(ClockFailure) -> [Sleeper]
  /// Lets the clock go on by itself, as the real one does. To be called before the program is asked to end:
  /// gunicorn gives its workers 30 s, which would otherwise not pass.
  func release() throws(ClockFailure)
}

extension ProgramClock {
  /// When time would next wake somebody: the last of the ends that are one moment with the earliest, which
  /// are those within a millisecond of it. Stale waits are no sleeps. Nil: nobody sleeps.
  public func nextMoment() throws(ClockFailure) -> Int64? {
    let ends = try sleepers().filter { !$0.isStale }.map(\.end)
    return ends.first.flatMap { first in ends.last { $0 - first <= 1_000_000 } }
  }

  @discardableResult
  public func advance(to moment: Int64) throws(ClockFailure) -> [Sleeper] {
    try advance(to: moment, holding: [])
  }
}

/// A wait of a program that has an end.
public struct Sleeper: Sendable, Hashable {
  public var process: Int32
  public var thread: Int32
  /// When it ends, in ns of the program's monotonic clock.
  public var end: Int64
  /// Which of the clock's members it belongs to.
  public var member: Int
  /// Whether it waits for descriptors, such as for a reply.
  public var awaitsBytes: Bool
  /// Whether what it waits for may have come, or has: it is no sleep.
  public var isStale: Bool
  /// Whether its thread waited while the program had nothing to do.
  public var isBackground: Bool
}

/// Why a program's clock can't go on: one sentence.
public enum ClockFailure: Error, Hashable, Sendable {
  /// More waits at once than there is room for.
  case full(Int)
  /// A thread was told that its wait is over and did not leave it in time.
  case unanswered(process: Int32, thread: Int32)
  /// A process of the program couldn't be brought under the clock, for a reason.
  case unsupervised(process: Int32, reason: String)
}

extension ClockFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .full(let count):
      "the program waits in more than \(VirtualClock.room) places at once (\(count) found no room); "
        + "let it use fewer threads"
    case .unanswered(let process, let thread):
      "thread \(thread) of process \(process) did not leave its wait when its time was over; run again"
    case .unsupervised(let process, let reason):
      "the time of process \(process) of the program can't be held: \(reason); start it otherwise"
    }
  }
}
