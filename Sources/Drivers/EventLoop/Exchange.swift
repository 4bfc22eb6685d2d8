// One question and its answer on a connection: the task that waits for it, and the deadline. Its owner
// knows the question, and what becomes of the connection when the answer is overdue.

/// Owns an exchange, and ends it when it is overdue.
protocol ExchangeOwner: AnyObject {
  /// The deadline has passed and the task still waits. Must end the exchange.
  func overdue()
}

/// At most one suspended task, with a deadline that costs nothing while answers are in time.
///
/// While it is armed its owner must be alive; call `stop()` when the connection closes.
final class Exchange: Timer {
  private let loop: EventLoop
  private unowned(unsafe) var owner: (any ExchangeOwner)?
  private var waiting: UnsafeContinuation<Void, Never>?
  private var deadline: Int64 = 0

  init(on loop: EventLoop) {
    self.loop = loop
  }

  func own(by owner: any ExchangeOwner) { self.owner = owner }

  /// Whether a task waits.
  var isUnderWay: Bool { waiting != nil }

  /// Suspends the task, after `send` has put the question, until `end()`.
  func run(until deadline: Int64, _ send: () -> Void) async {
    precondition(waiting == nil, "a connection carries one exchange at a time")
    self.deadline = deadline
    // Not moved with every exchange: a timer that fires early is armed again. So a connection has
    // one timer in the heap, however many commands it carries.
    if !isArmed || due > deadline { loop.arm(self, at: deadline) }
    await withUnsafeContinuation { continuation in
      waiting = continuation
      send()
    }
  }

  /// Resumes the task, if one waits.
  func end() {
    guard let continuation = waiting else { return }
    waiting = nil
    continuation.resume()
  }

  /// Ends it and disarms the timer.
  func stop() {
    loop.disarm(self)
    end()
  }

  override func fire() {
    guard isUnderWay else { return }
    if EventLoop.now() < deadline { loop.arm(self, at: deadline) } else { owner?.overdue() }
  }
}
