// A proxy between clients and one server, on the clients' own event loop: it delays, holds, resets,
// and loses exactly one reply of a request that the server has executed. No root, no packet filter.
// It interprets nothing: its owner decides what is lost, request by request.

/// A listening socket whose connections go on to a server.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, which every entry checks.
public final class Proxy: @unchecked Sendable {
  /// What is spoken over it.
  public enum Wire: Sendable, Hashable {
    case redis
    case postgres
    case mysql
    /// Anything; no reply can be lost.
    case opaque
  }

  /// Which way bytes go.
  public struct Directions: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    public static let toServer = Directions(rawValue: 1)
    public static let toClient = Directions(rawValue: 2)
    public static let both: Directions = [.toServer, .toClient]
  }

  /// Where clients connect to.
  public let endpoint: RedisAddress.Endpoint
  /// Where new connections lead.
  public var upstream: RedisAddress.Endpoint
  /// Asked of every whole request before its last byte goes on: shall its reply be lost? Requests
  /// of a subscribed connection are not asked about.
  public var loses: (ProxyRequest) -> Bool = { _ in false }
  /// Asked of every whole request whose reply is not lost, before its last byte goes on: is it to wait?
  /// What waits lets nothing after it pass on its connection.
  public var holds: (ProxyRequest) -> RequestHold? = { _ in nil }
  /// Told of every lost reply, just before the client's connection ends.
  public var onLost: (LostReply) -> Void = { _ in }
  /// Told of every request that was answered, once the whole reply has come. Of connections that
  /// were open before it was set nothing is told.
  public var onExchange: ((ProxyExchange) -> Void)?
  /// Told of a connection that can't be followed, just before it ends: the run has to fail.
  public var onUnfollowed: (StreamFailure) -> Void = { _ in }
  /// The first connection that could not be followed.
  public private(set) var unfollowed: StreamFailure?
  /// Whether what clients send on connections from now on can be made to wait.
  public var isGated = false
  /// Told just before bytes are handed to a client.
  public var onDelivery: (() -> Void)?
  /// Whether it waits, at a gated proxy, until its owner releases it.
  public var isHolding = false
  /// How late bytes pass, each way.
  public private(set) var delay = Duration.zero
  /// Which ways are shut; new connections hang while any is.
  public private(set) var held: Directions = []

  private let loop: EventLoop
  private let wire: Wire
  private let server: String
  private let login: ProxyLogin?
  /// How the server is reached by TLS, which ends here; nil: in plain, as clients reach us.
  let tls: TLSSettings?
  private let listener: Int32
  private var links: [ObjectIdentifier: ProxyLink] = [:]
  private var isOpen = true
  /// Connections so far.
  private var accepted = 0

  /// Listens at `endpoint` (port 0: a free one) for connections to `upstream`, a server that is called
  /// `server` and is told `login` in the clients' place, by TLS where there is `tls`.
  public init(
    at endpoint: RedisAddress.Endpoint, to upstream: RedisAddress.Endpoint, speaking wire: Wire,
    on loop: EventLoop, server: String? = nil, login: ProxyLogin? = nil, tls: TLSSettings? = nil
  ) throws(Failure) {
    loop.preconditionOnLoop()
    self.tls = tls
    self.server = server ?? "\(wire)"
    self.login = login
    listener = try ProxySocket.listen(endpoint)
    switch endpoint {
    case .tcp(let host, port: 0):
      self.endpoint = .tcp(host: host, port: ProxySocket.port(of: listener))
    default: self.endpoint = endpoint
    }
    self.upstream = upstream
    self.wire = wire
    self.loop = loop
    let error = loop.watch(listener, .read, by: self)
    guard error == 0 else {
      System.close(listener)
      throw .definite(.system(System.text(errno: error)))
    }
  }

  /// How many connections there are.
  public var count: Int { links.count }

  /// The connections of a gated proxy, in the order in which they were opened.
  public var connections: [ProxyConnection] {
    links.values.compactMap(\.connection).sorted { $0.number < $1.number }
  }

  /// Shuts these ways: what is sent stays on the way, and new connections hang.
  public func hold(_ directions: Directions) {
    loop.preconditionOnLoop()
    held = directions
    for link in links.values { link.follow() }
  }

  /// Lets bytes pass so much later, each way.
  public func delay(by length: Duration) {
    loop.preconditionOnLoop()
    delay = length
    for link in links.values { link.follow() }
  }

  /// Lets everything pass again, also what is on the way.
  public func heal() {
    delay = .zero
    loses = { _ in false }
    holds = { _ in nil }
    for link in links.values { link.letGo() }
    hold([])
  }

  /// Ends every connection at once, over TCP with a reset.
  public func reset() {
    loop.preconditionOnLoop()
    for link in links.values { link.close(abruptly: true) }
  }

  /// Ends every connection and listens no more.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    reset()
    loop.unwatch(listener)
    System.close(listener)
    if case .unix(let path) = endpoint { System.unlink(path) }
  }

  func isLost(_ request: ProxyRequest, on link: ProxyLink) -> Bool {
    if loses(request) { return true }
    if let hold = holds(request) { link.keep(hold) }
    return false
  }

  func lost(_ reply: LostReply) { onLost(reply) }

  func answered(_ exchange: ProxyExchange) { onExchange?(exchange) }

  func cannotFollow(_ seen: String, from side: StreamFailure.Side) {
    let failure = StreamFailure(server: server, side: side, seen: seen)
    if unfollowed == nil { unfollowed = failure }
    onUnfollowed(failure)
  }

  func ended(_ link: ProxyLink) { links[ObjectIdentifier(link)] = nil }

  private func tracker() -> any ProtocolTracker {
    var tracker: any ProtocolTracker =
      switch wire {
      case .redis: RedisProtocolTracker(login: login)
      case .postgres: PostgresProtocolTracker(login: login)
      case .mysql: MySQLProtocolTracker()
      case .opaque: OpaqueProtocolTracker()
      }
    tracker.tellsExchanges = onExchange != nil
    return tracker
  }
}

extension Proxy: Watcher {
  func ready(_ readiness: Readiness) {
    while isOpen {
      let descriptor = ProxySocket.accept(listener)
      guard descriptor >= 0 else { return }
      accepted += 1
      let link = ProxyLink(tracker(), number: accepted, of: self, on: loop)
      links[ObjectIdentifier(link)] = link
      if !link.open(descriptor) { links[ObjectIdentifier(link)] = nil }
    }
  }

  func loopEnds() { close() }
}
