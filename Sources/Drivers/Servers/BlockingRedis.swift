// A Redis connection that blocks, for the few questions asked before a run: are you there, which
// version are you. Clients of a run use the event loop's connections instead.

internal import CHiredis
internal import Glibc

/// A blocking connection, closed when it goes.
struct BlockingRedis: ~Copyable {
  private let context: UnsafeMutablePointer<redisContext>

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

  /// Sends one command and waits for its reply.
  func send(_ words: [String]) throws(Broken) -> Reply {
    let reply = withCStrings(words) { arguments in
      arguments.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: words.count) {
        redisCommandArgv(context, Int32(words.count), $0, nil)
      }
    }
    guard let reply else { throw Broken(reason: Self.reason(of: context)) }
    defer { freeReplyObject(reply) }
    return Self.value(reply.assumingMemoryBound(to: redisReply.self).pointee)
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
