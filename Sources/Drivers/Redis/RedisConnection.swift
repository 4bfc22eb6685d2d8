// One client's connection to Redis: one exchange at a time, straight-line. It never reconnects and
// never sends anything twice: a retried DECR is a double sale, so retrying is for a strategy to do
// in the open. A connection whose answer is overdue is closed, since the late answer would be taken
// for the next one's.

/// A connection to a Redis server.
///
/// It belongs to one event loop and is used there by one task at a time. An open connection lives
/// until `close()` or its loop's end, even if it is forgotten.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, which every entry checks.
public final class RedisConnection: @unchecked Sendable {
  /// The loop it belongs to.
  public let loop: EventLoop
  /// How long a command without a deadline of its own may take.
  public var timeout: Duration { .nanoseconds(timeoutNs) }
  let timeoutNs: Int64 = 5_000_000_000
  /// Passed by every command before it is sent; nil lets all pass.
  public var gate: (any CommandGate)?
  /// Where steps are recorded; nil records none.
  public var trace: CommandTrace?
  /// Whether MULTI was answered and neither EXEC nor DISCARD was: commands are queued.
  public internal(set) var inTransaction = false

  private let stream: RedisStream
  private let exchange: Exchange
  private var sentBefore = 0
  private var missing = 0
  private var isPipelined = false
  // What the last exchange brought.
  /// The reply, when one was expected.
  private(set) var reply = RedisReply.null
  /// The replies, when several were expected.
  private(set) var replies: [RedisReply] = []
  /// Why replies are missing.
  private(set) var failure: Failure.Reason?
  /// When the last reply, or the failure, was in; kept only while there is a trace.
  private(set) var received: Int64 = 0

  /// Takes over a connected socket.
  init(_ socket: Int32, through channel: TLSChannel? = nil, on loop: EventLoop) throws(Failure) {
    self.loop = loop
    exchange = Exchange(on: loop)
    stream = try RedisStream(socket, through: channel, on: loop)
    exchange.own(by: self)
    stream.own(by: self)
  }

  /// Connects, authenticates, selects the database, and makes sure that the server answers.
  ///
  /// `deadline`, in ns of `EventLoop.now()`, is for all of it; `name` is what CLIENT LIST shows.
  /// What it throws is always definite: opening a connection has no effect.
  public static func open(
    _ address: RedisAddress, on loop: EventLoop, deadline: Int64, name: String? = nil
  ) async throws(Failure) -> RedisConnection {
    loop.preconditionOnLoop()
    let channel = try address.channel()
    let socket = try await loop.connect(to: address.endpoint, until: deadline)
    let connection = try RedisConnection(socket, through: channel, on: loop)
    do throws(Failure) {
      for command in address.greeting(name: name) {
        _ = try await connection.send(command, deadline: deadline)
      }
      return connection
    } catch {
      connection.close()
      if case .server(let code, let message) = error.reason {
        throw .definite(.server(code: code, message: address.withoutPassword(message)))
      }
      throw .definite(error.reason)
    }
  }

  /// Whether commands can be sent; a connection that was lost, timed out or closed stays closed.
  public var isOpen: Bool { stream.isOpen }

  /// Closes the connection; a command under way fails with `connectionClosed`.
  public func close() {
    loop.preconditionOnLoop()
    stream.close()
    ended(.connectionClosed)
  }

  /// Gives the stream away, to be used in another mode; this connection is of no use afterwards.
  func surrender() -> RedisStream {
    exchange.stop()
    return stream
  }

  // MARK: One exchange

  /// Whether any byte of the last exchange left; none did when the connection had been closed.
  var hasSent: Bool { stream.sentCount != sentBefore }

  /// Sends bytes and suspends until `count` replies came or `failure` says why not.
  func exchange(_ bytes: [UInt8], expecting count: Int, until deadline: Int64) async {
    loop.preconditionOnLoop()
    precondition(!exchange.isUnderWay, "a connection carries one exchange at a time")
    sentBefore = stream.sentCount
    failure = nil
    guard stream.isOpen else { return fail(.connectionClosed) }
    missing = count
    isPipelined = count > 1
    if isPipelined { replies.removeAll(keepingCapacity: true) }
    await exchange.run(until: deadline) { stream.send(bytes) }
  }

  /// Turns an answered exchange into a lost one, as a broken connection would have.
  func loseReply() {
    stream.close()
    exchange.stop()
    if failure == nil { fail(.connectionClosed) }
  }

  private func fail(_ reason: Failure.Reason) {
    failure = reason
    if trace != nil { received = EventLoop.now() }
  }
}

extension RedisConnection: RedisStreamOwner, ExchangeOwner {
  func received(_ reply: RedisReply) {
    guard exchange.isUnderWay else {
      // Nobody asked: whatever it is, the next reply would be taken for another command's.
      stream.close()
      return exchange.stop()
    }
    if trace != nil { received = EventLoop.now() }
    if isPipelined { replies.append(reply) } else { self.reply = reply }
    missing -= 1
    if missing == 0 { exchange.end() }
  }

  func ended(_ reason: Failure.Reason) {
    if exchange.isUnderWay { fail(reason) }
    exchange.stop()
  }

  func overdue() {
    stream.close()
    ended(.timeout)
  }
}

extension RedisAddress {
  fileprivate func channel() throws(Failure) -> TLSChannel? {
    do throws(TLSFailure) {
      return try TLSChannel(tls, to: endpoint)
    } catch {
      throw .definite(.system(error.reason))
    }
  }

  /// What a new connection says first.
  ///
  /// PING because a server that is loading, full or closed to us accepts connections all the same.
  fileprivate func greeting(name: String?) -> [RedisCommand] {
    var commands: [RedisCommand] = []
    if let password {
      let words = (user.map { [$0] } ?? []) + [password]
      commands.append(RedisCommand("AUTH", words.map { .text($0) }, effect: .read))
    }
    if database != 0 {
      commands.append(RedisCommand("SELECT", [.integer(database)], effect: .read))
    }
    if let name {
      commands.append(RedisCommand("CLIENT", ["SETNAME", .text(name)], effect: .read))
    }
    return commands + [RedisCommand("PING", effect: .read)]
  }
}
