// A private Redis: started, asked, paused, killed, started again, refused.

import Glibc
import Testing

@testable import Drivers

@Suite struct RedisServerTests {
  @Test func `a server answers on its unix socket and on no port`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      #expect(try ask(server.address, "PING") == .text("PONG"))
      #expect(try ask(server.address, "CONFIG", "GET", "port") == .array(["port", "0"]))
      #expect(try ask(server.address, "CONFIG", "GET", "save") == .array(["save", ""]))
      #expect(server.tcpAddress == nil)
      #expect(server.isAlive)
      try server.stop()
      #expect(!server.isAlive)
      #expect(throws: (any Error).self) { try ask(server.address, "PING") }
    }
  }

  @Test func `DEBUG is allowed`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      #expect(try ask(server.address, "DEBUG", "JMAP") != .null)
      #expect(try ask(server.address, "DEBUG", "SLEEP", "0") == .text("OK"))
    }
  }

  @Test func `a server does not run as root`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      let pid = try #require(server.processID)
      var status = stat()
      try #require(stat("/proc/\(pid)", &status) == 0)
      #expect(status.st_uid != 0)
    }
  }

  @Test func `a server inherits no descriptor`() throws {
    try withRun { run in
      // Without close-on-exec, as code that is not ours would open it.
      let leaked = open("/dev/null", O_RDONLY)
      defer { close(leaked) }
      let high = fcntl(leaked, F_DUPFD, 700)
      defer { close(high) }
      let server = try RedisServer.start(in: run)
      let pid = try #require(server.processID)
      #expect(access("/proc/\(pid)/fd/0", F_OK) == 0)
      #expect(access("/proc/\(pid)/fd/\(high)", F_OK) != 0)
    }
  }

  @Test func `a free port is found and answers`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      let server = try RedisServer.start(options, in: run)
      let address = try #require(server.tcpAddress)
      #expect(try ask(address, "PING") == .text("PONG"))
    }
  }

  @Test func `a port in use is named`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      let first = try RedisServer.start(options, in: run)
      guard case .tcp(_, let port) = first.tcpAddress?.endpoint else {
        Issue.record("no port")
        return
      }
      options.port = .exactly(port)
      #expect(throws: ServerFailure.portInUse(port)) {
        _ = try RedisServer.start(options, in: run)
      }
    }
  }

  @Test func `a port taken after the choice is named too`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      let first = try RedisServer.start(options, in: run)
      guard case .tcp(_, let port) = first.tcpAddress?.endpoint else {
        Issue.record("no port")
        return
      }
      // Past our own look at the port: the last `--port` counts.
      options.port = .none
      options.arguments = ["--port", "\(port)"]
      #expect(throws: ServerFailure.portInUse(port)) {
        _ = try RedisServer.start(options, in: run)
      }
    }
  }

  @Test func `a missing program is named with its package`() throws {
    try withRun { run in
      let none = Programs(path: [], elsewhere: [])
      let failure = #expect(throws: ServerFailure.self) { try none.redisServer() }
      #expect(failure == .missingProgram(name: "redis-server", package: "redis-server"))
      #expect(failure?.description.contains("apt-get install redis-server") == true)
      // As root, a run already needs setpriv to become somebody else.
      if geteuid() == 0 {
        #expect(throws: ServerFailure.self) { _ = try RunDirectory(programs: none) }
      }
    }
  }

  @Test func `an option the server refuses comes back with its log`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.arguments = ["--no-such-option", "1"]
      let failure = #expect(throws: ServerFailure.self) {
        _ = try RedisServer.start(options, in: run)
      }
      #expect(failure?.description.contains("no-such-option") == true)
    }
  }

  @Test func `a paused server answers only after it goes on`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      let pid = try #require(server.processID)
      let connection = try BlockingRedis.open(server.address, seconds: 1)
      try server.pause()
      #expect(ProcessStatus(of: pid)?.isStopped == true)
      #expect(server.isAlive)
      #expect(throws: BlockingRedis.Broken.self) { _ = try connection.send(["INCR", "n"]) }
      try server.resume()
      // The command was in the socket: it is executed although its client gave up.
      #expect(try eventually { try ask(server.address, "GET", "n") == .text("1") })
    }
  }

  @Test func `a paused server can be killed and stopped`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      try server.pause()
      try server.kill()
      #expect(!server.isAlive)
      try server.restart()
      try server.pause()
      try server.stop()
      #expect(!server.isAlive)
      #expect(throws: ServerFailure.self) { try server.pause() }
    }
  }

  @Test(arguments: RedisOptions.Sync.allCases)
  func `what was acknowledged survives kill -9 with the append-only file`(
    sync: RedisOptions.Sync
  ) throws {
    try withRun { run in
      var options = RedisOptions()
      options.persistence = .appendOnly(sync)
      let server = try RedisServer.start(options, in: run)
      for expected in 1...50 {
        #expect(try ask(server.address, "INCR", "n") == .text("\(expected)"))
      }
      let before = try #require(server.processID)
      try server.kill()
      #expect(!server.isAlive)
      try server.restart()
      #expect(server.processID != before)
      #expect(try ask(server.address, "GET", "n") == .text("50"))
    }
  }

  @Test func `nothing survives kill -9 without persistence`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      _ = try ask(server.address, "SET", "n", "1")
      try server.kill()
      try server.restart()
      #expect(try ask(server.address, "GET", "n") == .null)
    }
  }

  @Test func `a replica copies its primary`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      let primary = try RedisServer.start(options, in: run)
      guard case .tcp(_, let port) = primary.tcpAddress?.endpoint else {
        Issue.record("no port")
        return
      }
      options.replicaOf = port
      let replica = try RedisServer.start(options, in: run)
      _ = try ask(primary.address, "SET", "n", "7")
      #expect(try eventually { try ask(replica.address, "GET", "n") == .text("7") })
    }
  }

  @Test func `a cluster node says so`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      options.clusterNodeTimeout = .milliseconds(500)
      let node = try RedisServer.start(options, in: run)
      let reply = try ask(node.address, "INFO", "cluster")
      #expect(reply == .text("# Cluster\r\ncluster_enabled:1\r\n"))
    }
  }

  /// More would make the server set aside gigabytes.
  @Test(.enabled(if: hardLimit <= 1_100_000, "the limit of open files is practically none"))
  func `fewer clients than asked for is said`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.maxClients = Int(hardLimit)
      let server = try RedisServer.start(options, in: run)
      #expect(server.notes.count == 1)
      #expect(server.notes.first?.contains("ulimit -n") == true)
    }
  }
}

/// How many open files this process, and so a server of ours, may have at most.
private let hardLimit: rlim_t = {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  return limit.rlim_max
}()
