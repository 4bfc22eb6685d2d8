// What one call's commands did and when: the lanes of a counterexample ("SELECT 58 … UPDATE 57").
// Connections append to it; the call's owner reads and empties it. It judges nothing.

/// The commands of one call, in the order they ended.
///
/// Belongs to one event loop.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, like the connections that hold it.
public final class CommandTrace: @unchecked Sendable {
  /// One command's answer, as small as a lane can show it.
  public enum Reply: Sendable, Hashable {
    /// Redis' nil, SQL's NULL, no row.
    case null
    /// Done, with nothing to show.
    case ok
    case integer(Int)
    case text(String)
    /// The server's error code, or its message where it has none.
    case error(String)
    /// No answer came.
    case lost
  }

  /// One command.
  public struct Step: Sendable {
    /// The verb, such as `SET`, or a statement's label.
    public var verb: StaticString
    /// The argument worth showing, such as the number written.
    public var argument: Int?
    public var reply: Reply
    /// Read from `EventLoop.now()` before the command's first byte was written.
    public var sent: Int64
    /// Read after the read that brought the reply's last byte.
    ///
    /// The moment `epoll_wait` returned would be cheaper but may be earlier than that byte's
    /// arrival, and an interval that ends too early makes concurrent commands look ordered: a false
    /// violation. Too late only loses some precision. Likewise `sent` must not be late.
    public var received: Int64
    /// The whole command, where it is not one of soldout's own.
    public var text: String?

    init(
      verb: StaticString, argument: Int?, reply: Reply, sent: Int64, received: Int64
    ) {
      (self.verb, self.argument, self.reply) = (verb, argument, reply)
      (self.sent, self.received) = (sent, received)
    }

    /// A command of a program's, as a proxy saw it.
    public init(command: String, reply: Reply, sent: Int64, received: Int64) {
      self.init(verb: "", argument: nil, reply: reply, sent: sent, received: received)
      text = command
    }
  }

  /// The commands so far.
  public private(set) var steps: [Step] = []

  public init() {
    steps.reserveCapacity(16)
  }

  public func append(_ step: Step) { steps.append(step) }

  /// Puts the steps in the order in which they were sent.
  public func sort() { steps.sort { ($0.sent, $0.received) < ($1.sent, $1.received) } }

  /// Notes an answer that no server gave, such as one from the client's own memory.
  public func note(_ source: StaticString, _ answer: Int) {
    let now = EventLoop.now()
    append(Step(verb: source, argument: nil, reply: .integer(answer), sent: now, received: now))
  }

  /// Forgets the steps and keeps their memory for the next call.
  public func removeAll() { steps.removeAll(keepingCapacity: true) }
}
