// Which Redis servers of the user's runs can be made on, each tried on a real one configured so.

import Testing

@testable import Drivers

@Suite struct RedisFitnessTests {
  @Test(
    "a Redis on which a run would fail or mean nothing is refused for what it is",
    arguments: [
      (["--replicaof", "127.0.0.1 1"], "replica"), (["--cluster-enabled", "yes"], "cluster"),
      (["--maxclients", "10"], "maxclients"), (["--maxmemory", "1"], "refuses SET: OOM"),
      (Self.ann(may: "~*", "&*", "+@all", "-unlink"), "may not run UNLINK"),
      (Self.ann(may: "~shop:*", "&*", "+@all"), "may not run SET"),
    ])
  func refused(arguments: [String], word: String) throws {
    try withRun { run in
      var options = RedisOptions()
      options.arguments = arguments
      let server = try RedisServer.start(options, in: run)
      let failure = failure {
        _ = try RedisFitness(of: Self.address(of: server, arguments), clients: 16).check()
      }
      #expect(failure?.description.contains(word) == true, "\(String(describing: failure))")
    }
  }

  @Test(
    "what a run survives is said",
    arguments: [
      ([], nil), (["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"], "allkeys-lru"),
      (Self.ann(may: "~*", "&*", "+@all", "-@scripting"), "EVAL"),
    ])
  func noted(arguments: [String], word: String?) throws {
    try withRun { run in
      var options = RedisOptions()
      options.arguments = arguments
      let server = try RedisServer.start(options, in: run)
      let notes = try RedisFitness(of: Self.address(of: server, arguments), clients: 16).check()
      #expect(notes.count == (word == nil ? 0 : 1))
      #expect(word.map { notes.first?.contains($0) == true } ?? true, "\(notes)")
      #expect(try ask(server.address, "DBSIZE") == .text("0"))
    }
  }

  /// A user beside the one whose password is the run's (Redis manual, ACL SETUSER).
  private static func ann(may rules: String...) -> [String] {
    ["--user", "ann", "on", ">tuna77"] + rules
  }

  /// The server as ann, where there is one, else as ourselves.
  private static func address(of server: RedisServer, _ arguments: [String]) -> RedisAddress {
    var address = server.address
    if arguments.contains("ann") { (address.user, address.password) = ("ann", "tuna77") }
    return address
  }
}
