// A request that waits in a proxy, as if its client had not sent it yet. Its owner lets it go, or
// drops it as if it was never sent.

/// One request that is held back.
///
/// ```swift
/// let hold = RequestHold()
/// proxy.holds = { $0.verb == "UPDATE" ? hold : nil }
/// // later
/// hold.release()
/// ```
///
/// `@unchecked Sendable`: made and used on the proxy's loop alone.
public final class RequestHold: @unchecked Sendable {
  weak var link: ProxyLink?
  /// Told when it passes at last.
  public var onRelease: () -> Void = {}

  public init() {}

  /// Lets it pass, and what came after it.
  public func release() {
    guard let held = link else { return }
    link = nil
    onRelease()
    held.letGo()
  }

  /// Ends the connection: the server never hears of it.
  public func drop() {
    let held = link
    link = nil
    held?.close(abruptly: true)
  }
}
