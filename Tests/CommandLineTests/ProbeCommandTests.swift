// `soldout probe`, and the look that a run takes before it begins: right programs and services, and each
// thing that can be wrong with one, planted.

import Foundation
import Testing

/// A workload with a probe of it, in a folder of its own.
private struct Probed {
  static let shop = Soldout.root.appending(path: "Tests/Services/plain_shop.py").path
  static let program = Soldout.root.appending(path: "Tests/Programs/shop.py").path

  var text: String

  /// A service of the tests.
  static func service(
    mode: String = "", service: String = "ready: GET /health",
    rules: [String] = [
      "{status: 200, taken: true, left: $.left}",
      "{status: 409, json: {$.code: SOLD_OUT}, sold-out: true}",
    ], request: String = "POST /items/{{item}}/take",
    rest: String = "read: {request: \"GET /items/{{item}}\", left: $.left}"
  ) -> Probed {
    Probed(
      text: """
        service: {command: [python3, \(shop)], env: {MODE: "\(mode)"}, \(service)}
        prepare: {request: "PUT /items/{{item}}", json: {units: "{{stock}}"}}
        take:
          request: \(request)
          json: {quantity: "{{units}}"}
          replies: [\(rules.joined(separator: ", "))]
        \(rest)
        clients: 2
        stock: 20
        operations: 40
        """)
  }

  static func program(_ quirk: String, _ more: String = "") -> Probed {
    Probed(
      text: """
        program:
          command: python3 \(program) \(quirk)
          env: {STORE: store}
        \(more)
        clients: 2
        stock: 20
        operations: 40
        """)
  }

  /// What a command makes of it, its words one blank apart; nothing of it is left then.
  func carryOut(_ command: String = "probe") throws -> (code: Int32, words: String) {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-probe-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(
      atPath: folder + "/store", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = text.replacing("env: {", with: "env: {SHOP_SIGN: \(folder), ")
    try text.write(toFile: "\(folder)/shop.yaml", atomically: true, encoding: .utf8)
    let (code, output) = try Soldout.shell(
      "'\(Soldout.binary.path)' \(command) shop.yaml 2>&1", in: folder)
    #expect(try Soldout.carriers(of: "SHOP_SIGN=\(folder)") == "", "left running")
    return (code, output.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }
}

@Suite("A probe", .serialized)
struct ProbeCommandTests {
  @Test("tells every request, its answer, what it was taken for, and what is left")
  func service() throws {
    let (code, words) = try Probed.service().carryOut()
    #expect(code == 0, "\(words)")
    for part in [
      "start > GET /health < 200 ok ready after",
      "prepare > PUT /items/item-0 {\"units\":1} < 200 {} 1 in stock",
      "take > POST /items/item-0/take {\"quantity\":1} < 200 {\"left\": 0} taken, 0 left, by rule 1 "
        + "(shop.yaml:6:13)",
      "read > GET /items/item-0 < 200 {\"left\": 0} 0 left, by its status",
      "sold out, by rule 2 (shop.yaml:6:", "truth > GET /items/item-0 < 200 {\"left\": 0} 0 left",
      "note without `truth`", "understood", "run shop.yaml",
    ] { #expect(words.contains(part), "\(part) in \(words)") }
  }

  @Test("of a program tells its lines")
  func program() throws {
    let (code, words) = try Probed.program("").carryOut()
    #expect(code == 0, "\(words)")
    #expect(words.contains("> {\"type\":\"init\",\"msg_id\":1") && words.contains("sold out"))
    #expect(words.contains("truth > {\"type\":\"remaining\""), "\(words)")
  }

  /// What is wrong, and what has to come of it.
  struct Defect: Sendable, CustomTestStringConvertible {
    var testDescription: String
    fileprivate var workload: Probed
    var code: Int32
    var words: String

    fileprivate init(_ name: String, _ workload: Probed, _ code: Int32, _ words: String) {
      (testDescription, self.workload, self.code, self.words) = (name, workload, code, words)
    }
  }

  private static let taken = "{status: 200, taken: true, left: $.left}"
  private static let defects = [
    Defect(
      "a rule that calls a sale a failure",
      .service(rules: ["{status: 200, fail: true}", "{status: 409, sold-out: true}"]), 65,
      "shop.yaml:4:12: take was answered 200 {\"left\": 0}, which says that nothing was done"),
    Defect(
      "a rule that calls sold out a sale",
      .service(rules: ["{status: 200, taken: true}", "{status: 409, taken: true}"]), 1,
      "2 of 1 were sold and 0 are left"),
    Defect(
      "a service that sells what it hasn't got", .service(mode: "generous"), 1, "of 1 were sold"),
    Defect(
      "sold out that no rule knows", .service(rules: [taken]), 65,
      "take was answered 409 {\"code\": \"SOLD_OUT\"}, which is not understood"),
    Defect(
      "a refusal of a login that is missing", .service(mode: "login"), 65,
      "take was answered 401 {\"code\": \"WHO\"}"),
    Defect(
      "a JSON path into text", .service(mode: "text"), 65,
      "`left: $.left` finds no whole number: the answer is not JSON, in 200 sold, thank you"),
    Defect(
      "a path that leads to nothing",
      .service(rules: ["{status: 200, taken: true, left: $.rest}", "{status: 409, sold-out: true}"]
      ), 65,
      "nothing is there, in 200"),
    Defect(
      "a rule that never matches",
      .service(rules: [taken, "{status: 409, sold-out: true}", "{status: 418, fail: true}"]), 0,
      "no answer matched this rule"),
    Defect(
      "a truth of two rows",
      .service(
        service: "ready: GET /health, servers: [postgres]",
        rest: "truth: {sql: \"SELECT n FROM generate_series(1, 2) n WHERE {{item.number}} >= 0\"}"),
      65,
      "2 rows"),
    Defect(
      "a truth that tells something else",
      .service(
        service: "ready: GET /health, servers: [redis]",
        rest: "truth: {redis: \"STRLEN {{item}}abc\"}"), 0, "0 left"),
    Defect(
      "a truth that is wrong",
      .service(
        service: "ready: GET /health, servers: [redis]",
        rest: "truth: {redis: \"INCRBY {{item}} 7\"}"), 1, "1 of 1 were sold and 7 are left"),
    Defect(
      "one that is never ready",
      .service(mode: "unready", service: "ready: {request: GET /health, within: 1s}"), 69,
      "was not ready within 1s: it answered 503 ok"),
    Defect("one that ends at once", .service(mode: "ends"), 69, "its last words: no configuration"),
    Defect(
      "one that isn't there",
      Probed(
        text: "service: {command: no-such-shop}\ntake: {request: \"GET /{{item}}\"}\n"
          + "read: {request: \"GET /{{item}}\", left: $.x}"), 69, "no-such-shop"),
    Defect("a program that ends at once", .program("exits"), 69, "the shop is closed"),
    Defect(
      "a program that is silent", .program("silent", "  ready: 300ms"), 69,
      "did not answer init within"),
    Defect("a program that doesn't tell what is left", .program("no-remaining"), 0, "`remaining`"),
    Defect(
      "a program without reads", .program("takes-only"), 65,
      "read was answered {\"type\":\"error\",\"code\":10"),
  ]

  @Test("says what is wrong in a sentence, with its exit code", arguments: defects)
  func defect(_ defect: Defect) throws {
    let (code, words) = try defect.workload.carryOut()
    #expect(code == defect.code, "\(words)")
    #expect(words.contains(defect.words), "\(words)")
  }

  @Test("is taken before a run, which then doesn't begin, unless it is told not to")
  func beforeRuns() throws {
    let (refused, words) = try Probed.service(mode: "login").carryOut("run")
    #expect(refused == 65 && words.contains("shop.yaml:4:12: `take` was answered 401"), "\(words)")
    #expect(try Probed.service(mode: "login").carryOut("run --no-probe").code == 3)
    let (untold, sentence) = try Probed.program("takes-only").carryOut("run")
    #expect(untold == 69 && sentence.contains("it does not support read (code 10)"), "\(sentence)")
    #expect(try Probed.service().carryOut("run").code == 0)
  }

  @Test("is of code of the user's alone")
  func ours() throws {
    let (code, output) = try Soldout.shell(
      "'\(Soldout.binary.path)' probe redis-decr 2>&1", in: "/tmp")
    #expect(code == 64 && output.contains("probe is for your own program or service"))
  }

  @Test("what init writes is a workload, and its command the only thing that is missing")
  func written() throws {
    for kind in ["--service", "--program"] {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "soldout-init-\(UInt64.random(in: 0...UInt64.max))").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let (code, output) = try Soldout.shell(
        "'\(Soldout.binary.path)' init \(kind) && '\(Soldout.binary.path)' probe shop.yaml 2>&1",
        in: folder)
      #expect(code == 69 && output.contains("shop.yaml:"), "\(output)")
    }
  }
}

extension Soldout {
  /// The processes that have a variable in their environment, a line each.
  static func carriers(of variable: String) throws -> String {
    try shell("grep -lsF '\(variable)' /proc/[0-9]*/environ || true", in: "/").1
  }
}
