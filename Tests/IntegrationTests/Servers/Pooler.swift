// A pgbouncer of the test's own in front of a private PostgreSQL, on a loopback port. Tests that need
// it are disabled where it is not installed (Debian: apt-get install pgbouncer).

import Testing

@testable import Drivers

struct Pooler {
  let address: PostgresAddress
  private let process: ServerProcess

  /// The program; nil where it is not installed.
  static let program =
    Programs(path: Programs.installed.path + ["/usr/sbin", "/usr/local/sbin"], elsewhere: [])
    .find("pgbouncer")

  /// Starts one in front of a server that listens on a port. `settings` as in pgbouncer.ini.
  init(
    _ mode: String, before server: PostgresServer, settings: [String: String] = [:],
    in run: RunDirectory
  ) throws {
    let upstream = try #require(server.tcpAddress)
    let password = try #require(upstream.password)
    let port = try #require(try LoopbackPort.free.choose())
    let directory = try run.makeSubdirectory("pgbouncer")
    var lines = [
      "auth_type": "any", "listen_addr": "127.0.0.1", "listen_port": "\(port)",
      "pool_mode": mode, "unix_socket_dir": "",
    ]
    lines.merge(settings) { _, new in new }
    let text = """
      [databases]
      postgres = host=127.0.0.1 port=\(upstream.port) user=soldout password=\(password)
      [pgbouncer]
      \(lines.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: "\n"))

      """
    // Read before it becomes anybody else.
    let file = "\(run.path)/\(mode)-\(port).ini"
    try writeFile(text, to: file)
    process = ServerProcess(
      name: "pgbouncer",
      spawn: Spawn(
        program: try #require(Self.program), arguments: [file], environment: Spawn.environment(),
        directory: directory, user: run.user),
      logPath: "\(directory)/log", endings: [(2, 3)])
    try process.start()
    address = PostgresAddress(
      host: "127.0.0.1", port: port, user: "soldout", database: "postgres")
    let address = address
    let isUp = eventually {
      if case .unreachable? = failure(of: { _ = try ExternalProbe.postgres(address) }) {
        return false
      }
      return true
    }
    try #require(isUp, "\(process.logTail())")
  }

  /// What does not end now is ended by the watchdog.
  func stop() { try? process.stop() }
}

/// What a look at a server throws; nil if it is content.
func failure(of look: () throws -> Void) -> ServerFailure? {
  do {
    try look()
    return nil
  } catch {
    return error as? ServerFailure
  }
}
