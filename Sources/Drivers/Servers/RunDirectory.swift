// The private directory of a run: sockets, data and logs of its servers, gone when the run is gone.

internal import Glibc
internal import Synchronization

/// A directory of our own (mode 0700) that holds private servers; `close` stops them and removes
/// it.
///
/// It lies under TMPDIR or, where that is too deep for a unix socket's path or out of reach of the
/// user the servers run as, under /tmp. If this process ends without `close`, however it ends, the
/// watchdog does the same.
public final class RunDirectory: Sendable {
  /// Absolute, without symbolic links.
  public let path: String
  /// Whom servers in here run as, nil where that is ourselves.
  let user: ServerUser?
  let programs: Programs
  /// The password of every server in here: random, written to no place that others can read.
  let password = randomWord(length: 40)

  private let token: String
  private let state = Mutex(State())

  private struct State {
    var servers: [any PrivateServer] = []
    var subdirectories: [String: Int] = [:]
  }

  /// Makes the directory.
  public convenience init(programs: Programs = .installed) throws(ServerFailure) {
    try self.init(programs: programs, user: try ServerUser.unprivileged(programs))
  }

  /// Makes the directory for a user's programs; nil: for our own.
  init(programs: Programs, user: ServerUser?) throws(ServerFailure) {
    self.programs = programs
    self.user = user
    let temporary = getenv("TMPDIR").map { [String(cString: $0)] } ?? []
    let base = try Self.base(among: temporary + ["/tmp"], for: user)
    token = randomWord(length: 16)
    path = "\(base)/soldout-\(randomWord(length: 8))"
    try Watchdog.hold(path, token: token)
    do throws(ServerFailure) {
      try makePrivate(path, owner: user)
      try write("\(token)\n", to: "\(path)/\(Watchdog.marker)")
    } catch {
      Watchdog.forget(path, token: token)
      throw error
    }
  }

  /// Makes a directory inside, owned by the servers' user: `redis-1`, then `redis-2`.
  func makeSubdirectory(_ name: String) throws(ServerFailure) -> String {
    let number = state.withLock { state in
      state.subdirectories[name, default: 0] += 1
      return state.subdirectories[name, default: 0]
    }
    let directory = "\(path)/\(name)-\(number)"
    try makePrivate(directory, owner: user)
    return directory
  }

  /// Makes a folder in a subdirectory, owned by the servers' user.
  func makeFolder(inside directory: String, _ name: String) throws(ServerFailure) -> String {
    try makePrivate("\(directory)/\(name)", owner: user)
    return "\(directory)/\(name)"
  }

  /// Writes a file into a subdirectory that the servers' user can read and nobody else (0600).
  func writeSecret(_ text: String, to path: String) throws(ServerFailure) {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .directory(path: path, reason: message(errno)) }
    defer { Glibc.close(file) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .directory(path: path, reason: message(errno)) }
      rest = rest.dropFirst(count)
    }
    if let user, fchown(file, user.id, user.group) != 0 {
      throw .directory(path: path, reason: message(errno))
    }
  }

  /// `close` will stop this server.
  func adopt(_ server: any PrivateServer) {
    state.withLock { $0.servers.append(server) }
  }

  /// Stops the servers in here, last started first, and removes the directory. A second call does
  /// nothing.
  public func close() throws(ServerFailure) {
    let servers = state.withLock { state in
      defer { state.servers = [] }
      return state.servers
    }
    var failure: ServerFailure?
    for server in servers.reversed() {
      do throws(ServerFailure) {
        try server.stop()
      } catch {
        failure = failure ?? error
      }
    }
    // Then the directory stays, and what lives in it is left to the watchdog.
    if let failure { throw failure }
    guard access(path, F_OK) == 0 else { return }
    try removeTree(path)
    Watchdog.forget(path, token: token)
  }

  /// Room for `/soldout-12345678/postgres-12/.s.PGSQL.54321` in a unix socket's path, which is at
  /// most 107 bytes long (unix(7)).
  private static let longestBase = 107 - 46

  /// The first of `candidates` that will do, without symbolic links.
  static func base(
    among candidates: [String], for user: ServerUser?
  ) throws(ServerFailure) -> String {
    for candidate in candidates {
      guard let base = resolved(candidate), base.utf8.count <= longestBase,
        !base.contains(where: \.isNewline), access(base, W_OK) == 0,
        user == nil || isOpenToAll(base)
      else { continue }
      return base
    }
    throw .directory(
      path: candidates.joined(separator: " or "),
      reason: "it cannot be written to, is too deep or not open to the servers' user")
  }
}

/// Removes a directory and all in it. By rm, which a symbolic link exchanged meanwhile cannot lead
/// elsewhere.
func removeTree(_ path: String) throws(ServerFailure) {
  try Spawn(
    program: "/bin/rm", arguments: ["-rf", "--", path], environment: Spawn.environment(),
    directory: "/"
  ).succeed()
}

/// A directory with mode 0700 that did not exist before.
private func makePrivate(_ path: String, owner: ServerUser?) throws(ServerFailure) {
  guard mkdir(path, 0o700) == 0 else { throw .directory(path: path, reason: message(errno)) }
  if let owner, chown(path, owner.id, owner.group) != 0 {
    throw .directory(path: path, reason: message(errno))
  }
}

private func write(_ text: String, to path: String) throws(ServerFailure) {
  do throws(FileFailure) {
    try writeFile(text, to: path)
  } catch {
    throw .directory(path: path, reason: error.reason)
  }
}

/// The path without symbolic links, nil where it does not exist.
private func resolved(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}

/// Whether everybody may pass through every folder of an absolute path.
private func isOpenToAll(_ path: String) -> Bool {
  var status = stat()
  var folder = ""
  for part in path.split(separator: "/") {
    folder += "/\(part)"
    guard stat(folder, &status) == 0, status.st_mode & S_IXOTH != 0 else { return false }
  }
  return true
}

/// Random lower-case letters and digits.
func randomWord(length: Int) -> String {
  let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
  return String((0..<length).map { _ in letters[Int.random(in: letters.indices)] })
}
