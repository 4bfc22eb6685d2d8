// Making an empty database takes a second or more, copying one a tenth of that. So one is kept in the user's
// cache for each kind of server and version. A template is never half there: it is made beside its place,
// synced, and renamed.

internal import Glibc

/// A freshly initialised data directory, cached.
struct DataTemplate: Sendable {
  /// What it is called in the cache: the server, its version, and a number to be raised whenever the
  /// way it is made changes.
  var name: String
  /// People's name of the server.
  var server: String
  /// The folder to keep templates in; nil where there is no place for one.
  var cache: String?
  /// Files that are there in a whole one. A directory is only ever seen whole, so a few say enough.
  var signs: [String]
  /// As whom it is made.
  var maker: @Sendable (Programs) throws(ServerFailure) -> ServerUser?
  /// Makes one in the empty directory it is given, inside a run's directory of the maker's.
  var make: @Sendable (String, RunDirectory) throws(ServerFailure) -> Void

  /// $XDG_CACHE_HOME/soldout or ~/.cache/soldout (XDG base directory specification).
  static let userCache: String? = {
    if let home = variable("XDG_CACHE_HOME"), home.hasPrefix("/") { return "\(home)/soldout" }
    return variable("HOME").map { "\($0)/.cache/soldout" }
  }()

  /// Fills the empty directory `data` with an initialised database; returns what the user should
  /// know where that could not be done by way of the cache.
  func fill(_ data: String, in run: RunDirectory) throws(ServerFailure) -> [String] {
    func initialise() throws(ServerFailure) {
      try initialised(by: run.programs) { (fresh, _) throws(ServerFailure) in
        try copy(fresh, to: data, in: run)
      }
    }
    guard let cache else {
      try initialise()
      return [note("neither XDG_CACHE_HOME nor HOME is set")]
    }
    let template = "\(cache)/\(name)"
    if !isComplete(template) {
      do throws(FileFailure) {
        try makeFolder(cache)
      } catch {
        try initialise()
        return [note(error.description)]
      }
      guard access(cache, W_OK) == 0 else {
        try initialise()
        return [note("\(cache) cannot be written to")]
      }
      try initialised(by: run.programs) { (fresh, workshop) throws(ServerFailure) in
        try keep(fresh, as: template, in: cache, from: workshop)
      }
    }
    try copy(template, to: data, in: run)
    return []
  }

  private func note(_ reason: String) -> String {
    "\(server) is initialised at every start, which takes a second, since the result cannot be "
      + "kept: \(reason)"
  }

  private func isComplete(_ template: String) -> Bool {
    signs.allSatisfy { access("\(template)/\($0)", F_OK) == 0 }
  }

  /// Calls `body` with a new data directory, which is gone afterwards. It is made in a directory of
  /// its own, since its maker may not be the servers' user.
  private func initialised(
    by programs: Programs, _ body: (String, RunDirectory) throws(ServerFailure) -> Void
  ) throws(ServerFailure) {
    let workshop = try RunDirectory(programs: programs, user: try maker(programs))
    do throws(ServerFailure) {
      let fresh = try workshop.makeSubdirectory("template")
      try make(fresh, workshop)
      try body(fresh, workshop)
    } catch {
      // The first failure is the one to report.
      try? workshop.close()
      throw error
    }
    try workshop.close()
  }

  /// Two runs may do this at the same time: the second to finish finds the first one's result.
  private func keep(
    _ fresh: String, as template: String, in cache: String, from workshop: RunDirectory
  ) throws(ServerFailure) {
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
    try copyAll(of: fresh, to: aside, in: workshop)
    // Whose the cache is, and not the maker, who could then write what servers start with.
    var owner = stat()
    guard stat(cache, &owner) == 0 else {
      throw .directory(path: cache, reason: message(errno))
    }
    if geteuid() == 0 { try give(aside, to: owner.st_uid, owner.st_gid, in: workshop) }
    try sync(aside)
    if rename(aside, template) == 0 {
      unlink("\(template)/\(Watchdog.marker)")
      return
    }
    let error = errno
    try removeTree(aside)
    guard error == EEXIST || error == ENOTEMPTY else {
      throw .directory(path: template, reason: message(error))
    }
  }

  /// Copies what `from` holds into a directory of the servers' user.
  private func copy(
    _ from: String, to data: String, in run: RunDirectory
  ) throws(ServerFailure) {
    try copyAll(of: "\(from)/.", to: data, in: run)
    if let user = run.user { try give(data, to: user.id, user.group, in: run) }
  }

  private func give(
    _ directory: String, to user: uid_t, _ group: gid_t, in run: RunDirectory
  ) throws(ServerFailure) {
    try Spawn(
      program: "/bin/chown", arguments: ["-R", "\(user):\(group)", directory],
      environment: Spawn.environment(), directory: run.path
    ).succeed()
  }

  /// From inside the run's directory, so that the watchdog finds it: what is still being copied into
  /// can't be removed.
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
