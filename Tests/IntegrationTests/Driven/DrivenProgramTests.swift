// Programs that soldout drives: judged like strategies, and whatever they do wrong is told in a sentence,
// with a documented exit code, and nothing of them is left.

import Foundation
import Glibc
import Testing

@Suite("A program that is driven")
struct DrivenProgramTests {
  /// What a program does, and what has to come of it.
  struct Expected: Sendable, CustomTestStringConvertible {
    var quirk: String
    var code: Int32
    var words: [String]
    var program: [String] = []
    var testDescription: String { quirk.isEmpty ? "sells right" : quirk }

    init(_ quirk: String, _ code: Int32, _ words: String..., program: [String] = []) {
      self.quirk = quirk
      self.code = code
      self.words = words
      self.program = program
    }
  }

  private static let expected = [
    Expected("", 0, "linearizable", "shop.py · 3 clients"),
    Expected("racy", 1, "VIOLATION", "oversold", "not conserved"),
    Expected("exits", 69, "shop.yaml:2:12: ", "ended by itself with status 1", "shop is closed"),
    Expected("silent", 69, "did not answer init within 300ms", program: ["  ready: 300ms"]),
    Expected(
      "garbage", 69, "shop.yaml:2:12: ", "its answer to init is not a message", "program.log"),
    Expected("refuses", 69, "answered init with error 13 crash: no database"),
    Expected("no-open", 69, "it does not support open (code 10)", "`prepare:`"),
    Expected("unasked", 0, "answers to no request", "12345", "(program.log:"),
    Expected("twice", 0, "second answers to the same call", "(program.log:"),
    Expected("unknown", 3, "unknown to the protocol", "bought"),
    Expected("invalid", 3, "that are not messages", "not JSON"),
    Expected("dies", 3, "ended inside a call", "status 7"),
    Expected("chatty", 0, "lines of standard output are in program.log"),
    Expected("flood", 0, "lines are not in program.log, which was full"),
    Expected("forks", 0, "were left running and killed"),
    Expected("lingers", 0, "linearizable", program: ["  stop: 100ms"]),
    Expected("no-remaining", 0, "linearizable", "not checked without `remaining` or `truth`"),
    Expected(
      "babble", 69, "a client of redis sent what soldout cannot follow",
      program: ["  servers: [redis]"]),
    Expected("takes-only", 69, "shop.yaml:2:12: ", "it does not support read (code 10)"),
  ]

  @Test("is told by its verdict and its exit code, and nothing of it is left", arguments: expected)
  func quirks(_ expected: Expected) throws {
    let shop = try DrivenShop(expected.quirk, program: expected.program)
    defer { shop.remove() }
    let (code, text) = try shop.run()
    #expect(code == expected.code, "\(text)")
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for words in expected.words { #expect(line.contains(words), "\(text)") }
  }

  @Test("answers late: the call is indeterminate, and the answer counts for nothing")
  func late() throws {
    let shop = try DrivenShop("late")
    defer { shop.remove() }
    let (code, text) = try shop.run(["--deadline", "500ms"])
    #expect(code == 3, "\(text)")
    #expect(text.contains("after the deadline"), "\(text)")
    #expect(shop.result("history.jsonl").contains("\"error\":\"timeout\""))
  }

  @Test("that is not there is refused by the line that names it")
  func absent() throws {
    let shop = try DrivenShop("", command: "no-such-shop --fast")
    defer { shop.remove() }
    let (code, text) = try shop.run()
    #expect(code == 69)
    #expect(text.contains("shop.yaml:2:12: no-such-shop --fast: no no-such-shop on PATH"))
  }

  @Test("that can't be started again ends the run early, which is no pass")
  func once() throws {
    let shop = try DrivenShop("once")
    defer { shop.remove() }
    let (code, text) = try shop.run(["--clients", "1"])
    #expect(code == 3, "\(text)")
    #expect(text.contains("ended early") && text.contains("could not be started again"), "\(text)")
  }

  @Test("keeps its log within bounds")
  func bounded() throws {
    let shop = try DrivenShop("flood")
    defer { shop.remove() }
    _ = try shop.run()
    #expect(shop.result("program.log").utf8.count <= 4 << 20)
  }

  @Test("ends with soldout, however that ends", arguments: [SIGINT, SIGTERM, SIGKILL])
  func killed(_ signal: Int32) throws {
    let shop = try DrivenShop("forks")
    defer { shop.remove() }
    let process = try SoldoutProcess(shop.arguments + ["--duration", "60s"])
    // Three processes, and what they have left beside them, one in a session of its own.
    #expect(shop.wait { shop.living.count >= 7 })
    kill(process.identifier, signal)
    if signal != SIGKILL { _ = process.finish() }
    #expect(shop.wait { shop.living.isEmpty }, "\(shop.living)")
  }

  @Test(
    "leaves nothing that has overwritten its environment, as setproctitle does",
    arguments: [SIGINT, SIGKILL])
  func retitled(_ signal: Int32) throws {
    let shop = try DrivenShop("retitles")
    defer { shop.remove() }
    let process = try SoldoutProcess(shop.arguments + ["--duration", "60s"])
    func retitled() -> [Int32] {
      let text = try? String(contentsOfFile: shop.folder + "/store/retitled", encoding: .utf8)
      return (text ?? "").split(separator: "\n").compactMap { Int32($0) }
    }
    #expect(shop.wait { retitled().count >= 3 })
    // It is in no list of those who carry the shop's sign.
    #expect(shop.wait { Set(retitled()).isDisjoint(with: shop.living) })
    #expect(retitled().allSatisfy { kill($0, 0) == 0 })
    kill(process.identifier, signal)
    if signal != SIGKILL { _ = process.finish() }
    #expect(shop.wait { retitled().allSatisfy { kill($0, 0) != 0 } })
    #expect(shop.wait { shop.living.isEmpty }, "\(shop.living)")
  }

  @Test("restocks, takes several units, and meets its workload's expectation")
  func mix() throws {
    let shop = try DrivenShop(
      "", rest: ["mix: {take: 60, read: 20, restock: 20}", "quantity: 1-3", "items: 2"])
    defer { shop.remove() }
    let (code, text) = try shop.run()
    #expect(code == 0, "\(text)")
    let racy = try DrivenShop("racy", rest: ["expect: violation"])
    defer { racy.remove() }
    #expect(try racy.run().code == 0)
  }

  @Test("finds no server of the caller's in its environment")
  func environment() throws {
    let shop = try DrivenShop(
      "", program: ["  ready: 300ms"],
      command: "[sh, -c, \"env > $STORE/../env; exec sleep 1000\"]")
    defer { shop.remove() }
    let variables = [
      "REDIS_URL": "redis://prod", "PGHOST": "prod", "DB_HOST": "prod", "OTHER": "x",
      "DATABASE_URL": "mysql://prod", "MYSQL_URL": "mysql://prod", "MYSQL_HOST": "prod",
      "MARIADB_HOST": "prod", "PGPASSWORD": "prod", "SPRING_DATASOURCE_URL": "jdbc:mysql://prod",
    ]
    #expect(try SoldoutProcess(shop.arguments, environment: variables).finish().code == 69)
    let found = try String(contentsOfFile: shop.folder + "/env", encoding: .utf8)
    #expect(!found.contains("prod"))
    #expect(found.contains("OTHER=x") && found.contains("SOLDOUT_NODE=n"))
  }
}
