// Non-blocking sockets: how one is connected, and how a task waits for one without a protocol.
// The protocols are spoken elsewhere, in Redis/ and by libpq.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One task's wait for a socket.
///
/// It watches the socket only while it waits.
private final class SocketWait: Timer, Watcher {
  private let loop: EventLoop
  private let socket: Int32
  private var continuation: UnsafeContinuation<Void, Never>?
  private(set) var isReady = false

  init(_ socket: Int32, on loop: EventLoop) {
    self.socket = socket
    self.loop = loop
  }

  /// Suspends the task; returns errno, 0 when the socket was watched.
  func wait(_ readiness: Readiness, until deadline: Int64) async -> Int32 {
    let error = loop.watch(socket, readiness, by: self)
    guard error == 0 else { return error }
    loop.arm(self, at: deadline)
    await withUnsafeContinuation { continuation = $0 }
    return 0
  }

  func ready(_ readiness: Readiness) { end(ready: true) }
  func loopEnds() { end(ready: false) }
  override func fire() { end(ready: false) }

  private func end(ready: Bool) {
    isReady = ready
    loop.disarm(self)
    loop.unwatch(socket)
    continuation?.resume()
    continuation = nil
  }
}

extension EventLoop {
  /// Waits until a socket nobody watches is ready; throws a definite failure when it is not by
  /// `deadline`, since opening a connection has no effect.
  func wait(
    for readiness: Readiness, of socket: Int32, until deadline: Int64
  ) async throws(Failure) {
    let wait = SocketWait(socket, on: self)
    let error = await wait.wait(readiness, until: deadline)
    guard error == 0 else { throw .definite(.system(System.text(errno: error))) }
    guard wait.isReady else { throw .definite(.timeout) }
  }

  /// Connects to a unix socket or a TCP port and returns the non-blocking socket.
  ///
  /// A host name is looked up blocking: give addresses where the clock runs.
  func connect(
    to endpoint: RedisAddress.Endpoint, until deadline: Int64
  ) async throws(Failure) -> Int32 {
    let addresses = try SocketAddress.resolve(endpoint)
    var failure = Failure.definite(.connectionRefused)
    for address in addresses {
      do throws(Failure) {
        return try await connect(to: address, until: deadline)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private func connect(
    to address: SocketAddress, until deadline: Int64
  ) async throws(Failure) -> Int32 {
    let socket = try openSocket(address.family)
    do throws(Failure) {
      while true {
        let error = address.withPointer { System.connect(socket, $0, $1) }
        if error == 0 { return socket }
        if error == EINPROGRESS {
          try await wait(for: .write, of: socket, until: deadline)
          try checkConnected(socket)
          return socket
        }
        // Linux: a unix socket's listen queue is full. There is nothing to poll for, so ask again.
        guard error == EAGAIN else { throw Self.connectFailure(error) }
        guard EventLoop.now() < deadline else { throw .definite(.timeout) }
        guard await sleep(for: .milliseconds(1)) else { throw .definite(.gaveUp("cancelled")) }
      }
    } catch {
      System.close(socket)
      throw error
    }
  }

  private func openSocket(_ family: Int32) throws(Failure) -> Int32 {
    let descriptor = socket(family, System.streamSocket, 0)
    guard descriptor >= 0 else { throw .definite(.system(System.text(errno: errno))) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    if family != AF_UNIX {
      var on: Int32 = 1
      setsockopt(
        descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    return descriptor
  }

  private func checkConnected(_ socket: Int32) throws(Failure) {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length)
    guard error == 0 else { throw Self.connectFailure(error) }
  }

  /// ENOENT is a unix socket that is not there: its server is not up, just as when it refuses.
  private static func connectFailure(_ error: Int32) -> Failure {
    switch error {
    case ECONNREFUSED, ENOENT: .definite(.connectionRefused)
    case ETIMEDOUT: .definite(.timeout)
    case ECONNRESET, EPIPE: .definite(.connectionClosed)
    default: .definite(.system(System.text(errno: error)))
    }
  }
}

/// A socket address of any family.
struct SocketAddress {
  var family: Int32
  var bytes: [UInt8]

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    // Copied, because an array of bytes promises no alignment.
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(bytes.count))
      }
    }
  }

  static func resolve(_ endpoint: RedisAddress.Endpoint) throws(Failure) -> [SocketAddress] {
    switch endpoint {
    case .unix(let path): [try unix(path)]
    case .tcp(let host, let port): try tcp(host, port)
    }
  }

  private static func unix(_ path: String) throws(Failure) -> SocketAddress {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { target in
      guard path.utf8.count < target.count else { return false }
      target.copyBytes(from: path.utf8)
      return true
    }
    guard fits else {
      throw .definite(.system("the unix socket's path is too long; use a shorter directory"))
    }
    return SocketAddress(family: AF_UNIX, bytes: withUnsafeBytes(of: address) { Array($0) })
  }

  private static func tcp(_ host: String, _ port: UInt16) throws(Failure) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = System.streamSocket
    var list: UnsafeMutablePointer<addrinfo>?
    let error = getaddrinfo(host, String(port), &hints, &list)
    guard error == 0 else {
      throw .definite(.system("host \(host): \(String(cString: gai_strerror(error)))"))
    }
    defer { freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var entry = list
    while let info = entry?.pointee {
      let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
      found.append(SocketAddress(family: info.ai_family, bytes: Array(bytes)))
      entry = info.ai_next
    }
    return found
  }
}
