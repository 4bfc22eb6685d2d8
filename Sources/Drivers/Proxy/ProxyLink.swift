// One proxied connection: a client's socket, a server's socket, and what they say to each other.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A connection through a proxy.
final class ProxyLink: Timer {
  private let loop: EventLoop
  private unowned let proxy: Proxy
  private let number: Int
  private(set) var tracker: any ProtocolTracker
  /// What waits of the client's, where the proxy is gated.
  private(set) var connection: ProxyConnection?
  private var client: ProxySocket?
  private var server: ProxySocket?
  private var toServer: ProxyPipe?
  private var toClient: ProxyPipe?
  /// What the client said before there was a server to say it to.
  private var early: [UInt8] = []
  /// What keeps a request, and all that comes after it, from the server.
  private var holds = 0

  init(_ tracker: any ProtocolTracker, number: Int, of proxy: Proxy, on loop: EventLoop) {
    self.number = number
    self.tracker = tracker
    self.proxy = proxy
    self.loop = loop
    early = self.tracker.opening()
    super.init()
    if proxy.isGated { connection = ProxyConnection(number, self) }
  }

  /// Takes over a client's socket and connects to the server. False where that came to nothing.
  func open(_ descriptor: Int32) -> Bool {
    guard let client = ProxySocket(descriptor, isConnecting: false, on: loop, owner: self) else {
      return false
    }
    self.client = client
    toClient = ProxyPipe(on: loop) { client.send($0) }
    toServer = ProxyPipe(on: loop) { [weak self] in self?.passToServer($0) }
    follow()
    dial()
    return self.client != nil
  }

  /// Takes over how the proxy treats connections.
  func follow() {
    toServer?.delayNs = proxy.delay.ns
    toClient?.delayNs = proxy.delay.ns
    toServer?.isHeld = isHeldBack
    toClient?.isHeld = proxy.held.contains(.toClient)
    if server == nil, client != nil, proxy.held.isEmpty, !isArmed { dial() }
  }

  private var isHeldBack: Bool { holds > 0 || proxy.held.contains(.toServer) }

  /// Lets nothing through to the server until the hold is over.
  func keep(_ hold: RequestHold) {
    holds += 1
    hold.link = self
    follow()
  }

  /// A hold is over.
  func letGo() {
    holds = max(0, holds - 1)
    follow()
  }

  override func fire() { dial() }

  private func dial() {
    // Through a partition nobody connects.
    guard server == nil, client != nil, proxy.held.isEmpty else { return }
    let (descriptor, isConnecting) = ProxySocket.dial(proxy.upstream)
    if descriptor == -EAGAIN {
      // Linux: a unix socket's listen queue is full, and there is nothing to poll for.
      return loop.arm(self, at: EventLoop.now() + 1_000_000)
    }
    guard descriptor >= 0 else { return close() }
    let channel: TLSChannel?
    do throws(TLSFailure) {
      channel = try TLSChannel(proxy.tls, to: proxy.upstream)
    } catch {
      System.close(descriptor)
      return close()
    }
    server = ProxySocket(
      descriptor, isConnecting: isConnecting, through: channel, on: loop, owner: self)
    guard server != nil else { return close() }
    let early = early
    self.early = []
    server?.send(early)
  }

  private func passToServer(_ bytes: [UInt8]) {
    if let server { server.send(bytes) } else { early += bytes }
  }

  /// Ends both sides at once.
  func close(abruptly: Bool = false) {
    loop.disarm(self)
    toServer?.close()
    toClient?.close()
    client?.close(abruptly: abruptly)
    server?.close(abruptly: abruptly)
    client = nil
    server = nil
    proxy.ended(self)
  }
}

extension ProxyLink: ProxySocketOwner {
  func received(_ bytes: [UInt8], from socket: ProxySocket) {
    guard socket === client else {
      return relay(tracker.fromServer(bytes, at: EventLoop.now()), from: .server)
    }
    if let connection, proxy.isHolding, !tracker.isStarting { return connection.wait(bytes) }
    pass(bytes) { proxy.isLost(numbered($0), on: self) }
  }

  /// Passes bytes of the client's; the replies to some requests may be lost.
  func pass(_ bytes: [UInt8], isLost: (ProxyRequest) -> Bool) {
    relay(tracker.fromClient(bytes, at: EventLoop.now(), isLost: isLost), from: .client)
  }

  private func relay(_ relayed: Relayed, from side: StreamFailure.Side) {
    toServer?.send(relayed.toServer)
    if !relayed.toClient.isEmpty { proxy.onDelivery?() }
    toClient?.send(relayed.toClient)
    for var exchange in relayed.exchanges {
      exchange.request = numbered(exchange.request)
      proxy.answered(exchange)
    }
    if var lost = relayed.lost {
      lost.request = numbered(lost.request)
      proxy.lost(lost)
    } else if let seen = relayed.refusal {
      proxy.cannotFollow(seen, from: side)
    } else {
      return
    }
    close(abruptly: true)
  }

  private func numbered(_ request: ProxyRequest) -> ProxyRequest {
    var request = request
    request.connection = number
    return request
  }

  func ended(_ socket: ProxySocket) {
    guard socket === server else { return clientEnded() }
    // What the server said before it went is still the client's to hear.
    toClient?.drain { [weak self] in
      guard let self else { return }
      client?.finish()
      close(client: false)
    }
  }

  /// What the client said before it went is still the server's to hear; what is held on its way ends
  /// with the connection.
  private func clientEnded() {
    guard let server, !isHeldBack else { return close() }
    toServer?.drain { [weak self] in
      server.finish()
      self?.server = nil
      self?.close()
    }
  }

  private func close(client isClosed: Bool) {
    loop.disarm(self)
    toServer?.close()
    server?.close()
    server = nil
    client = nil
    proxy.ended(self)
  }
}
