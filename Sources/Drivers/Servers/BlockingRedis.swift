// A Redis connection that blocks, for the few questions asked before a run: are you there, which
// version are you. Clients of a run use the event loop's connections instead.

internal import CHiredis
internal import Glibc

/// A blocking connection, closed when it goes.
struct BlockingRedis: ~Copyable {
  private let context: UnsafeMutablePointer<redisContext>
  private let seconds: Int

  enum Reply: Equatable {
    /// A status, a bulk string or an integer, as text.
    case text(String)
    case array([String])
    case null
    /// The server's error, such as `NOAUTH Authentication required.`
    case error(String)
  }

  /// What the socket says: refused, timed out, closed.
  struct Broken: Error {
    var reason: String
  }

  init(_ endpoint: RedisAddress.Endpoint, seconds: Int) throws(Broken) {
    self.seconds = seconds
    context = try Self.connect(endpoint, timeout: timeval(tv_sec: seconds, tv_usec: 0))
  }

  /// The same, and shows the address' password; where that is refused, the next command is too.
  static func open(_ address: RedisAddress, seconds: Int) throws(Broken) -> BlockingRedis {
    let connection = try BlockingRedis(address.endpoint, seconds: seconds)
    if let password = address.password {
      _ = try connection.send(["AUTH"] + [address.user, password].compactMap { $0 })
    }
    return connection
  }

  deinit { redisFree(context) }

  /// Sends one command and waits for its reply, no longer than was given for it as a whole: a server
  /// may send a byte a second, or never come to an end.
  func send(_ words: [String]) throws(Broken) -> Reply {
    let status = withCStrings(words) { arguments in
      arguments.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: words.count) {
        redisAppendCommandArgv(context, Int32(words.count), $0, nil)
      }
    }
    guard status == REDIS_OK else { throw Broken(reason: Self.reason(of: context)) }
    let end = ContinuousClock.now + .seconds(seconds)
    var isSent: Int32 = 0
    while isSent == 0 {
      guard redisBufferWrite(context, &isSent) == REDIS_OK else {
        throw Broken(reason: Self.reason(of: context))
      }
    }
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
    guard redisBufferRead(context) == REDIS_OK else {
      throw Broken(reason: Self.reason(of: context))
    }
    // hiredis reads 16 kB at once, at most.
    partial.add(count: 16_384)
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
