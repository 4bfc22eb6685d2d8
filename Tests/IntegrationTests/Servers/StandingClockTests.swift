// A Redis whose wall clock stands still serves, replicates and ends its leases when it is told that time has
// passed, and never before.

import Glibc
import Testing

@testable import Drivers

@Suite("A Redis whose clock stands")
struct StandingClockTests {
  @Test("ends a lease when time is let pass, and its replica hears of it")
  func lease() throws {
    guard ServerShim.library != nil else { return print("there is no libServerShim.so") }
    try withRun { run in
      var options = RedisOptions()
      options.port = .free
      options.hasShim = true
      let primary = try RedisServer.start(options, in: run)
      let shim = try #require(primary.shim)
      guard case .tcp(_, let port)? = primary.tcpAddress?.endpoint else { return }
      options.replicaOf = port
      let replica = try RedisServer.start(options, in: run)
      // A replica that comes later would wait in vain for its copy, which is made after some seconds of the
      // wall clock (Redis' `repl-diskless-sync-delay`).
      _ = try ask(primary.address, "SET", "before", "1")
      #expect(try eventually { try ask(replica.address, "EXISTS", "before") == .text("1") })
      var settings = ServerShim.Settings()
      settings.clockStandsAt = .nanoseconds(ServerShim.wallClock())
      shim.set(settings)
      _ = try ask(primary.address, "SET", "lease", "mine", "PX", "20")
      // Longer than the lease.
      usleep(60_000)
      #expect(try ask(primary.address, "PTTL", "lease") == .text("20"))
      #expect(try ask(primary.address, "TIME") == (try ask(primary.address, "TIME")))
      settings.clockOffset = .milliseconds(19)
      shim.set(settings)
      #expect(try ask(primary.address, "PTTL", "lease") == .text("1"))
      _ = try ask(primary.address, "SET", "later", "1")
      settings.clockOffset = .milliseconds(21)
      shim.set(settings)
      #expect(try ask(primary.address, "EXISTS", "lease") == .text("0"))
      #expect(try eventually { try ask(replica.address, "EXISTS", "later") == .text("1") })
      #expect(try eventually { try ask(replica.address, "EXISTS", "lease") == .text("0") })
    }
  }
}
