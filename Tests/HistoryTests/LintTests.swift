// One planted defect per rule: the linter finds it, at its line, and finds nothing else.

import History
import Testing

@Suite("Lint")
struct LintTests {
  struct Planted: Sendable, CustomTestStringConvertible {
    var rule: Rule
    var lines: [String]
    var line: Int
    var column = 0
    var format: HistoryFormat?
    var independent = false
    var testDescription: String { rule.rawValue }
  }

  private static func json(_ process: Int, _ type: String, _ rest: String = "") -> String {
    "{\"process\":\(process),\"type\":\"\(type)\",\"f\":\"read\"\(rest)}"
  }

  static let planted: [Planted] = [
    .init(
      rule: .syntax, lines: [json(1, "invoke"), "{\"process\"=1}", json(1, "ok")], line: 2,
      column: 11),
    .init(rule: .content, lines: ["<xml/>"], line: 1, column: 1),
    .init(
      rule: .field, lines: [json(1, "invoke"), json(1, "ok"), "{\"process\":1}"], line: 3, column: 1
    ),
    .init(
      rule: .type, lines: [json(1, "invoke"), json(1, "okay"), json(1, "ok")], line: 2, column: 21),
    .init(rule: .header, lines: ["{\"soldout\":2}", json(1, "invoke"), json(1, "ok")], line: 1),
    .init(
      rule: .process, lines: ["{\"process\":\"c1\",\"type\":\"invoke\",\"f\":\"read\"}"], line: 1),
    .init(
      rule: .pair, lines: ["{:process 1, :type :invoke, :f :read, :value 3}"], line: 1, column: 1,
      independent: true),
    .init(
      rule: .unmapped,
      lines: [#"{"ClientId":1,"Input":{"Type":"leaseRevoke"},"Call":1,"Output":{},"Return":2}"#],
      line: 1, column: 1),
    .init(
      rule: .replyWithoutCall, lines: [json(1, "invoke"), json(1, "ok"), json(1, "ok")], line: 3),
    .init(
      rule: .callWhileOpen, lines: [json(1, "invoke"), json(1, "invoke"), json(1, "ok")], line: 2),
    .init(
      rule: .functionMismatch,
      lines: [
        json(1, "invoke"), "{\"process\":1,\"type\":\"ok\",\"f\":\"take\"}", json(1, "invoke"),
        json(1, "ok"),
      ],
      line: 2),
    .init(
      rule: .keyMismatch,
      lines: [
        json(1, "invoke", ",\"key\":1"), json(1, "ok", ",\"key\":2"), json(1, "invoke"),
        json(1, "ok"),
      ],
      line: 2),
    .init(
      rule: .timeBackwards,
      lines: [
        json(1, "invoke", ",\"time\":5"), json(1, "ok", ",\"time\":4"),
        json(1, "invoke", ",\"time\":6"), json(1, "ok", ",\"time\":7"),
      ],
      line: 2),
    .init(
      rule: .timeSometimes,
      lines: ["{\"soldout\":1}", json(1, "invoke", ",\"time\":5"), json(1, "ok")], line: 3),
    .init(
      rule: .timeRange,
      lines: [json(1, "invoke", ",\"time\":5"), json(1, "ok", ",\"time\":4611686018427387904")],
      line: 2),
    .init(
      rule: .truncated, lines: [json(1, "invoke"), json(1, "ok"), "{\"pro"], line: 3, column: 6),
    .init(rule: .passedOver, lines: ["Starting", "1 :invoke :read nil", "1 :ok :read 3"], line: 1),
    .init(
      rule: .anonymous, lines: ["{:type :invoke, :f :read}", "{:type :ok, :f :read}"], line: 0),
    .init(
      rule: .timeColumn, lines: [json(1, "invoke", ",\"t_ns\":5"), json(1, "ok", ",\"t_ns\":6")],
      line: 0),
    .init(
      rule: .reuseAfterInfo,
      lines: [json(1, "invoke"), json(1, "info"), json(1, "invoke"), json(1, "ok")], line: 3),
    .init(
      rule: .indexRepeated,
      lines: [json(1, "invoke", ",\"index\":4"), json(1, "ok", ",\"index\":4")], line: 2),
    .init(
      rule: .indexBackwards,
      lines: [json(1, "invoke", ",\"index\":4"), json(1, "ok", ",\"index\":3")], line: 2),
    .init(
      rule: .clockBackwards,
      lines: [
        "{:process 1, :type :invoke, :f :read, :time 9}",
        "{:process 1, :type :ok, :f :read, :time 8}",
      ], line: 2, column: 1),
    .init(
      rule: .unanswered, lines: [json(1, "invoke"), json(2, "invoke"), json(1, "ok")], line: 2),
    .init(
      rule: .failValue,
      lines: [json(1, "invoke", ",\"value\":3"), json(1, "fail", ",\"value\":4")], line: 2),
  ]

  @Test("finds the planted defect and nothing else", arguments: planted)
  func finds(_ planted: Planted) throws {
    let text = planted.lines.joined(separator: "\n") + (planted.rule == .truncated ? "" : "\n")
    let result = Lint.findings(
      in: Array(text.utf8), format: planted.format, independent: planted.independent)
    #expect(result.findings.map(\.rule) == [planted.rule], "\(result.findings)")
    let finding = try #require(result.findings.first)
    #expect((finding.line, finding.column) == (planted.line, planted.column), "\(finding)")
    #expect(!result.isCut)
  }

  @Test("every rule has a planted defect", arguments: Rule.allCases)
  func complete(_ rule: Rule) {
    #expect(Self.planted.contains { $0.rule == rule })
  }

  @Test(
    "what lint calls an error reading refuses, what it warns of reading takes", arguments: planted)
  func agrees(_ planted: Planted) {
    let text = planted.lines.joined(separator: "\n") + (planted.rule == .truncated ? "" : "\n")
    let refusal = HistoryFormat.refusal(
      of: text, format: planted.format, independent: planted.independent)
    #expect(refusal?.rule == (planted.rule.severity == .error ? planted.rule : nil))
  }

  @Test("a clean history has no findings")
  func clean() {
    let text = [
      Self.json(1, "invoke"), Self.json(2, "invoke"), Self.json(1, "ok"), Self.json(2, "fail"),
    ]
    #expect(Lint.findings(in: Array(text.joined(separator: "\n").utf8)).findings.isEmpty)
  }

  @Test("goes on after each finding, in every form")
  func collects() {
    let json = ["{", Self.json(1, "okay"), Self.json(1, "ok"), "x", Self.json(2, "invoke"), ""]
    let lines = Lint.findings(in: Array(json.joined(separator: "\n").utf8), format: .jsonl)
    #expect(lines.findings.map(\.line) == [1, 2, 3, 4, 5])
    let edn = """
      {:process 1, :type :invoke, :f :read
      {:process 1, :type :ok, :f :read}
      {:process 2, :type :huh, :f :read}
      {:process 3, :type :ok, :f :read}

      """
    let maps = Lint.findings(in: Array(edn.utf8))
    #expect(maps.findings.map(\.line).suffix(2) == [3, 4], "\(maps.findings)")
    let log = "1 :invok :read nil\n2 :ok :read 1\n"
    let logged = Lint.findings(in: Array(log.utf8), format: .porcupine)
    #expect(logged.findings.map(\.rule) == [.type, .replyWithoutCall])
  }

  @Test("stops at the limit and says so", arguments: [HistoryFormat.jsonl, .edn, .porcupine])
  func limit(_ format: HistoryFormat) {
    let line =
      switch format {
      case .jsonl: Self.json(1, "ok")
      case .porcupine: "1 :ok :read 1"
      default: "{:process 1, :type :ok, :f :read}"
      }
    let text = String(repeating: line + "\n", count: 50)
    let result = Lint.findings(in: Array(text.utf8), format: format, limit: 10)
    #expect(result.findings.count == 10 && result.isCut)
  }

  @Test("a file full of unclosed maps takes no square of time")
  func unclosed() {
    let text = String(repeating: "{:a [\n", count: 200_000)
    let result = Lint.findings(in: Array(text.utf8))
    #expect(result.findings.count >= 1)
  }
}
