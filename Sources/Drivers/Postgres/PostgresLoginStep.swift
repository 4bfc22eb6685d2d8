// Steps of logging in that a server can make long. What SCRAM asks of a client is as many rounds of
// hashing as the server says, up to 2^31, and libpq does them all before it comes back: hours, in which
// no deadline is looked at. So where a password may be asked for, steps are made on a thread of their
// own, and one that is overdue is left to itself.

import CLibPQ
import Synchronization

/// One step of libpq's connecting, made beside the loop.
///
/// Either the step ends in time, or it is given up, and then the session is its thread's to close.
final class PostgresLoginStep: Timer, @unchecked Sendable {
  private enum State {
    case underWay(UnsafeContinuation<PostgresPollingStatusType?, Never>)
    case over
    case abandoned
  }

  private let state: Mutex<State>

  private init(_ continuation: UnsafeContinuation<PostgresPollingStatusType?, Never>) {
    state = Mutex(.underWay(continuation))
  }

  /// What `PQconnectPoll` says; nil when it was not done by the deadline. The session may not be touched
  /// then.
  static func poll(
    _ session: OpaquePointer, on loop: EventLoop, until deadline: Int64
  ) async -> PostgresPollingStatusType? {
    let address = UInt(bitPattern: session)
    var step: PostgresLoginStep?
    let status: PostgresPollingStatusType? = await withUnsafeContinuation { continuation in
      let own = PostgresLoginStep(continuation)
      step = own
      loop.arm(own, at: deadline)
      EventLoop.detach(EventLoop.startThread { own.run(address) })
    }
    if let step { loop.disarm(step) }
    return status
  }

  private func run(_ address: UInt) {
    guard let session = OpaquePointer(bitPattern: address) else { return }
    let status = PQconnectPoll(session)
    let waiting = state.withLock {
      state -> UnsafeContinuation<PostgresPollingStatusType?, Never>? in
      guard case .underWay(let continuation) = state else { return nil }
      state = .over
      return continuation
    }
    if let waiting { waiting.resume(returning: status) } else { PQfinish(session) }
  }

  override func fire() {
    let waiting = state.withLock {
      state -> UnsafeContinuation<PostgresPollingStatusType?, Never>? in
      guard case .underWay(let continuation) = state else { return nil }
      state = .abandoned
      return continuation
    }
    waiting?.resume(returning: nil)
  }
}
