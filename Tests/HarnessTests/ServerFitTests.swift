// Strategies against servers too old for them: a script stands for the server's program, which is
// only asked for its version.

import Drivers
import Foundation
import Support
import Testing

@testable import Harness

@Suite("Servers too old for a strategy")
struct ServerFitTests {
  /// Servers that would be started from a program that says so of itself.
  private static func servers(_ stated: String) throws -> ExternalServers {
    let path = "/tmp/soldout-fit-\(UInt64.random(in: 0...UInt64.max))"
    try writeProgram("echo '\(stated)'", to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var external = ExternalServers()
    external.programs = try Programs.installed.choosing(redis: path, postgres: nil)
    _ = try external.programs.redis()
    return external
  }

  @Test("are found before anything is started, and no others")
  func misfits() throws {
    let old = try Self.servers("Redis server v=6.0.16 sha=0")
    let misfits = try Catalogue.strategies.filter { try old.invalid($0.card) != nil }
    #expect(misfits.map { $0.card.name } == ["redis-getdel"])
    #expect(
      try old.invalid(RedisGetdel.card)
        == "it needs GETDEL, of Redis 6.2 or later, and this is Redis 6.0.16")
  }

  @Test(
    "are those below the version, by number",
    arguments: ["Redis server v=6.2.0", "Redis server v=10.0.1", "Valkey server v=9.1.2"])
  func fits(_ stated: String) throws {
    let servers = try Self.servers(stated)
    #expect(try Catalogue.strategies.allSatisfy { try servers.invalid($0.card) == nil })
  }
}
