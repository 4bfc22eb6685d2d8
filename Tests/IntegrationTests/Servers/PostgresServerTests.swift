// A private PostgreSQL: its template, its pauses, its deaths and what they must not leave behind.

import CLibPQ
import Glibc
import Testing

@testable import Drivers

/// The one value a query gives on a connection of its own.
func query(_ address: PostgresAddress, _ text: String) throws -> String {
  let conninfo =
    "host=\(address.host) port=\(address.port) user=\(address.user) dbname=\(address.database)"
    + " connect_timeout=5" + (address.password.map { " password=\($0)" } ?? "")
  let connection = PQconnectdb(conninfo)
  defer { PQfinish(connection) }
  try #require(
    PQstatus(connection) == CONNECTION_OK, "\(String(cString: PQerrorMessage(connection)))")
  let result = PQexec(connection, text)
  defer { PQclear(result) }
  let status = PQresultStatus(result)
  try #require(
    status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK,
    "\(String(cString: PQresultErrorMessage(result)))")
  return PQntuples(result) == 0 ? "" : String(cString: PQgetvalue(result, 0, 0))
}

@Suite struct PostgresServerTests {
  @Test func `a server answers on its unix socket and on no port`() throws {
    try withRun { run in
      let server = try PostgresServer.start(in: run)
      #expect(server.notes == [])
      #expect(try query(server.address, "SELECT 1 + 1") == "2")
      #expect(try query(server.address, "SHOW listen_addresses") == "")
      #expect(try query(server.address, "SHOW fsync") == "off")
      #expect(try query(server.address, "SHOW server_version").hasPrefix("\(server.version)"))
      try server.stop()
      #expect(!server.isAlive)
    }
  }

  @Test func `options reach the server`() throws {
    try withRun { run in
      var options = PostgresOptions()
      options.port = .free
      options.fsync = true
      options.maxConnections = 33
      options.settings = ["deadlock_timeout": "17ms"]
      let server = try PostgresServer.start(options, in: run)
      let address = try #require(server.tcpAddress)
      #expect(try query(address, "SHOW fsync") == "on")
      #expect(try query(address, "SHOW max_connections") == "33")
      #expect(try query(address, "SHOW deadlock_timeout") == "17ms")
    }
  }

  @Test func `a port in use is named`() throws {
    try withRun { run in
      var options = PostgresOptions()
      options.port = .free
      let first = try PostgresServer.start(options, in: run)
      let port = try #require(first.tcpAddress?.port)
      options.port = .exactly(port)
      #expect(throws: ServerFailure.portInUse(port)) {
        _ = try PostgresServer.start(options, in: run)
      }
    }
  }

  @Test func `a setting the server refuses comes back with its log`() throws {
    try withRun { run in
      var options = PostgresOptions()
      options.settings = ["no_such_setting": "1"]
      let failure = #expect(throws: ServerFailure.self) {
        _ = try PostgresServer.start(options, in: run)
      }
      #expect(failure?.description.contains("no_such_setting") == true)
    }
  }

  @Test func `one of its processes can be paused alone, and nobody else's`() throws {
    try withRun { run in
      let server = try PostgresServer.start(in: run)
      let ask = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
      let writer = try #require(Int32(try query(server.address, ask)))
      try server.pause(backend: writer)
      #expect(ProcessStatus(of: writer)?.isStopped == true)
      #expect(try query(server.address, "CREATE TABLE t AS SELECT 1 AS n") == "")
      #expect(throws: ServerFailure.self) { try server.pause(backend: getpid()) }
      try server.resume()
      #expect(ProcessStatus(of: writer)?.isStopped == false)
      try server.pause(backend: writer)
      try server.kill()
      #expect(ProcessStatus(of: writer).map(\.isEnded) ?? true)
      try server.restart()
      #expect(try query(server.address, "SELECT n FROM t") == "1")
    }
  }

  @Test func `a missing program is named with its package`() {
    let none = Programs(path: [], elsewhere: [])
    #expect(throws: ServerFailure.missingProgram(name: "postgres", package: "postgresql")) {
      try none.postgresFolder()
    }
  }

  @Test func `a pause stops every backend and a resume lets all go on`() throws {
    try withRun { run in
      let server = try PostgresServer.start(in: run)
      let root = try #require(server.processID)
      let members = [root] + (try ProcessTree.children(of: root))
      #expect(members.count > 3)
      try server.pause()
      let statuses = members.compactMap { ProcessStatus(of: $0) }
      // The backend of an earlier connection may have ended meanwhile; its stopped parent does not
      // reap it. No process may still run.
      #expect(statuses.allSatisfy { $0.isStopped || $0.isEnded }, "\(statuses)")
      #expect(statuses.count { $0.isStopped } > 3)
      #expect(ProcessStatus(of: root)?.isStopped == true)
      try server.resume()
      #expect(try query(server.address, "SELECT 7") == "7")
      for member in members { #expect(ProcessStatus(of: member)?.isStopped != true) }
    }
  }

  @Test(arguments: [false, true])
  func `what was committed survives kill -9, and the server comes back`(paused: Bool) throws {
    try withRun { run in
      let server = try PostgresServer.start(in: run)
      _ = try query(server.address, "CREATE TABLE t AS SELECT 42 AS n")
      let root = try #require(server.processID)
      let members = [root] + (try ProcessTree.children(of: root))
      if paused { try server.pause() }
      try server.kill()
      for member in members { #expect(ProcessStatus(of: member)?.isEnded ?? true) }
      try server.restart()
      #expect(try query(server.address, "SELECT n FROM t") == "42")
      #expect(server.processID != root)
    }
  }

  @Test func `neither stop nor kill leaves shared memory behind`() throws {
    try withRun { run in
      for ending in [{ (server: PostgresServer) in }, { try $0.kill() }, { try $0.pause() }] {
        let server = try PostgresServer.start(in: run)
        let lock = try #require(PostgresLockFile(in: "\(server.directory)/data"))
        let memory = try #require(lock.memory)
        #expect(sharedMemoryExists(memory.identifier))
        let maps = try readFile("/proc/\(lock.pid)/maps")
        #expect(!String(decoding: maps, as: UTF8.self).contains("/dev/shm/PostgreSQL"))
        try ending(server)
        try server.stop()
        #expect(!sharedMemoryExists(memory.identifier))
      }
    }
  }
}

@Suite struct PostgresTemplateTests {
  /// Runs of the whole start, initdb included, with a cache of the test's own.
  private func withCache(_ body: (String, RunDirectory) throws -> Void) throws {
    try withRun { run in
      let cache = "\(run.path)/cache"
      try makeFolder(cache)
      try body(cache, run)
    }
  }

  private func contents(_ folder: String) throws -> [String] {
    let stream = try #require(opendir(folder))
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  @Test func `two starts at once leave one whole template`() async throws {
    let run = try RunDirectory()
    let cache = "\(run.path)/cache"
    try makeFolder(cache)
    var options = PostgresOptions()
    options.cache = cache
    try await withThrowingTaskGroup { group in
      for _ in 0..<2 {
        group.addTask { [options] in
          let server = try PostgresServer.start(options, in: run)
          #expect(server.notes == [])
          #expect(try query(server.address, "SELECT 1") == "1")
        }
      }
      try await group.waitForAll()
    }
    let names = try contents(cache)
    #expect(names.count == 1)
    let template = try #require(names.first)
    #expect(template.hasPrefix("postgres-"))
    #expect(!(try contents("\(cache)/\(template)")).contains(Watchdog.marker))
    try run.close()
  }

  @Test func `where nothing can be kept, the server starts all the same and says so`() throws {
    try withCache { cache, run in
      var options = PostgresOptions()
      options.cache = nil
      let server = try PostgresServer.start(options, in: run)
      #expect(server.notes.count == 1)
      try server.stop()
      // A file where the folder should be.
      try writeFile("", to: "\(cache)/file")
      options.cache = "\(cache)/file/below"
      let other = try PostgresServer.start(options, in: run)
      #expect(other.notes.first?.contains("\(cache)/file") == true)
    }
  }
}
