// A Redis connection that blocks, for the few questions asked before a run: are you there, which
// version are you. Clients of a run use the event loop's connections instead.

internal import CHiredis
internal import Glibc

/// A blocking connection, closed when it goes.
struct BlockingRedis: ~Copyable {
  private let context: UnsafeMutablePointer<redisContext>
  private let channel: TLSChannel?
  private let seconds: Int

  enum Reply: Equatable {
    /// A status, a bulk string or an integer, as text.
    case text(String)
    case array([String])
    case null
    /// The server's error, such as `NOAUTH Authentication required.`
    case error(String)
  }

  /// What the socket says, refused, timed out, closed, or what TLS says.
  struct Broken: Error {
    var reason: String
    var isTLS = false
  }

  /// Connects, and shows nobody a password.
  init(_ address: RedisAddress, seconds: Int) throws(Broken) {
    let channel = try Self.channel(to: address)
    context = try Self.connect(address.endpoint, timeout: timeval(tv_sec: seconds, tv_usec: 0))
    self.channel = channel
    self.seconds = seconds
  }

  /// The same, and shows the address' password; where that is refused, the next command is too.
  static func open(_ address: RedisAddress, seconds: Int) throws(Broken) -> BlockingRedis {
    let connection = try BlockingRedis(address, seconds: seconds)
    if let password = address.password {
      _ = try connection.send(["AUTH"] + [address.user, password].compactMap { $0 })
    }
    return connection
  }

  /// What answers at an endpoint: asked when the expected server doesn't.
  static func speaks(_ wire: Speech, at address: RedisAddress, seconds: Int) -> Bool {
    let address = RedisAddress(address.endpoint, tls: wire == .tls ? TLSSettings() : nil)
    guard let connection = try? BlockingRedis(address, seconds: seconds) else { return false }
    connection.channel?.trustAnybody()
    let hasAnswered = (try? connection.send(["PING"])) != nil
    // One that wants a certificate of ours has shaken hands before it says so.
    return hasAnswered || connection.channel?.isEstablished == true
  }

  enum Speech { case plain, tls }

  deinit { redisFree(context) }

  /// Sends one command and waits for its reply, no longer than was given for it as a whole: a server
  /// may send a byte a second, or never come to an end.
  func send(_ words: [String]) throws(Broken) -> Reply {
    let end = ContinuousClock.now + .seconds(seconds)
    try write(RedisCommand.bytes(of: words))
    var partial = PartialReply()
    while true {
      var object: UnsafeMutableRawPointer?
      guard redisGetReplyFromReader(context, &object) == REDIS_OK else {
        throw Broken(reason: Self.reason(of: context))
      }
      if let object {
        defer { freeReplyObject(object) }
        return Self.value(object.assumingMemoryBound(to: redisReply.self).pointee)
      }
      if let excess = partial.excess { throw Broken(reason: "it sends \(excess)") }
      try readOn(until: end, &partial)
    }
  }

  private func readOn(
    until end: ContinuousClock.Instant, _ partial: inout PartialReply
  ) throws(Broken) {
    let left = (end - ContinuousClock.now) / .milliseconds(1)
    var entry = pollfd(fd: context.pointee.fd, events: Int16(POLLIN), revents: 0)
    // A signal (EINTR) only makes it look again.
    guard left > 0, poll(&entry, 1, Int32(left.rounded(.up))) != 0 else {
      throw Broken(reason: "it does not answer")
    }
    try withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer throws(Broken) in
      let count = System.read(context.pointee.fd, buffer)
      guard count > 0 else {
        if System.isTransient(count) { return }
        throw Broken(
          reason: count == 0
            ? "it closes the connection" : System.text(errno: Int32(-count)))
      }
      partial.add(count: count)
      try feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private func feed(_ bytes: UnsafeRawBufferPointer) throws(Broken) {
    guard let channel else {
      redisReaderFeed(context.pointee.reader, bytes.baseAddress, bytes.count)
      return
    }
    do throws(TLSFailure) {
      let plain = try channel.read(bytes)
      redisReaderFeed(context.pointee.reader, plain, plain.count)
    } catch {
      try? writeAll(channel.output())
      throw Broken(reason: error.reason, isTLS: true)
    }
    try writeAll(channel.output())
  }

  private func write(_ bytes: [UInt8]) throws(Broken) {
    guard let channel else { return try writeAll(bytes) }
    do throws(TLSFailure) {
      try channel.write(bytes)
    } catch {
      throw Broken(reason: error.reason, isTLS: true)
    }
    try writeAll(channel.output())
  }

  /// The socket blocks, for as long as was given when it was opened.
  private func writeAll(_ bytes: [UInt8]) throws(Broken) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { System.write(context.pointee.fd, $0) }
      guard count > 0 else {
        if count == -Int(EINTR) { continue }
        throw Broken(
          reason: count == -Int(EAGAIN)
            ? "it does not answer" : System.text(errno: Int32(-count)))
      }
      rest = rest.dropFirst(count)
    }
  }

  private static func channel(to address: RedisAddress) throws(Broken) -> TLSChannel? {
    do throws(TLSFailure) {
      return try TLSChannel(address.tls, to: address.endpoint)
    } catch {
      throw Broken(reason: error.reason, isTLS: true)
    }
  }

  private static func connect(
    _ endpoint: RedisAddress.Endpoint, timeout: timeval
  ) throws(Broken) -> UnsafeMutablePointer<redisContext> {
    let opened =
      switch endpoint {
      case .unix(let path): redisConnectUnixWithTimeout(path, timeout)
      case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), timeout)
      }
    guard let opened else { throw Broken(reason: "out of memory") }
    if opened.pointee.err != 0 {
      let reason = reason(of: opened)
      redisFree(opened)
      throw Broken(reason: reason)
    }
    redisSetTimeout(opened, timeout)
    return opened
  }

  private static func value(_ reply: redisReply) -> Reply {
    switch reply.type {
    case REDIS_REPLY_ERROR: return .error(text(reply))
    case REDIS_REPLY_NIL: return .null
    case REDIS_REPLY_INTEGER: return .text(String(reply.integer))
    case REDIS_REPLY_ARRAY:
      return .array(
        (0..<Int(reply.elements)).map { index in
          reply.element[index].map { text($0.pointee) } ?? ""
        })
    default: return .text(text(reply))
    }
  }

  private static func text(_ reply: redisReply) -> String {
    guard let start = reply.str else { return "" }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(reply.len))
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func reason(of context: UnsafeMutablePointer<redisContext>) -> String {
    // A receive timeout comes as EAGAIN, which tells a reader nothing.
    if context.pointee.err == REDIS_ERR_IO && errno == EAGAIN { return "it does not answer" }
    return withUnsafeBytes(of: context.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
