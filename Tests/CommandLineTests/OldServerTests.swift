// Strategies that the chosen server is too old for: refused alone, left out among others. The server
// is a script that states its version and could not be started.

import Foundation
import Support
import Testing

@Suite("A server too old for a strategy")
struct OldServerTests {
  /// Runs a command line with a redis-server that says it is Redis 6.0.16, in a folder of its own.
  private static func soldout(_ arguments: String) throws -> (code: Int32, text: String) {
    let place = FileManager.default.temporaryDirectory
      .appending(path: "soldout-old-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let server = "\(place)/redis-server"
    try writeProgram("echo 'Redis server v=6.0.16 sha=0'", to: server)
    try Data("strategies: [pg-update, redis-getdel]\nstock: 10\n".utf8)
      .write(to: URL(filePath: "\(place)/two.yaml"))
    return try Soldout.shell(
      "'\(Soldout.binary(for: arguments.split(separator: " ").first.map(String.init)).path)' \(arguments) --redis-server redis-server",
      in: place)
  }

  @Test(
    "is refused where nothing else is left, before anything starts",
    arguments: [
      "run redis-getdel", "compare --strategies redis-getdel", "explore redis-getdel",
      "mutants redis-getdel",
      "replay redis-getdel:t/t:stock=2:redis-7.0.15:1GETDEL,2GETDEL",
    ])
  func refused(_ arguments: String) throws {
    let (code, text) = try Self.soldout(arguments)
    #expect(code == 69, "\(text)")
    #expect(
      text.contains(
        "can't run here: it needs GETDEL, of Redis 6.2 or later, and this is Redis 6.0.16;"),
      "\(text)")
    #expect(text.split(separator: "\n").count == 1, "\(text)")
  }

  @Test("is left out among others, and the report says so")
  func leftOut() throws {
    let run = try Self.soldout("run two.yaml --ops 200")
    #expect(run.code == 0, "\(run.text)")
    let sentence = "redis-getdel is left out: it needs GETDEL, of Redis 6.2 or later"
    #expect(run.text.components(separatedBy: sentence).count == 3, "\(run.text)")
    let comparison = try Self.soldout("compare --strategies pg-update,redis-getdel --quiet")
    #expect(comparison.code == 0, "\(comparison.text)")
    #expect(comparison.text.contains("Not tried"), "\(comparison.text)")
    #expect(comparison.text.contains("and this is Redis 6.0.16"), "\(comparison.text)")
  }
}
