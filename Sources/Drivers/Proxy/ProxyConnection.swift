// One connection through a proxy whose owner decides when what clients send goes on: what it has sent and
// its server not seen, whether it is owed an answer, and what may become of both.

/// A connection of a gated proxy.
///
/// What its client has sent since the last release waits here, as if it had not been sent. A unit is whatever
/// has come by the time the client rests: libraries write one request in several pieces, and several in one.
///
/// Confined to the proxy's loop.
public final class ProxyConnection {
  /// Which of the proxy's connections it is, from 1.
  public let number: Int
  /// The whole requests among what waits; those that only prepare, such as a session's start, are not here.
  public private(set) var requests: [ProxyRequest] = []
  /// What waits, as it came.
  public private(set) var bytes: [UInt8] = []
  private weak var link: ProxyLink?
  /// Follows what waits, ahead of the one that follows what has passed.
  private var ahead: (any ProtocolTracker)?

  init(_ number: Int, _ link: ProxyLink) {
    self.number = number
    self.link = link
  }

  /// Whether it goes on.
  public var isOpen: Bool { link != nil }

  /// Whether the server owes it an answer.
  public var isAwaited: Bool { link?.tracker.isAwaited ?? false }

  /// Whether the session has not begun yet: what is sent until then never waits.
  public var isStarting: Bool { link?.tracker.isStarting ?? false }

  /// What the server calls the session.
  public var session: Int32? { link?.tracker.session }

  /// What would be executed if what waits went on: the requests, and what no message has ended yet.
  public var executed: [ProxyRequest] {
    guard let request = ahead?.unended else { return requests }
    return requests + [request]
  }

  /// Keeps bytes of the client's.
  func wait(_ bytes: [UInt8]) {
    guard let link else { return }
    var ahead = self.ahead ?? link.tracker
    requests += ahead.fromClient(bytes, at: 0) { _ in false }.requests
    self.ahead = ahead
    self.bytes += bytes
  }

  /// Lets what waits go on. Where its reply is lost, the server executes all of it, and the client sees the
  /// connection's end instead of the last answer.
  public func release(losingReply: Bool = false) {
    let count = requests.count
    let bytes = take()
    var position = 0
    link?.pass(bytes) { _ in
      position += 1
      return losingReply && position == count
    }
  }

  /// Ends the connection: the server never hears of what waits.
  public func drop() {
    _ = take()
    link?.close(abruptly: true)
  }

  private func take() -> [UInt8] {
    defer { (bytes, requests, ahead) = ([], [], nil) }
    return bytes
  }
}
