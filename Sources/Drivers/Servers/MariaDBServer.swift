// A MariaDB of our own, which stands in for MySQL: on a unix socket in the run's directory, tuned for
// speed since its data is thrown away, and set up like MySQL where the two differ.

internal import Glibc

/// How a private MariaDB is started.
public struct MariaDBOptions: Sendable, Hashable {
  /// Faults between client and server need TCP.
  public var port = LoopbackPort.none
  public var maxConnections = 100
  /// Whether a commit waits for the disk. Only a power cut tells the difference, kill -9 does not:
  /// without it a commit is handed to the system all the same (innodb_flush_log_at_trx_commit=2).
  public var fsync = false
  /// Who else is let in, and finds a database of that name: a user's program.
  public var guest: MySQLGuest?
  /// Further settings, by name: `["innodb-lock-wait-timeout": "1"]`.
  public var settings: [String: String] = [:]
  /// Further environment variables.
  public var environment: [String: String] = [:]
  /// How long the server may take to answer, crash recovery included.
  public var startTime = Duration.seconds(30)
  /// Where initialised data directories are kept between runs, nil for nowhere.
  public var cache: String? = DataTemplate.userCache

  public init() {}
}

/// A user of a private MariaDB with all rights to one database.
public struct MySQLGuest: Sendable, Hashable {
  public var user: String
  /// nil: the run's.
  public var password: String?
  public var database: String

  public init(user: String, password: String? = nil, database: String) {
    self.user = user
    self.password = password
    self.database = database
  }
}

/// A private MariaDB with one user, `soldout`, who has all rights and the run's password; there is no
/// root.
public final class MariaDBServer: PrivateServer {
  /// The user every private MariaDB knows.
  public static let user = "soldout"

  public let name = "mysql"
  public let identity: ServerIdentity
  /// Its unix socket.
  public let address: MySQLAddress
  /// Its loopback port, where the options ask for one.
  public let tcpAddress: MySQLAddress?
  /// The same port for the guest, in its database.
  public let guestAddress: MySQLAddress?
  /// Holds its data (`data`), its socket and its log.
  public let directory: String
  public let notes: [String]

  private let process: ServerProcess
  private let startTime: Duration

  /// Starts a server in `run` and returns when it answers: after 0.3 s, or 1 s more where there is no
  /// template yet.
  public static func start(
    _ options: MariaDBOptions = MariaDBOptions(), in run: RunDirectory
  ) throws(ServerFailure) -> MariaDBServer {
    try options.port.starting { () throws(ServerFailure) in try MariaDBServer(options, in: run) }
  }

  private init(_ options: MariaDBOptions, in run: RunDirectory) throws(ServerFailure) {
    let program = try run.programs.mariaDB()
    identity = try Programs.identity(of: program)
    guard identity.product == .mariadb else {
      throw .notExecutable(program: program, reason: "it is \(identity), not a MariaDB")
    }
    let version = identity.version
    try ExternalProbe.require(version, atLeast: ExternalProbe.oldestMariaDB, of: "MariaDB")
    let port = try options.port.choose()
    directory = try run.makeSubdirectory("mysql")
    let data = try run.makeFolder(inside: directory, "data")
    let template = MariaDBTemplate.template(version: version, cache: options.cache)
    notes = try template.fill(data, in: run)
    let socket = "\(directory)/socket"
    address = MySQLAddress(
      host: "localhost", port: port ?? 3306, socket: socket, user: Self.user,
      password: run.password)
    tcpAddress = port.map { port in
      MySQLAddress(host: "127.0.0.1", port: port, user: Self.user, password: run.password)
    }
    guestAddress = options.guest.map { guest in
      MySQLAddress(
        host: "127.0.0.1", port: port ?? 3306, user: guest.user,
        password: guest.password ?? run.password, database: guest.database)
    }
    let users = "\(directory)/users.sql"
    let statements = Self.users(password: run.password) + (guestAddress.map(Self.guest) ?? "")
    try run.writeSecret(statements, to: users)
    startTime = options.startTime
    let spawn = Spawn(
      program: program,
      arguments: Self.arguments(options, port: port, directory: directory, users: users),
      environment: Spawn.environment(adding: options.environment), directory: directory,
      user: run.user)
    // MariaDB manual, "Signals": SIGTERM is the shutdown; only SIGKILL is less gentle.
    process = ServerProcess(
      name: name, spawn: spawn, logPath: "\(directory)/log", endings: [(SIGTERM, 6)])
    try process.start()
    do throws(ServerFailure) {
      try awaitReady()
    } catch {
      try stop()
      throw error
    }
    run.adopt(self)
  }

  public var processID: Int32? { process.pid }
  public var unexpectedEnd: ServerEnd? { process.unexpectedEnd }
  public func pause() throws(ServerFailure) { try process.pause() }
  public func resume() throws(ServerFailure) { try process.resume() }
  public func kill() throws(ServerFailure) { try process.kill() }
  public func stop() throws(ServerFailure) { try process.stop() }
  public func logTail(lines: Int) -> [String] { process.logTail(lines: lines) }

  public func restart() throws(ServerFailure) {
    try process.stop()
    try process.start()
    try awaitReady()
  }

  /// Executed at every start, before any client is let in: one statement a line.
  static func users(password: String) -> String {
    """
    CREATE USER IF NOT EXISTS '\(user)'@'%' IDENTIFIED BY '\(password)';
    GRANT ALL ON *.* TO '\(user)'@'%' WITH GRANT OPTION;
    DROP USER IF EXISTS 'root'@'localhost';

    """
  }

  private static func guest(_ address: MySQLAddress) -> String {
    let database = (address.database ?? "").replacing("`", with: "``")
    let words = [address.user, address.password ?? ""].map {
      $0.replacing("\\", with: "\\\\").replacing("'", with: "''")
    }
    return """
      CREATE DATABASE IF NOT EXISTS `\(database)`;
      CREATE USER IF NOT EXISTS '\(words[0])'@'%' IDENTIFIED BY '\(words[1])';
      GRANT ALL ON `\(database)`.* TO '\(words[0])'@'%';

      """
  }

  /// The command line; no file is read beside it.
  static func arguments(
    _ options: MariaDBOptions, port: UInt16?, directory: String, users: String
  ) -> [String] {
    var settings = [
      "datadir": "\(directory)/data", "tmpdir": directory, "socket": "\(directory)/socket",
      "pid-file": "\(directory)/pid", "init-file": users,
      "max-connections": "\(options.maxConnections)",
      "innodb-flush-log-at-trx-commit": options.fsync ? "1" : "2",
      // Torn pages come from power cuts only.
      "innodb-doublewrite": options.fsync ? "ON" : "OFF", "innodb-buffer-pool-size": "32M",
      "performance-schema": "OFF", "character-set-server": "utf8mb4",
      // As MySQL: a transaction may overwrite what it has not seen. Older ones know no other way.
      "loose-innodb-snapshot-isolation": "OFF",
    ]
    settings.merge(options.settings) { _, new in new }
    let network =
      port.map { ["--bind-address=127.0.0.1", "--port=\($0)"] } ?? ["--skip-networking"]
    return ["--no-defaults"] + MariaDBTemplate.sizes + network
      + ["--skip-log-bin", "--skip-name-resolve"]
      + settings.sorted { $0.key < $1.key }.map { "--\($0.key)=\($0.value)" }
  }

  /// It opens its socket before it lets clients in, and greets once it has read its users.
  private func awaitReady() throws(ServerFailure) {
    let deadline = ContinuousClock.now + startTime
    repeat {
      guard process.pid != nil else { throw failure() }
      do throws(ServerFailure) {
        _ = try ExternalProbe.mysql(address)
        return
      } catch {
        guard case .unreachable = error else { throw error }
      }
      usleep(2000)
    } while ContinuousClock.now < deadline
    throw .notReady(
      server: name, seconds: Int(startTime.components.seconds), log: process.logTail())
  }

  private func failure() -> ServerFailure {
    let log = process.logTail(lines: 8)
    if let port = tcpAddress?.port, log.contains(where: { $0.contains("Address already in use") }) {
      return .portInUse(port)
    }
    return .endedAtStart(server: name, log: log)
  }
}
