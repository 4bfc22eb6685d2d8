// Performs a run's calls, one at a time, and returns the outcome of each. The run does not know what is
// behind it: a session with servers, or a user's program.

package import Drivers
import History

/// The outcome of a call, as far as its client knows (Jepsen's `ok`, `fail` and `info`).
package enum CallOutcome: Sendable, Hashable {
  case ok(ShopReply)
  /// It had no effect and never will.
  case fail(Failure.Reason)
  /// It may take effect at any time after it was made, or never.
  case info(Failure.Reason)
}

extension CallOutcome: CustomStringConvertible {
  /// `ok`, `failed (redis OOM)`, `unknown (timeout)`.
  package var description: String {
    switch self {
    case .ok: "ok"
    case .fail(let reason): "failed (\(Failure.definite(reason)))"
    case .info(let reason): "unknown (\(Failure.indefinite(reason)))"
    }
  }
}

/// One process of a run: performs one call at a time, until the outcome of one is not known.
///
/// Confined to the run's loop.
protocol CallClient: AnyObject {
  /// The steps of the last call, where they are known.
  var trace: CommandTrace { get }
  /// What could tell after the run how the last call ended, where nothing is known of it.
  var evidence: CallEvidence? { get }
  /// Whether a call can be made at once.
  var isConnected: Bool { get }
  /// Whether it can be asked how many units there are.
  var canRead: Bool { get }
  /// How long to wait after a failed `connect` before the next, in ns.
  var retryAfter: Duration { get }
  /// Whether a further `connect` would be in vain.
  var hasGivenUp: Bool { get }

  /// Makes it ready for calls. Has no effect on any stock.
  func connect(by deadline: Int64) async throws(Failure)

  /// Makes a call that nobody records; what comes of it does not matter.
  func warmUp(_ call: ShopCall, on item: Item, deadline: Int64) async

  /// Makes a call. Its first byte leaves after this is entered, and the last one of its reply has come
  /// before it returns. At the deadline (ns of the loop's clock) a call is given up.
  func perform(
    _ call: ShopCall, on item: Item, deadline: Int64, noting journal: Journal
  ) async -> CallOutcome

  /// Names its calls from the first name on again: what it sold under them is undone.
  func restartNames()

  /// Ends it, also in the midst of a call.
  func close()
}

extension CallClient {
  // One whose calls have no names.
  func restartNames() {}
}
