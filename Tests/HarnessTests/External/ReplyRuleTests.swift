// What answers of a service mean: by rules, by status where there are none, and never by a guess.

import Drivers
import History
import Testing

@testable import Harness

/// A call's rules as a workload has them.
private func rules(_ text: String, call: String = "take") throws -> ReplyRules {
  let yaml = """
    service: {url: "http://127.0.0.1:1"}
    take: {request: "POST /{{item}}"}
    read: {request: "GET /{{item}}", left: $.n}
    """
  let indented = text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
  let lines = yaml.split(separator: "\n").filter { !$0.hasPrefix("\(call):") }
  let full =
    lines.joined(separator: "\n") + "\n\(call):\n  request: \"POST /{{item}}\"\n\(indented)\n"
  let setup = try #require(try WorkloadMap(yaml: full, file: "shop.yaml").service("service"))
  return try #require(call == "take" ? setup.take : call == "read" ? setup.read : setup.restock)
    .rules
}

private func answer(_ status: Int, _ body: String = "") -> ServiceAnswer {
  ServiceAnswer(HTTPResponse(status: status, headers: [], body: Array(body.utf8)))
}

@Suite("What answers mean")
struct ReplyRuleTests {
  private static let usual = """
    replies:
      - {status: 200, taken: true, left: $.data.quantity}
      - {status: 500, body: 0개 미만, sold-out: true}
      - {status: 409, json: {$.code: LOCK_CONFLICT}, fail: true}
      - {status: [202, 204], taken: true}
      - {body: "/sold[ -]out/", sold-out: true}
      - {status: 4xx, json: {$.ok: false, $.n: 3}, fail: true}
    """

  @Test(
    "the first rule that matches counts; what none knows is unknown",
    arguments: [
      (200, #"{"data":{"quantity":7}}"#, 0, "done", 7),
      (500, "재고는 0개 미만이 될 수 없습니다.", 1, "soldOut", nil),
      (409, #"{"code":"LOCK_CONFLICT"}"#, 2, "failed", nil),
      (409, "LOCK_CONFLICT", nil, "unknown", nil),
      (409, #"{"code":"OTHER"}"#, nil, "unknown", nil), (204, "", 3, "done", nil),
      (200 + 1, "It is sold-out", 4, "soldOut", nil), (500, "sold out", 4, "soldOut", nil),
      (422, #"{"ok":false,"n":3.0}"#, 5, "failed", nil),
      (422, #"{"ok":"false","n":3}"#, nil, "unknown", nil),
      (201, "", nil, "unknown", nil),
    ] as [(Int, String, Int?, String, Int?)])
  func first(_ status: Int, _ body: String, _ rule: Int?, _ meaning: String, _ left: Int?) throws {
    let reading = try rules(Self.usual).reading(of: answer(status, body))
    #expect(reading.rule == rule && "\(reading.meaning)".hasPrefix(meaning))
    #expect(reading.left == left && reading.invalid == nil)
  }

  @Test("without rules a status says it, or nobody does", arguments: 200..<600)
  func defaults(_ status: Int) throws {
    let reading = try rules("").reading(of: answer(status))
    let isDone = [200, 201, 202, 204].contains(status)
    #expect(reading == ReplyReading(meaning: isDone ? .done(left: nil) : .unknown))
  }

  @Test(
    "a path that leads to no whole number is said with its place and the answer",
    arguments: [
      ("sold", "the answer is not JSON, in 200 sold"),
      (#"{"data":{}}"#, #"nothing is there, in 200 {"data":{}}"#),
      (
        #"{"data":{"quantity":"many"}}"#, #"it is many, in 200 {"data":{"quantity":"many"}}"#
      ),
      (#"{"data":{"quantity":1.5}}"#, #"it is 1.5, in 200 {"data":{"quantity":1.5}}"#),
    ])
  func invalid(_ body: String, _ what: String) throws {
    let reading = try rules(Self.usual).reading(of: answer(200, body))
    #expect(
      reading.invalid == "shop.yaml:6:7: `left: $.data.quantity` finds no whole number: \(what)")
  }

  @Test("a read finds what is left; a restock says that it was done")
  func otherCalls() throws {
    let read = try rules("left: $.n", call: "read").reading(of: answer(200, #"{"n":4}"#))
    #expect(read.left == 4)
    let unknown = try rules("left: $.n", call: "read").reading(of: answer(404, #"{"n":4}"#))
    #expect(unknown.meaning == .unknown && unknown.left == nil)
    let ruled = try rules("replies: [{status: 203, left: $.n}]", call: "read")
    #expect(ruled.reading(of: answer(203, #"{"n":5}"#)).left == 5)
    let restock = try rules("replies: [{status: 200, restocked: true}]", call: "restock")
    #expect(restock.reading(of: answer(200)).meaning == .done(left: nil))
  }

  @Test("answers are counted by rule, and what no rule knew has an example")
  func tally() throws {
    let rules = try rules(Self.usual)
    var tally = ReplyTally(rules: rules.rules.count)
    for (status, body) in [(204, ""), (204, ""), (503, "busy\n now"), (503, "other"), (404, "")] {
      let answer = answer(status, body)
      tally.add(rules.reading(of: answer), answer)
    }
    #expect(tally.byRule == [0, 0, 0, 2, 0, 0] && tally.unmet == [0, 1, 2, 4, 5])
    #expect(tally.unmapped[503] == ReplyTally.Unmapped(count: 2, example: "503 busy now"))
    #expect(tally.unmapped[404]?.example == "404")
    let plain = try self.plain()
    var other = ReplyTally(rules: 0)
    other.add(plain.reading(of: answer(200)), answer(200))
    #expect(other.byStatus == [200: 1] && other.unmapped.isEmpty)
  }

  private func plain() throws -> ReplyRules { try rules("") }
}
