// A PostgreSQL of our own: on a unix socket in the run's directory, tuned for speed since its
// data is thrown away.

internal import Glibc

/// How a private PostgreSQL is started.
public struct PostgresOptions: Sendable, Hashable {
  /// Faults between client and server need TCP.
  public var port = LoopbackPort.none
  public var maxConnections = 100
  /// Whether a commit waits for the disk. Only a power cut tells the difference, kill -9 does not.
  public var fsync = false
  /// Further settings, by name: `["deadlock_timeout": "10ms"]`.
  public var settings: [String: String] = [:]
  /// Further environment variables.
  public var environment: [String: String] = [:]
  /// How long the server may take to answer, crash recovery included.
  public var startTime = Duration.seconds(30)
  /// Where initialised data directories are kept between runs, nil for nowhere.
  public var cache: String? = DataTemplate.userCache

  public init() {}
}

/// A private PostgreSQL server with one superuser, `soldout`, who needs no password on the socket,
/// since only a user who can read its directory gets there, and the run's password on a port.
public final class PostgresServer: PrivateServer {
  public let name = "postgres"
  public let identity: ServerIdentity
  /// Its unix socket.
  public let address: PostgresAddress
  /// Its loopback port, where the options ask for one.
  public let tcpAddress: PostgresAddress?
  /// Holds its data (`data`), its socket and its log.
  public let directory: String
  public let notes: [String]

  private let process: ServerProcess
  private let startTime: Duration
  private var data: String { "\(directory)/data" }

  /// Starts a server in `run` and returns when it answers: after 0.1 s, or 1 s where there is no
  /// template yet.
  public static func start(
    _ options: PostgresOptions = PostgresOptions(), in run: RunDirectory
  ) throws(ServerFailure) -> PostgresServer {
    try options.port.starting { () throws(ServerFailure) in try PostgresServer(options, in: run) }
  }

  private init(_ options: PostgresOptions, in run: RunDirectory) throws(ServerFailure) {
    let programs = try run.programs.postgresFolder()
    let program = "\(programs)/postgres"
    identity = try Programs.identity(of: program)
    guard identity.product == .postgres else {
      throw .notExecutable(program: program, reason: "it is \(identity), not a PostgreSQL")
    }
    let version = identity.version
    try ExternalProbe.require(version, atLeast: ExternalProbe.oldestPostgres, of: name)
    let port = try options.port.choose()
    directory = try run.makeSubdirectory("postgres")
    let data = try run.makeFolder(inside: directory, "data")
    let template = PostgresTemplate.template(
      programs: programs, version: version, cache: options.cache)
    notes = try template.fill(data, in: run)
    address = PostgresAddress(
      host: directory, port: port ?? 5432, user: PostgresTemplate.superuser, database: "postgres")
    tcpAddress = port.map { port in
      PostgresAddress(
        host: "127.0.0.1", port: port, user: PostgresTemplate.superuser, password: run.password,
        database: "postgres")
    }
    let rules = "\(directory)/pg_hba.conf"
    try run.writeSecret(Self.rules(hasPort: port != nil), to: rules)
    startTime = options.startTime
    let spawn = Spawn(
      program: "\(programs)/postgres",
      arguments: Self.arguments(options, port: port, directory: directory, rules: rules),
      environment: Spawn.environment(adding: options.environment), directory: directory,
      user: run.user)
    // Manual §19.5: SIGINT is the fast shutdown, SIGQUIT the immediate one.
    process = ServerProcess(
      name: name, spawn: spawn, logPath: "\(directory)/log",
      endings: [(SIGINT, 3), (SIGQUIT, 6)])
    try process.start()
    do throws(ServerFailure) {
      try awaitReady()
      // Until then every login by the port is refused: no password would be right.
      if port != nil { try ExternalProbe.setPassword(run.password, at: address) }
    } catch {
      try stop()
      throw error
    }
    run.adopt(self)
  }

  public var processID: Int32? { process.pid }
  public var unexpectedEnd: ServerEnd? { process.unexpectedEnd }
  public func pause() throws(ServerFailure) { try process.pause() }
  /// SIGSTOP for one of its processes, by its number in pg_stat_activity.
  public func pause(backend: Int32) throws(ServerFailure) { try process.pause(child: backend) }
  public func resume() throws(ServerFailure) { try process.resume() }
  public func kill() throws(ServerFailure) { try process.kill() }
  public func logTail(lines: Int) -> [String] { process.logTail(lines: lines) }

  public func restart() throws(ServerFailure) {
    try process.stop()
    try process.start()
    try awaitReady()
  }

  public func stop() throws(ServerFailure) {
    try process.stop()
    // Still there only where the server could not end by itself; then so is its shared memory.
    PostgresLockFile(in: data)?.removeSharedMemory()
  }

  /// Who may come which way (PostgreSQL manual §21.1).
  static func rules(hasPort: Bool) -> String {
    "local all all trust\n" + (hasPort ? "host all all 127.0.0.1/32 scram-sha-256\n" : "")
  }

  /// The command line; it overrides postgresql.conf.
  static func arguments(
    _ options: PostgresOptions, port: UInt16?, directory: String, rules: String
  ) -> [String] {
    var settings = [
      "hba_file": rules,
      "port": "\(port ?? 5432)",
      "listen_addresses": port == nil ? "" : "127.0.0.1",
      "unix_socket_directories": directory,
      "unix_socket_permissions": "0700",
      "max_connections": "\(options.maxConnections)",
      "fsync": options.fsync ? "on" : "off",
      // Torn pages come from power cuts only.
      "full_page_writes": options.fsync ? "on" : "off",
      // Its segments are files in the data directory then, and vanish with it.
      "dynamic_shared_memory_type": "mmap",
      "logging_collector": "off",
      // A session that is killed takes all others with it, their locks and what they had not
      // committed (manual §20.14). Then the server ends as well, and is seen to have been lost.
      "restart_after_crash": "off",
    ]
    settings.merge(options.settings) { _, new in new }
    let words = settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    return ["-D", "\(directory)/data"] + words
  }

  /// The server writes its state to postmaster.pid; it is asked directly only when that says ready.
  private func awaitReady() throws(ServerFailure) {
    let deadline = ContinuousClock.now + startTime
    repeat {
      guard let pid = process.pid else { throw failure() }
      // The file of a server that was killed is still there, with the old process id.
      if let lock = PostgresLockFile(in: data), lock.pid == pid, lock.isReady {
        _ = try ExternalProbe.postgres(address)
        return
      }
      usleep(1000)
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
