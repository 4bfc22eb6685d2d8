// initdb takes the better part of a second; a copy of what it made takes a tenth. So its result is
// kept in the user's cache, one per server version.
// Never half a template: it is made aside, synced, and renamed into place.

internal import Glibc

/// A freshly initialised data directory, cached.
struct PostgresTemplate {
  /// The user every private PostgreSQL is initialised with.
  static let superuser = "soldout"

  /// Absolute path of the folder with `postgres` and `initdb`.
  var programs: String
  var version: ServerVersion
  /// The folder to keep templates in; nil where there is no place for one.
  var cache: String?

  /// Part of a template's name: to be raised whenever `initdbOptions` change.
  private static let generation = 1

  /// $XDG_CACHE_HOME/soldout or ~/.cache/soldout (XDG base directory specification).
  static let userCache: String? = {
    if let home = variable("XDG_CACHE_HOME"), home.hasPrefix("/") { return "\(home)/soldout" }
    return variable("HOME").map { "\($0)/.cache/soldout" }
  }()

  /// Fills the empty directory `data` with an initialised database; returns what the user should
  /// know where that could not be done by way of the cache.
  func fill(_ data: String, in run: RunDirectory) throws(ServerFailure) -> [String] {
    guard let cache else {
      try initialise(data, in: run)
      return [Self.note("neither XDG_CACHE_HOME nor HOME is set")]
    }
    let template = "\(cache)/postgres-\(version)-\(Self.generation)"
    if !Self.isComplete(template) {
      do throws(FileFailure) {
        try makeFolder(cache)
      } catch {
        try initialise(data, in: run)
        return [Self.note(error.description)]
      }
      guard access(cache, W_OK) == 0 else {
        try initialise(data, in: run)
        return [Self.note("\(cache) cannot be written to")]
      }
      try make(template, in: run)
    }
    try copy(template, to: data, in: run)
    return []
  }

  private static func note(_ reason: String) -> String {
    "PostgreSQL is initialised anew at every start, which takes a second, since the result cannot "
      + "be kept: \(reason)"
  }

  /// The directory is only ever seen whole, so two of its files say enough.
  private static func isComplete(_ template: String) -> Bool {
    access("\(template)/PG_VERSION", F_OK) == 0
      && access("\(template)/global/pg_control", F_OK) == 0
  }

  /// Two runs may do this at the same time: the second to finish finds the first one's result.
  private func make(_ template: String, in run: RunDirectory) throws(ServerFailure) {
    let fresh = try run.makeSubdirectory("initdb")
    try initialise(fresh, in: run)
    let aside = "\(template).\(randomWord(length: 8)).part"
    let token = randomWord(length: 16)
    try Watchdog.hold(aside, token: token)
    defer { Watchdog.forget(aside, token: token) }
    let marker = "\(fresh)/\(Watchdog.marker)"
    do throws(FileFailure) {
      try writeFile("\(token)\n", to: marker)
    } catch {
      throw .directory(path: marker, reason: error.reason)
    }
    try copyAll(of: fresh, to: aside, in: run)
    try sync(aside)
    if rename(aside, template) == 0 {
      unlink("\(template)/\(Watchdog.marker)")
    } else {
      let error = errno
      try removeTree(aside)
      guard error == EEXIST || error == ENOTEMPTY else {
        throw .directory(path: template, reason: message(error))
      }
    }
    try removeTree(fresh)
  }

  private func initialise(_ data: String, in run: RunDirectory) throws(ServerFailure) {
    try Spawn(
      program: "\(programs)/initdb", arguments: Self.initdbOptions(version) + ["-D", data],
      environment: Spawn.environment(), directory: run.path, user: run.user
    ).succeed()
  }

  /// Small WAL segments, since a template is copied for every server; no sync, `make` does that
  /// once.
  static func initdbOptions(_ version: ServerVersion) -> [String] {
    [
      "-U", superuser, "-A", "trust", "-N", "--locale=C", "-E", "UTF8", "--wal-segsize=1",
    ] + (version >= ServerVersion(14) ? ["--no-instructions"] : [])
  }

  private func copy(
    _ template: String, to data: String, in run: RunDirectory
  ) throws(ServerFailure) {
    try copyAll(of: "\(template)/.", to: data, in: run)
    guard let user = run.user else { return }
    try Spawn(
      program: "/bin/chown", arguments: ["-R", "\(user.id):\(user.group)", data],
      environment: Spawn.environment(), directory: run.path
    ).succeed()
  }

  private func copyAll(
    of source: String, to target: String, in run: RunDirectory
  ) throws(ServerFailure) {
    try Spawn(
      program: "/bin/cp", arguments: ["-a", "--reflink=auto", "--", source, target],
      environment: Spawn.environment(), directory: run.path
    ).succeed()
  }

  /// A name on the disk before its contents would be half a template after a power cut. Only these
  /// files: syncfs would wait for whatever else the machine is writing.
  private func sync(_ directory: String) throws(ServerFailure) {
    try Spawn(
      program: "/usr/bin/find", arguments: [directory, "-exec", "sync", "{}", "+"],
      environment: Spawn.environment(), directory: "/"
    ).succeed()
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
