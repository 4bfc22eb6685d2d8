// Faults at a step of a program, and on its way to the servers: a shop that doesn't bear one is caught by it,
// and one that does comes through.

import Foundation
import Testing

@Suite("A program under faults", .serialized)
struct StruckProgramTests {
  private static let program = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Programs/redis_shop.py").path

  /// Runs the shop that takes in one of its ways.
  private func run(_ way: String, _ options: [String]) throws -> (code: Int32, text: String) {
    let shop = try DrivenShop(
      "", program: ["  servers: [redis]"], command: "[python3, \(Self.program), \(way)]")
    defer { shop.remove() }
    let (code, text) = try shop.run(
      ["--stock", "300", "--rate", "200", "--duration", "2s"] + options)
    return (code, text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  @Test(
    "that dies before it has undone what it did is caught; one that did nothing half way is not")
  func crash() throws {
    let fault = ["--fault", "crash:after=DECRBY,every=100ms", "--stock", "20"]
    let (code, text) = try run("decrby", fault)
    #expect(code == 1 && text.contains("negative stock"), "\(text)")
    #expect(text.contains("crashed"), "\(text)")
    // With all the time it needs: one that is ended at its deadline dies half way too.
    let (unharmed, words) = try run("decrby", ["--stock", "20", "--deadline", "60s"])
    #expect(unharmed == 0, "\(words)")
    for place in ["after=EVAL,", "before=EVAL,", ""] {
      let (code, text) = try run("script", ["--fault", "crash:\(place)every=150ms"])
      #expect(code == 0 && text.contains("crashed"), "\(place): \(text)")
      // A death that was wanted is nothing odd.
      #expect(!text.contains("ended inside a call"), "\(text)")
    }
  }

  @Test("that stands still for longer than its lease is caught; one that doesn't is not")
  func clientPause() throws {
    let (code, text) = try run(
      "lock", ["--fault", "client-pause:before=SET,after=GET,for=800ms"])
    #expect(code == 1 && text.contains("client-pause struck p"), "\(text)")
    #expect(text.contains("between GET and SET"), "\(text)")
    let (short, words) = try run("lock", ["--fault", "client-pause:before=GET,for=50ms"])
    #expect(short == 0 && words.contains("client-pause"), "\(words)")
  }

  @Test(
    "that takes in one script comes through what happens on its way",
    arguments: [
      "partition:for=100ms", "latency", "connection-kill:every=200ms", "reply-loss:every=200ms",
      "server-pause:for=100ms", "server-kill:persistence=always",
    ])
  func survives(_ fault: String) throws {
    let (code, text) = try run("script", ["--fault", fault])
    #expect(code == 0 && text.contains("Faults \(fault.prefix { $0 != ":" })"), "\(text)")
  }

  @Test("is told by the new master what an old one had not passed on, and so sells it again")
  func failover() throws {
    let (code, text) = try run("script", ["--fault", "failover"])
    #expect(code == 1 && text.contains("failover struck redis"), "\(text)")
  }

  @Test(
    "has leases of its own, which no fault sets",
    arguments: [
      ("lease-expiry", "lease-expiry sets the leases of soldout's own locks"),
      ("client-pause:lease=80ms", "`lease` of client-pause sets the leases of soldout's own"),
      ("slow-transaction", "slow-transaction targets PostgreSQL"),
    ])
  func refused(_ fault: String, _ words: String) throws {
    let (code, text) = try run("script", ["--fault", fault])
    #expect(code == 64 && text.contains(words), "\(text)")
  }
}
