// Where the servers' programs are: PATH first, then the folders packages put them in.

internal import Glibc
internal import Synchronization

/// The programs of this machine.
public struct Programs: Sendable, Hashable {
  /// Folders in the order they are looked in.
  public var path: [String]
  /// Folders packages use without putting them on PATH, newest version first.
  public var elsewhere: [String]
  /// The absolute path of the Redis or Valkey to start; nil: the one that is found.
  public var chosenRedis: String?
  /// The folder of the PostgreSQL to start; nil: the one that is found.
  public var chosenPostgres: String?

  public init(path: [String], elsewhere: [String]) {
    self.path = path
    self.elsewhere = elsewhere
  }

  /// PATH of this process, and where Debian, Red Hat and Homebrew keep their servers.
  public static let installed = Programs(
    path: (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin")
      .split(separator: ":").map { String($0) },
    elsewhere: newestFirst(
      matching: [
        "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
        "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin", "/opt/homebrew/opt/postgresql*/bin",
      ]) + [
        "/usr/sbin", "/usr/libexec", "/home/linuxbrew/.linuxbrew/bin", "/opt/homebrew/bin",
        "/usr/local/bin", "/usr/local/sbin",
      ])

  /// The same, but these servers whatever else is found; nil leaves the choice as it is.
  ///
  /// Fails where there is no such program: nothing else is taken instead.
  public func choosing(
    redis: String?, postgres: String?
  ) throws(ServerFailure) -> Programs {
    var programs = self
    if let redis {
      guard isExecutable(redis) else {
        throw .notExecutable(program: redis, reason: "no such program")
      }
      programs.chosenRedis = absolute(redis)
    }
    if let postgres {
      for name in ["postgres", "initdb"] where !isExecutable("\(postgres)/\(name)") {
        throw .notExecutable(program: "\(postgres)/\(name)", reason: "no such program")
      }
      programs.chosenPostgres = absolute(postgres)
    }
    return programs
  }

  /// The absolute path of an executable, or nil.
  public func find(_ name: String) -> String? {
    folder(holding: [name]).map { "\($0)/\(name)" }
  }

  /// Runs a program to its end and returns all it printed.
  ///
  /// It starts with no signal blocked or ignored, whatever mask we have inherited: without SIGALRM
  /// pgbench's `-T` never ends.
  public static func run(
    _ program: String, _ arguments: [String]
  ) throws(ServerFailure) -> String {
    try Spawn(
      program: program, arguments: arguments, environment: Spawn.environment(), directory: "/"
    ).succeed(within: nil)
  }

  /// The first folder that holds all of `names`: programs of one installation belong together.
  func folder(holding names: [String]) -> String? {
    (path + elsewhere).first { folder in
      names.allSatisfy { isExecutable("\(folder)/\($0)") }
    }
  }

  /// The absolute path of `redis-server`; where there is none, of `valkey-server`.
  func redisServer() throws(ServerFailure) -> String {
    guard let program = chosenRedis ?? find("redis-server") ?? find("valkey-server") else {
      throw .missingProgram(name: "redis-server", package: "redis-server")
    }
    return program
  }

  /// The Redis or Valkey that would be started.
  public func redis() throws(ServerFailure) -> ServerIdentity {
    try Self.identity(of: redisServer())
  }

  /// The folder of `postgres` and `initdb`: on PATH, where pg_config says, or in a package's
  /// folder.
  func postgresFolder() throws(ServerFailure) -> String {
    if let chosenPostgres { return chosenPostgres }
    let names = ["postgres", "initdb"]
    if let folder = Programs(path: path, elsewhere: []).folder(holding: names) { return folder }
    if let config = find("pg_config"),
      let printed = try? Spawn(
        program: config, arguments: ["--bindir"], environment: Spawn.environment(), directory: "/"
      ).succeed(within: Self.timeout),
      let folder = lastLines(of: printed, count: 1).first,
      Programs(path: [folder], elsewhere: []).folder(holding: names) != nil
    {
      return folder
    }
    guard let folder = folder(holding: names) else {
      throw .missingProgram(name: "postgres", package: "postgresql")
    }
    return folder
  }

  /// The absolute path of `mariadbd`.
  func mariaDB() throws(ServerFailure) -> String {
    guard let program = find("mariadbd") else {
      throw .missingProgram(name: "mariadbd", package: "mariadb-server-core")
    }
    return program
  }

  /// What `program --version` says; asked once per program.
  ///
  /// One that hangs, fails or says something else is refused, each time in a sentence of its own.
  static func identity(
    of program: String, within seconds: Int = timeout
  ) throws(ServerFailure) -> ServerIdentity {
    if let known = identities.withLock({ $0[program] }) { return known }
    let printed = try Spawn(
      program: program, arguments: ["--version"], environment: Spawn.environment(), directory: "/"
    ).succeed(within: seconds)
    guard let identity = ServerIdentity(stated: printed) else {
      let line = lastLines(of: printed, count: 1).first ?? ""
      let text = line.unicodeScalars.prefix(80).map { $0.escaped(asASCII: true) }.joined()
      throw .notExecutable(
        program: program,
        reason: text.isEmpty
          ? "its --version says nothing" : "its --version is not understood: \(text)")
    }
    identities.withLock { $0[program] = identity }
    return identity
  }

  /// Seconds that a program may take to say what it is: milliseconds, where it is not broken; a
  /// machine may be busy.
  static let timeout = 20

  private static let identities = Mutex<[String: ServerIdentity]>([:])
}

/// A path that stays right in whatever folder a program is started.
private func absolute(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func isExecutable(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
}

/// The existing folders that match, by descending version number within each pattern.
private func newestFirst(matching patterns: [String]) -> [String] {
  patterns.flatMap { pattern in
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [String]() }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
      .sorted { versionNumber(of: $0) > versionNumber(of: $1) }
  }
}

/// The first number in a path, such as 15 in `/usr/lib/postgresql/15/bin`.
private func versionNumber(of path: String) -> Int {
  let digits = path.drop { !$0.isNumber }.prefix { $0.isNumber }
  return Int(digits) ?? 0
}
