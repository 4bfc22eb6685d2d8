// Damaged histories by the thousand: no parser may crash, hang or refuse without saying where.
// SOLDOUT_FUZZ sets how many inputs each form gets, SOLDOUT_FUZZ_SEED where to start; both are
// printed when something is found.

import Foundation
import History
import Support
import Testing

@Suite("Fuzzing")
struct FuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  static let inputs = environment["SOLDOUT_FUZZ"].flatMap(Int.init) ?? 400
  static let seed = environment["SOLDOUT_FUZZ_SEED"].flatMap(UInt64.init) ?? 1

  /// One after another, damaged histories of a form.
  private static func forEach(
    _ format: HistoryFormat, seed: UInt64, _ body: (Int, [UInt8]) throws -> Void
  ) throws {
    var random = SeededGenerator(seed: seed)
    var whole: [[UInt8]] = []
    for number in 0..<inputs {
      if number.isMultiple(of: 50) { whole = try Self.whole(format, using: &random) }
      try body(number, Mutation.apply(to: whole, using: &random))
    }
  }

  /// Whole histories to damage, in their forms.
  private static func whole(
    _ format: HistoryFormat, using random: inout SeededGenerator
  ) throws -> [[UInt8]] {
    let json = try History.random(count: 12, order: .times, edn: false, using: &random).jsonLines()
    let edn = try History.random(count: 12, order: .positions, edn: true, using: &random)
      .jepsenEDN()
    switch format {
    case .jsonl: return [json, Array(JSONLinesTests.sale.utf8)]
    case .json:
      let lines = json.split(separator: 10).dropFirst().joined(separator: [44, 10])
      return [[91] + Array(lines) + [93]]
    case .edn: return [edn, Array(JepsenEDNTests.lines.utf8), [40] + edn + [41]]
    case .porcupine: return [Array(JepsenLogTests.log.utf8)]
    case .etcd: return [Array(etcd.utf8)]
    }
  }

  private static let etcd = """
    {"ClientId":1,"Input":{"Type":"txn",\
    "Txn":{"Conditions":[{"Key":"a","ExpectedRevision":0}],\
    "OperationsOnSuccess":[{"Type":"put-operation","Put":{"Key":"a","Value":{"Value":"1"}}}]}},\
    "Call":1,"Output":{"Txn":{"Failure":true}},"Return":2}
    {"ClientId":2,"Input":{"Type":"range","Range":{"Start":"a"}},\
    "Call":2,"Output":{"Range":{"KVs":[{"Key":"a","Value":{"Hash":7}}]}},"Return":9}

    """

  @Test("a damaged history is read or refused with its place", arguments: HistoryFormat.allCases)
  func damaged(_ format: HistoryFormat) throws {
    try Self.forEach(format, seed: Self.seed) { number, bytes in
      for read in [nil, format] {
        let refusal = HistoryFormat.refusal(of: bytes, format: read)
        guard let refusal else { continue }
        let place = Comment("seed \(Self.seed), input \(number), \(format): \(refusal)")
        let lines = bytes.count { $0 == 10 } + 1
        #expect((0...lines).contains(refusal.line), place)
        #expect(refusal.line > 0 || refusal.rule == .content, place)
        #expect((0...(bytes.count + 2)).contains(refusal.column), place)
        #expect(!refusal.message.isEmpty && refusal.message.utf8.count < 400, place)
      }
      let findings = Lint.findings(in: bytes, format: format, limit: 50)
      let isRefused = HistoryFormat.refusal(of: bytes, format: format) != nil
      #expect(
        isRefused == (findings.count(.error) > 0) || findings.isCut,
        "seed \(Self.seed), input \(number), \(format): \(findings.findings)")
    }
  }

  @Test("what survives damage and is read survives writing", arguments: HistoryFormat.allCases)
  func rewritten(_ format: HistoryFormat) throws {
    try Self.forEach(format, seed: Self.seed &+ 1) { number, bytes in
      guard let reading = try? HistoryFormat.read(bytes, format: format) else { return }
      let text = reading.history.jsonLines()
      let refusal = HistoryFormat.refusal(of: text, format: .jsonl)
      #expect(
        refusal == nil,
        "seed \(Self.seed), input \(number), \(format): \(String(decoding: text, as: UTF8.self))")
    }
  }
}
