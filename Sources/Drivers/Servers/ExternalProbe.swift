// The first question to a server the user named: are you there, do you let us in, how old are you.
// Blocks the calling thread for at most a few seconds; a run starts only after it.

internal import CLibPQ
internal import Glibc

/// A look at servers we did not start.
public enum ExternalProbe {
  /// The oldest Redis with users and passwords (ACL, `AUTH user password`), and what the oldest
  /// distributions in use ship (Debian 11, Ubuntu 22.04: 6.0.16). A strategy that needs a later
  /// command (GETDEL: 6.2) finds the version in what the probe returns.
  public static let oldestRedis = ServerVersion(6)
  /// The first PostgreSQL whose standby is a `standby.signal` file, and what Ubuntu 20.04 ships.
  public static let oldestPostgres = ServerVersion(12)

  /// Connects, authenticates, selects the database and returns what the server is.
  public static func redis(
    _ address: RedisAddress, seconds: Int = 5
  ) throws(ServerFailure) -> ServerIdentity {
    Interrupts.ignoreBrokenPipes()
    let found: Result<String, ServerFailure>
    do throws(BlockingRedis.Broken) {
      found = try askRedis(address, seconds: seconds)
    } catch {
      throw misunderstanding(address, error, seconds: seconds)
    }
    let information = try found.get()
    guard let identity = ServerIdentity(information: information), let redis = identity.redis else {
      throw .unreachable(address: address.description, reason: "it does not state its version")
    }
    try require(redis, atLeast: oldestRedis, of: "Redis at \(address)")
    return identity
  }

  /// Connects and returns the server's version.
  public static func postgres(
    _ address: PostgresAddress, seconds: Int = 5
  ) throws(ServerFailure) -> ServerVersion {
    let connection = try connect(address, seconds: seconds)
    defer { PQfinish(connection) }
    guard PQstatus(connection) == CONNECTION_OK else { throw refusal(connection, address) }
    let version = ServerVersion(postgresNumber: Int(PQserverVersion(connection)))
    try require(version, atLeast: oldestPostgres, of: "PostgreSQL at \(address)")
    return version
  }

  static func require(
    _ version: ServerVersion, atLeast oldest: ServerVersion, of server: String
  ) throws(ServerFailure) {
    guard version >= oldest else {
      throw .tooOld(server: server, found: version, needed: oldest)
    }
  }
}

// MARK: Redis

extension ExternalProbe {
  /// The reply of INFO server, or the refusal of any step before it.
  private static func askRedis(
    _ address: RedisAddress, seconds: Int
  ) throws(BlockingRedis.Broken) -> Result<String, ServerFailure> {
    let connection = try BlockingRedis(address, seconds: seconds)
    var steps = [["PING"], ["SELECT", "\(address.database)"]]
    if let password = address.password {
      steps.insert(["AUTH"] + [address.user, password].compactMap { $0 }, at: 0)
    }
    for step in steps {
      if case .error(let text) = try connection.send(step) {
        return .failure(refusal(address.withoutPassword(text), address))
      }
    }
    switch try connection.send(["INFO", "server"]) {
    case .text(let text): return .success(text)
    case .error(let text): return .failure(refusal(text, address))
    default: return .success("")
    }
  }

  /// Why a Redis gave no answer: it may speak TLS where it is asked in plain, or the other way round.
  private static func misunderstanding(
    _ address: RedisAddress, _ broken: BlockingRedis.Broken, seconds: Int
  ) -> ServerFailure {
    let text = address.description
    if address.tls == nil, BlockingRedis.speaks(.tls, at: address, seconds: seconds) {
      return .unfit(
        address: text, reason: "it speaks TLS", advice: "write rediss:// instead of redis://")
    }
    guard address.tls != nil else { return .unreachable(address: text, reason: broken.reason) }
    if BlockingRedis.speaks(.plain, at: address, seconds: seconds) {
      return .noTLS(
        address: text, reason: "it does not speak TLS; write redis:// instead of rediss://")
    }
    return broken.isTLS
      ? .noTLS(address: text, reason: broken.reason)
      : .unreachable(address: text, reason: broken.reason)
  }

  /// Redis names the kind of an error in its first word.
  private static func refusal(_ text: String, _ address: RedisAddress) -> ServerFailure {
    let address = address.description
    if text.hasPrefix("LOADING") {
      return .unfit(
        address: address, reason: "it is still loading its data", advice: "run again when it has")
    }
    if text.hasPrefix("NOAUTH") { return .passwordNeeded(address: address) }
    if text.hasPrefix("WRONGPASS") || text.hasPrefix("ERR invalid password") {
      return .passwordRefused(address: address)
    }
    return .unreachable(address: address, reason: text)
  }
}

// MARK: PostgreSQL

extension ExternalProbe {
  /// Connects and waits for the outcome until just after the deadline: a server may ask for so many rounds of
  /// SCRAM that libpq takes hours. Such a session is left to its thread.
  static func connect(
    _ address: PostgresAddress, seconds: Int
  ) throws(ServerFailure) -> OpaquePointer {
    let attempt = Attempt()
    EventLoop.detach(EventLoop.startThread { attempt.end(open(address, seconds: seconds)) })
    guard let session = attempt.wait(seconds: seconds + 2) else {
      throw .unreachable(
        address: address.description, reason: "it did not let us in within \(seconds) s")
    }
    guard let connection = OpaquePointer(bitPattern: session) else {
      throw .unreachable(address: address.description, reason: "out of memory")
    }
    return connection
  }

  private static func open(_ address: PostgresAddress, seconds: Int) -> OpaquePointer? {
    PostgresEnvironment.forget()
    OpenSSLAtExit.keep()
    var keywords = address.options
    keywords["host"] = address.host
    keywords["port"] = "\(address.port)"
    keywords["user"] = address.user
    keywords["password"] = address.password
    keywords["dbname"] = address.database
    keywords["application_name"] = "soldout"
    keywords["connect_timeout"] = keywords["connect_timeout"] ?? "\(seconds)"
    let pairs = Array(keywords)
    return withCStrings(pairs.map(\.key)) { names in
      withCStrings(pairs.map(\.value)) { values in
        names.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: pairs.count + 1) {
          names in
          values.withMemoryRebound(
            to: UnsafePointer<CChar>?.self, capacity: pairs.count + 1
          ) { values in
            PQconnectdbParams(names, values, 0)
          }
        }
      }
    }
  }

  static func refusal(
    _ connection: OpaquePointer, _ address: PostgresAddress
  ) -> ServerFailure {
    let text = String(cString: PQerrorMessage(connection))
    if PQconnectionNeedsPassword(connection) == 1 {
      return .passwordNeeded(address: address.description)
    }
    // Only a wrong password, not, say, a missing database: for that libpq has no predicate.
    if PQconnectionUsedPassword(connection) == 1 && text.contains("authentication failed") {
      return .passwordRefused(address: address.description)
    }
    let reason = lastLines(of: text, count: 2).map { line in
      String(line.drop(while: \.isWhitespace))
    }
    return .unreachable(address: address.description, reason: reason.joined(separator: " "))
  }
}
