// A blocking attempt to log in, made on a thread of its own, so that it can be given up.

internal import CLibPQ
internal import Dispatch
internal import Synchronization

/// The result of an attempt, handed from its thread to the one that waits.
final class Attempt: Sendable {
  private struct State {
    /// The session's address; 0 for none.
    var session: UInt?
    var isGivenUp = false
  }

  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)

  /// Hands the session over, or closes it where nobody waits any more.
  func end(_ session: OpaquePointer?) {
    let isWanted = state.withLock { state in
      state.session = UInt(bitPattern: session)
      return !state.isGivenUp
    }
    if isWanted { done.signal() } else if let session { PQfinish(session) }
  }

  /// The session's address, 0 where there is none; nil when it took too long.
  func wait(seconds: Int) -> UInt? {
    if done.wait(timeout: .now() + .seconds(seconds)) == .success {
      return state.withLock(\.session)
    }
    return state.withLock { state in
      state.isGivenUp = state.session == nil
      return state.session
    }
  }
}
