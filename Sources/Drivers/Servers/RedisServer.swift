// A Redis of our own: on a unix socket in the run's directory, without persistence unless asked.

internal import Glibc

/// How a private Redis is started.
public struct RedisOptions: Sendable, Hashable {
  /// What survives kill -9 or a power cut.
  public enum Persistence: Sendable, Hashable {
    /// Nothing.
    case none
    /// The append-only file, written before each reply and synced as `Sync` says.
    case appendOnly(Sync)

    /// As people write it: `none`, or the append-only file's `appendfsync`.
    public init?(word: some StringProtocol) {
      if word == "none" {
        self = .none
      } else {
        guard let sync = Sync(rawValue: String(word)) else { return nil }
        self = .appendOnly(sync)
      }
    }

    public var word: String {
      switch self {
      case .none: "none"
      case .appendOnly(let sync): sync.rawValue
      }
    }
  }

  /// Redis' `appendfsync`.
  public enum Sync: String, Sendable, Hashable, CaseIterable {
    case always
    case everySecond = "everysec"
    case never = "no"
  }

  /// Faults between client and server, replicas and clusters need TCP.
  public var port = LoopbackPort.none
  public var persistence = Persistence.none
  /// Connections the server accepts; bounded by the limit of open files, see `notes`.
  public var maxClients = 10_000
  /// The port on 127.0.0.1 of the primary to copy.
  public var replicaOf: UInt16?
  /// A node of a cluster, with this node timeout. Needs a port.
  public var clusterNodeTimeout: Duration?
  /// Whether it wants the run's password. Without, it listens on its socket alone, which its
  /// directory guards: for programs that would show a password to everybody in `ps`.
  public var hasPassword = true
  /// Further words of the command line: `["--maxmemory", "10mb"]`.
  public var arguments: [String] = []
  /// Whether its clock can be set and its disk be made slow.
  public var hasShim = false
  /// Further environment variables.
  public var environment: [String: String] = [:]
  /// How long the server may take to answer, loading its data included.
  public var startTime = Duration.seconds(20)

  public init() {}
}

/// A private Redis server. A user who can't read its directory can't use it: its socket lies there,
/// and so does the password that it wants, also on a port and from a replica.
public final class RedisServer: PrivateServer {
  public let name = "redis-server"
  public let identity: ServerIdentity
  /// Its unix socket.
  public let address: RedisAddress
  /// Its loopback port, where the options ask for one.
  public let tcpAddress: RedisAddress?
  /// Holds its data and its log.
  public let directory: String
  public let notes: [String]
  /// What it runs under, where the options ask for it.
  public let shim: ServerShim?

  private let process: ServerProcess
  private let startTime: Duration

  /// Starts a server in `run` and returns when it answers, after about 10 ms.
  public static func start(
    _ options: RedisOptions = RedisOptions(), in run: RunDirectory
  ) throws(ServerFailure) -> RedisServer {
    precondition(
      options.clusterNodeTimeout == nil || options.port != .none, "a cluster node needs a port")
    precondition(
      options.hasPassword || options.port == .none, "a port without a password is open to all")
    return try options.port.starting { () throws(ServerFailure) in
      try RedisServer(options, in: run)
    }
  }

  private init(_ options: RedisOptions, in run: RunDirectory) throws(ServerFailure) {
    let program = try run.programs.redisServer()
    identity = try Programs.identity(of: program)
    guard let redis = identity.redis else {
      throw .notExecutable(program: program, reason: "it is \(identity), not a Redis")
    }
    try ExternalProbe.require(redis, atLeast: ExternalProbe.oldestRedis, of: program)
    let isCluster = options.clusterNodeTimeout != nil
    let port = try options.port.choose(companion: isCluster ? 10_000 : 0)
    directory = try run.makeSubdirectory("redis")
    let password = options.hasPassword ? run.password : nil
    address = RedisAddress(.unix(path: "\(directory)/socket"), password: password)
    tcpAddress = port.map {
      RedisAddress(.tcp(host: "127.0.0.1", port: $0), password: password)
    }
    let settings = "\(directory)/redis.conf"
    try run.writeSecret(Self.settings(password: password), to: settings)
    startTime = options.startTime
    shim = options.hasShim ? try ServerShim(in: run) : nil
    let variables = options.environment.merging(shim?.environment ?? [:]) { own, _ in own }
    let spawn = Spawn(
      program: program,
      arguments: [settings]
        + Self.arguments(options, port: port, directory: directory, version: redis),
      environment: Spawn.environment(adding: variables), directory: directory,
      user: run.user)
    // SIGTERM is a clean shutdown; a script that runs for ever would hold it up.
    process = ServerProcess(
      name: name, spawn: spawn, logPath: "\(directory)/log", endings: [(SIGTERM, 2)])
    try process.start()
    do throws(ServerFailure) {
      try Self.awaitAnswer(process, address, seconds: Int(options.startTime.components.seconds))
      notes = Self.notes(on: options, of: address)
    } catch {
      try process.kill()
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

  public func restart() throws(ServerFailure) { try restart(with: []) }

  /// The same, as a replica of the primary at this port of 127.0.0.1 until it is told otherwise.
  public func restart(copying port: UInt16) throws(ServerFailure) {
    try restart(with: ["--replicaof", "127.0.0.1", "\(port)"])
  }

  private func restart(with words: [String]) throws(ServerFailure) {
    try process.stop()
    // Nothing is saved here but what goes to a replica, and that would be loaded: what a server keeps
    // is what its options say.
    System.unlink("\(directory)/dump.rdb")
    try process.start(with: words)
    try Self.awaitAnswer(process, address, seconds: Int(startTime.components.seconds))
  }

  /// The file of what must not stand on the command line, which everybody can read. The default user
  /// has the password, and is the only one (Redis manual, ACL: `requirepass`).
  static func settings(password: String?) -> String {
    password.map { "requirepass \($0)\nmasterauth \($0)\n" } ?? ""
  }

  /// The command line. Redis' own defaults hold where nothing is said.
  static func arguments(
    _ options: RedisOptions, port: UInt16?, directory: String, version: ServerVersion
  ) -> [String] {
    var words = [
      "--port", "\(port ?? 0)", "--bind", "127.0.0.1", "--protected-mode", "yes",
      "--unixsocket", "\(directory)/socket", "--unixsocketperm", "700",
      "--dir", directory, "--save", "", "--maxclients", "\(options.maxClients)",
      // A thousand clients connect at once; the kernel bounds this by somaxconn.
      "--tcp-backlog", "4096",
    ]
    // DEBUG is always allowed before 7.0 and there is no such directive.
    if version >= ServerVersion(7) { words += ["--enable-debug-command", "yes"] }
    switch options.persistence {
    case .none: words += ["--appendonly", "no"]
    case .appendOnly(let sync): words += ["--appendonly", "yes", "--appendfsync", sync.rawValue]
    }
    if let primary = options.replicaOf { words += ["--replicaof", "127.0.0.1", "\(primary)"] }
    if let timeout = options.clusterNodeTimeout {
      words += ["--cluster-enabled", "yes", "--cluster-node-timeout", "\(timeout.ns / 1_000_000)"]
    }
    return words + options.arguments
  }

  /// Asks every millisecond; while it loads its data the answer is LOADING.
  private static func awaitAnswer(
    _ process: ServerProcess, _ address: RedisAddress, seconds: Int
  ) throws(ServerFailure) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    repeat {
      guard process.isAlive else { throw failure(from: process.logTail()) }
      if answers(address) { return }
      usleep(1000)
    } while ContinuousClock.now < deadline
    throw .notReady(server: process.name, seconds: seconds, log: process.logTail())
  }

  private static func answers(_ address: RedisAddress) -> Bool {
    guard let connection = try? BlockingRedis.open(address, seconds: 1),
      let reply = try? connection.send(["PING"])
    else { return false }
    if case .error(let text) = reply { return !text.hasPrefix("LOADING") }
    return true
  }

  private static func failure(from log: [String]) -> ServerFailure {
    for line in log where line.contains("Address already in use") {
      // "Could not create server TCP listening socket 127.0.0.1:7000: bind: Address already in use"
      if let word = line.split(separator: " ").first(where: { $0.hasPrefix("127.0.0.1:") }),
        let port = UInt16(word.dropFirst("127.0.0.1:".count).prefix { $0.isNumber })
      {
        return .portInUse(port)
      }
    }
    return .endedAtStart(server: "redis-server", log: log)
  }

  /// Redis lowers maxclients silently where the limit of open files is too low for it.
  private static func notes(on options: RedisOptions, of address: RedisAddress) -> [String] {
    guard let connection = try? BlockingRedis.open(address, seconds: 1),
      case .array(let setting) = try? connection.send(["CONFIG", "GET", "maxclients"]),
      setting.count == 2, let allowed = Int(setting[1]), allowed < options.maxClients
    else { return [] }
    return [
      "redis-server allows \(allowed) clients, not \(options.maxClients), since the limit of open "
        + "files is too low; raise it with `ulimit -n \(options.maxClients + 32)`"
    ]
  }
}
