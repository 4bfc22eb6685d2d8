// Private servers let nobody in but soldout: not another user of the machine, by no way there is, and
// nothing that everybody can read tells the password.

import Glibc
import Testing

@testable import Drivers

@Suite struct ClosedDoorsTests {
  /// What stands on a process's command line, and in its environment where root looks.
  private func shown(_ pid: Int32) throws -> String {
    let words = try #require(smallFile("/proc/\(pid)/cmdline"))
    return words + (smallFile("/proc/\(pid)/environ") ?? "")
  }

  @Test func `a Redis on a port wants the password, and so does its replica`() throws {
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      let primary = try RedisServer.start(options, in: run)
      let address = try #require(primary.tcpAddress)
      guard case .tcp(_, let port) = address.endpoint else { return }
      options.replicaOf = port
      let replica = try RedisServer.start(options, in: run)
      _ = try ask(address, "SET", "n", "7")
      #expect(try eventually { try ask(replica.address, "GET", "n") == .text("7") })
      for server in [primary, replica] {
        for known in [server.address, try #require(server.tcpAddress)] {
          let stranger = RedisAddress(known.endpoint)
          for words in [["FLUSHALL"], ["CONFIG", "SET", "dir", "/tmp"], ["SAVE"], ["PING"]] {
            let reply = try BlockingRedis.open(stranger, seconds: 5).send(words)
            guard case .error(let text) = reply else {
              Issue.record("\(words) answered \(reply)")
              continue
            }
            #expect(text.hasPrefix("NOAUTH"))
          }
          var wrong = known
          wrong.password = "guessed"
          #expect(throws: ServerFailure.passwordRefused(address: wrong.description)) {
            try ExternalProbe.redis(wrong)
          }
        }
        #expect(!(try shown(try #require(server.processID)).contains(run.password)))
      }
    }
  }

  @Test func `the masters of a cluster want the password`() throws {
    try withRun { run in
      let cluster = try RedisCluster.start(in: run)
      try cluster.awaitReady()
      for address in cluster.addresses {
        #expect(try ask(address, "PING") == .text("PONG"))
        let stranger = try BlockingRedis.open(RedisAddress(address.endpoint), seconds: 5)
        let reply = try stranger.send(["PING"])
        #expect(reply == .error("NOAUTH Authentication required."))
      }
    }
  }

  @Test func `a PostgreSQL on a port wants the password, also after it was killed`() throws {
    try withRun { run in
      var options = PostgresOptions()
      options.port = .free
      let server = try PostgresServer.start(options, in: run)
      let address = try #require(server.tcpAddress)
      for _ in 0..<2 {
        #expect(try query(address, "SELECT 1") == "1")
        var stranger = address
        stranger.password = nil
        #expect(throws: ServerFailure.passwordNeeded(address: stranger.description)) {
          try ExternalProbe.postgres(stranger)
        }
        stranger.password = "guessed"
        #expect(throws: ServerFailure.passwordRefused(address: stranger.description)) {
          try ExternalProbe.postgres(stranger)
        }
        #expect(!(try shown(try #require(server.processID)).contains(run.password)))
        try server.kill()
        try server.restart()
      }
    }
  }

  /// Only root can become somebody else to try it.
  @Test(.enabled(if: geteuid() == 0))
  func `another user neither connects nor reads`() throws {
    try withRun { run in
      let redis = try RedisServer.start(in: run)
      let postgres = try PostgresServer.start(in: run)
      let setpriv = try #require(Programs.installed.find("setpriv"))
      let own = try #require(run.user?.id)
      guard case .unix(let socket) = redis.address.endpoint else { return }
      let stranger = ServerUser(id: own + 1, group: own + 1, setpriv: setpriv)
      func attempt(_ user: ServerUser, _ script: String) throws -> Int32 {
        try Spawn(
          program: "/bin/sh", arguments: ["-c", script], environment: Spawn.environment(),
          directory: "/", user: user
        ).run().status
      }
      let attempts = [
        "ls '\(run.path)'", "ls '\(redis.directory)'", "cat '\(redis.directory)/redis.conf'",
        "cat '\(postgres.directory)/data/PG_VERSION'", "test -S '\(socket)'",
        "test -S '\(postgres.directory)/.s.PGSQL.5432'",
      ]
      for script in attempts {
        #expect(try attempt(stranger, script) != 0, "\(script)")
        let owner = ServerUser(id: own, group: own, setpriv: setpriv)
        #expect(try attempt(owner, script) == 0, "\(script)")
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0))
  func `servers run as a user that owns nothing`() throws {
    try withRun { run in
      let user = try #require(run.user)
      #expect(getpwuid(user.id) == nil)
      #expect(getgrgid(user.group) == nil)
      let servers: [any PrivateServer] = [
        try RedisServer.start(in: run), try PostgresServer.start(in: run),
      ]
      for server in servers {
        var status = stat()
        let pid = try #require(server.processID)
        try #require(stat("/proc/\(pid)", &status) == 0)
        #expect(status.st_uid == user.id)
      }
    }
  }

  @Test func `what is kept of initdb is the cache's owner's`() throws {
    try withRun { run in
      let folder = try run.makeSubdirectory("home")
      var options = PostgresOptions()
      options.cache = "\(folder)/cache"
      _ = try PostgresServer.start(options, in: run)
      let version = try PostgresServer.start(options, in: run).version
      var status = stat()
      try #require(stat("\(folder)/cache/postgres-\(version)-2/PG_VERSION", &status) == 0)
      #expect(status.st_uid == geteuid())
      try #require(stat("\(folder)/cache/postgres-\(version)-2", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700)
    }
  }

  @Test(arguments: [
    ("         0          0 4294967295\n", true, true),
    ("0 1000 1\n1 100000 65536\n", false, true), ("0 1000 1\n", false, false),
    ("", false, false),
  ])
  func `numbers that a container doesn't have are not taken`(
    map: String, high: Bool, low: Bool
  ) {
    #expect(ServerUser.isMapped(1_900_000_000...1_999_999_999, in: map) == high)
    #expect(ServerUser.isMapped(30_000...59_999, in: map) == low)
    #expect(ServerUser.isMapped(0...1, in: nil))
  }
}
