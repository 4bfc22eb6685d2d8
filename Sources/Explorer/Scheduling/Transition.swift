// What can happen next in a schedule. A transition is two small numbers, so that schedules are cheap to
// keep and compare; in replay tokens and frontiers it is a `NamedTransition`.

package import Harness

/// One step of a schedule.
public struct Transition: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A thread's next command goes out and is answered.
    case step
    /// The client dies before sending it.
    case crash
    /// The client dies after sending it: the server executes it, and its answer is lost.
    case crashAfter
    /// The connection is lost before it is sent; the client lives.
    case disconnect
    /// The server executes it, and the connection is lost instead of the answer.
    case loseReply
    /// Time passes, up to the next timer or the end of a lease.
    case time
    /// A key's lease runs out on the server.
    case expire
    /// A server is killed and started again on what it left.
    case restart
    /// The replica hears nothing from here on.
    case stall
    /// Redis dies, and its replica takes over.
    case failover

    /// Whether it happens to a thread's command.
    var movesThread: Bool {
      switch self {
      case .step, .crash, .crashAfter, .disconnect, .loseReply: true
      case .time, .expire, .restart, .stall, .failover: false
      }
    }
  }

  public let kind: Kind
  /// The thread's, the key's or the server's number; else 0.
  private let subject: Int32

  private init(_ kind: Kind, subject: Int = 0) {
    self.kind = kind
    self.subject = Int32(subject)
  }

  /// Something that happens to a thread's command.
  public init(_ kind: Kind, of thread: ThreadID) {
    precondition(kind.movesThread, "\(kind) happens to no thread")
    self.init(kind, subject: thread.number)
  }

  public static func step(_ thread: ThreadID) -> Transition { Transition(.step, of: thread) }

  static func expire(_ key: KeyID) -> Transition { Transition(.expire, subject: key.number) }

  package static func restart(_ server: ServerName) -> Transition {
    Transition(.restart, subject: server.number)
  }

  public static let time = Transition(.time)
  public static let stall = Transition(.stall)
  public static let failover = Transition(.failover)

  /// The thread that moves, where one does.
  var thread: ThreadID? { kind.movesThread ? ThreadID(number: Int(subject)) : nil }

  /// The key whose lease runs out, where one does.
  var key: KeyID? { kind == .expire ? KeyID(number: Int(subject)) : nil }

  /// The server that it is about, where it is about one.
  var server: ServerName? { kind == .restart ? ServerName(number: Int(subject)) : nil }

  /// Whether it is a fault, and not a turn.
  var isFault: Bool {
    switch kind {
    // A replica that falls behind does no harm before the failover.
    case .step, .time, .stall: false
    case .crash, .crashAfter, .disconnect, .loseReply, .expire, .restart, .failover: true
    }
  }

  /// Some fixed order.
  func precedes(_ other: Transition) -> Bool {
    (kind.rawValue, subject) < (other.kind.rawValue, other.subject)
  }
}

extension Transition: CustomStringConvertible {
  /// `1`, `2+` (beside the calls), `1 crash`, `time`.
  public var description: String {
    guard let thread else {
      return [.expire, .restart].contains(kind) ? "\(kind) \(subject)" : "\(kind)"
    }
    return kind == .step ? "\(thread)" : "\(thread) \(kind)"
  }
}
