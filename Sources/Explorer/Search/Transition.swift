// What a scheduler can choose at one point of a schedule. A choice is a small number, so that
// schedules are cheap to keep; its text is the replay token's and the step table's.

/// One choice: what happens next.
public struct Transition: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A client's next command goes out and is answered.
    case step
    /// The client dies before sending it.
    case crash
    /// The client dies after sending it: the server executes it, nobody hears the answer.
    case crashAfter
    /// The connection is lost before it is sent; the client lives.
    case disconnect
    /// The server executes it, and the connection is lost instead of the answer.
    case loseReply
    /// Time passes up to the next moment that somebody waits for.
    case time
    /// A key's lease runs out on the server.
    case expire
    /// A server is killed and started again on what it left.
    case restart
    /// The replica hears nothing from here on.
    case stall
    /// Redis dies, and its replica takes over.
    case failover
  }

  public let kind: Kind
  /// The thread (`Thread.number`), the key's number for `expire`, the server's for `restart`; else 0.
  public let subject: UInt8

  public init(_ kind: Kind, _ subject: UInt8 = 0) {
    self.kind = kind
    self.subject = subject
  }

  static let time = Transition(.time)

  /// The first of the threads that are workers': clients have two each, and are eight at most.
  static let firstWorker = 16

  /// A thread by name: `1`, `2+` (beside the call), `w1` (a worker).
  static func name(of thread: UInt8) -> String {
    if thread >= firstWorker { return "w\(Int(thread) - firstWorker + 1)" }
    return "\(thread / 2 + 1)\(thread % 2 == 1 ? "+" : "")"
  }

  /// The thread that moves, where one does.
  var thread: UInt8? {
    switch kind {
    case .step, .crash, .crashAfter, .disconnect, .loseReply: subject
    case .time, .expire, .restart, .stall, .failover: nil
    }
  }
}

extension Transition: CustomStringConvertible {
  /// `1`, `2+` (beside the call), `1 crash`, `time`.
  public var description: String {
    guard let thread else {
      return [.expire, .restart].contains(kind) ? "\(kind) \(subject)" : "\(kind)"
    }
    let who = Self.name(of: thread)
    return kind == .step ? who : "\(who) \(kind)"
  }
}

/// What a command touches, as far as commuting goes; keys are bits.
public struct Footprint: Sendable, Hashable {
  public var reads: UInt64 = 0
  public var writes: UInt64 = 0

  public init(reads: UInt64 = 0, writes: UInt64 = 0) {
    self.reads = reads
    self.writes = writes
  }

  func conflicts(with other: Footprint) -> Bool {
    writes & (other.reads | other.writes) != 0 || other.writes & reads != 0
  }
}

/// One thing that could happen at a point, and what is known of it.
public struct EnabledTransition: Sendable, Hashable {
  public var transition: Transition
  public var touch: Footprint
  /// The client whose thread it is.
  public var client: UInt8
  /// Whether it begins its client's call.
  public var isFirst: Bool
  /// Whether it may end a call, its own or one that it wakes.
  public var mayEnd: Bool

  public init(
    _ transition: Transition, touch: Footprint = Footprint(), client: UInt8 = 0,
    isFirst: Bool = false,
    mayEnd: Bool = true
  ) {
    self.transition = transition
    self.touch = touch
    self.client = client
    self.isFirst = isFirst
    self.mayEnd = mayEnd
  }

  /// Whether the order of the two makes no difference to any reply, to the servers, or to which
  /// call came before which.
  ///
  /// Only plain steps commute: of different clients, touching different keys or only reading. One
  /// that begins a call and one that ends another's don't: in one order the second call came after
  /// the first, in the other they are concurrent, and a model allows more of concurrent calls.
  func commutes(with other: EnabledTransition) -> Bool {
    transition.kind == .step && other.transition.kind == .step && client != other.client
      && !touch.conflicts(with: other.touch) && !(isFirst && other.mayEnd)
      && !(other.isFirst && mayEnd)
  }
}
