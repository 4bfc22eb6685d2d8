// One end of a proxied connection: a watched, non-blocking socket that hands over what it reads and
// writes what it is given, as soon as the other side takes it. It understands nothing.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Receives what a socket brings.
protocol ProxySocketOwner: AnyObject {
  func received(_ bytes: [UInt8], from socket: ProxySocket)
  /// The other side has closed, or the connection failed; told once.
  func ended(_ socket: ProxySocket)
}

/// A socket of a proxy.
final class ProxySocket: Watcher {
  private let loop: EventLoop
  private let descriptor: Int32
  private weak var owner: (any ProxySocketOwner)?
  /// What seals and opens the bytes; nil: they go as they are.
  private let channel: TLSChannel?
  private var unsent: [UInt8] = []
  private var isConnecting: Bool
  private(set) var isOpen = true
  /// Closed by us once everything is written.
  private var closesWhenSent = false

  /// Takes over a socket; nil, and it is closed, where the loop can't watch it.
  init?(
    _ descriptor: Int32, isConnecting: Bool, through channel: TLSChannel? = nil,
    on loop: EventLoop, owner: any ProxySocketOwner
  ) {
    self.descriptor = descriptor
    self.channel = channel
    self.isConnecting = isConnecting
    self.loop = loop
    self.owner = owner
    guard loop.watch(descriptor, isConnecting ? [.read, .write] : .read, by: self) == 0 else {
      isOpen = false
      System.close(descriptor)
      return nil
    }
  }

  /// Writes bytes, now or when they are taken.
  func send(_ bytes: [UInt8]) {
    guard isOpen, !bytes.isEmpty else { return }
    guard let channel else { return pass(bytes) }
    guard (try? channel.write(bytes)) != nil else { return end() }
    pass(channel.output())
  }

  private func pass(_ bytes: [UInt8]) {
    guard isOpen, !bytes.isEmpty else { return }
    guard unsent.isEmpty, !isConnecting else {
      unsent += bytes
      return
    }
    let count = bytes.withUnsafeBytes { System.write(descriptor, $0) }
    if count < 0, !System.isTransient(count) { return end() }
    guard count < bytes.count else { return }
    unsent = Array(bytes.dropFirst(max(0, count)))
    loop.rewatch(descriptor, [.read, .write])
  }

  private func sendRest() {
    isConnecting = false
    if !unsent.isEmpty {
      let count = unsent.withUnsafeBytes { System.write(descriptor, $0) }
      if count < 0, !System.isTransient(count) { return end() }
      unsent.removeFirst(max(0, count))
    }
    guard unsent.isEmpty else { return }
    if closesWhenSent { close() } else { loop.rewatch(descriptor, .read) }
  }

  func ready(_ readiness: Readiness) {
    if readiness.contains(.write), isConnecting || !unsent.isEmpty { sendRest() }
    guard isOpen, readiness.contains(.read) else { return }
    let buffer = loop.readBuffer
    let count = System.read(descriptor, buffer)
    if count > 0 {
      received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    } else if !System.isTransient(count) {
      end()
    }
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    guard let channel else {
      owner?.received(Array(bytes), from: self)
      return
    }
    let plain = try? channel.read(bytes)
    pass(channel.output())
    guard let plain else { return end() }
    if isOpen, !plain.isEmpty { owner?.received(plain, from: self) }
  }

  func loopEnds() { close() }

  private func end() {
    guard isOpen else { return }
    close()
    owner?.ended(self)
  }

  /// Closes once everything is written; nothing is read any more.
  func finish() {
    guard isOpen else { return }
    if unsent.isEmpty && !isConnecting { close() } else { closesWhenSent = true }
  }

  /// Closes at once. Over TCP, `abruptly` sends a reset instead of an orderly end.
  func close(abruptly: Bool = false) {
    guard isOpen else { return }
    isOpen = false
    if abruptly {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
    loop.unwatch(descriptor)
    System.close(descriptor)
  }
}

extension ProxySocket {
  /// A socket that is being connected to an endpoint; a negative errno where that is refused at
  /// once.
  static func dial(
    _ endpoint: RedisAddress.Endpoint
  ) -> (descriptor: Int32, isConnecting: Bool) {
    guard let address = try? SocketAddress.resolve(endpoint).first else {
      return (-EADDRNOTAVAIL, false)
    }
    let descriptor = open(address.family)
    guard descriptor >= 0 else { return (descriptor, false) }
    let error = address.withPointer { System.connect(descriptor, $0, $1) }
    if error == 0 || error == EINPROGRESS { return (descriptor, error != 0) }
    System.close(descriptor)
    return (-error, false)
  }

  /// A socket that listens at an endpoint.
  static func listen(_ endpoint: RedisAddress.Endpoint) throws(Failure) -> Int32 {
    guard let address = try SocketAddress.resolve(endpoint).first else {
      throw .definite(.system("nowhere to listen"))
    }
    let descriptor = open(address.family)
    guard descriptor >= 0 else { throw .definite(.system(System.text(errno: -descriptor))) }
    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let bound = address.withPointer { bind(descriptor, $0, $1) }
    guard bound == 0, Self.listen(descriptor) == 0 else {
      let error = errno
      System.close(descriptor)
      throw .definite(cannotListen(error))
    }
    return descriptor
  }

  private static func cannotListen(_ error: Int32) -> Failure.Reason {
    .system("a proxy can't listen: \(System.text(errno: error))")
  }

  /// Why it can't listen on a port in use.
  static var portTaken: Failure.Reason { cannotListen(EADDRINUSE) }

  private static func listen(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
      Darwin.listen(descriptor, 4096)
    #else
      Glibc.listen(descriptor, 4096)
    #endif
  }

  /// The next connection, a negative errno where there is none.
  static func accept(_ listener: Int32) -> Int32 {
    #if canImport(Darwin)
      let descriptor = Darwin.accept(listener, nil, nil)
    #else
      let descriptor = Glibc.accept(listener, nil, nil)
    #endif
    guard descriptor >= 0 else { return -errno }
    prepare(descriptor)
    return descriptor
  }

  /// The port a TCP socket listens on.
  static func port(of descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = getsockname(descriptor, $0, &length)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func open(_ family: Int32) -> Int32 {
    let descriptor = socket(family, System.streamSocket, 0)
    guard descriptor >= 0 else { return -errno }
    prepare(descriptor)
    return descriptor
  }

  private static func prepare(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var on: Int32 = 1
    // Fails, and may, on a unix socket.
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }
}
