// A server that ends by itself is told from one that was asked to.

import Glibc
import Testing

@testable import Drivers

@Suite struct ServerEndTests {
  @Test func `a Redis that somebody killed was not asked to end`() throws {
    try withRun { run in
      let server = try RedisServer.start(in: run)
      #expect(server.unexpectedEnd == nil)
      kill(try #require(server.processID), SIGKILL)
      #expect(eventually { server.unexpectedEnd == .signal(SIGKILL) })
      // Whoever starts it again has lost it all the same.
      try server.restart()
      #expect(server.unexpectedEnd == .signal(SIGKILL))
    }
  }

  @Test func `one that we kill, stop or start again was asked to`() throws {
    try withRun { run in
      let servers: [any PrivateServer] = [
        try RedisServer.start(in: run), try PostgresServer.start(in: run),
      ]
      for server in servers {
        try server.kill()
        #expect(server.unexpectedEnd == nil)
        try server.restart()
        try server.restart()
        try server.pause()
        #expect(server.unexpectedEnd == nil)
        try server.stop()
        #expect(server.unexpectedEnd == nil)
      }
    }
  }

  /// Else its sessions would all end and begin anew, and nobody would know why.
  @Test func `a PostgreSQL of which one session was killed ends`() throws {
    try withRun { run in
      let server = try PostgresServer.start(in: run)
      let backend = try #require(
        Int32(
          try query(
            server.address,
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")))
      kill(backend, SIGKILL)
      #expect(eventually { server.unexpectedEnd == .status(1) })
      #expect(server.logTail(lines: 20).contains { $0.contains("was terminated by signal 9") })
    }
  }

  @Test(arguments: [
    (9, "was ended by signal 9 (Killed)"), (256, "ended by itself with status 1"),
    (0, "ended by itself with status 0"),
  ])
  func `how it ended is said in words`(status: Int32, words: String) {
    #expect(ServerEnd(waitStatus: status).description == words)
  }
}
