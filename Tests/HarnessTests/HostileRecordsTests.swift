// Workloads and records that others wrote: bombs are refused at their line, and numbers no run has by
// name.

import Foundation
import Testing

@testable import Harness

@Suite struct `YAML bombs` {
  /// A few lines that stand for billions of values.
  private static let laughs: String = {
    var lines = ["a0: &a0 [x, x]"]
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 3).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(aliases)]")
    }
    return lines.joined(separator: "\n")
  }()

  private static let stairs: String = {
    let lines = (0..<400).map { String(repeating: " ", count: $0) + "a:" }
    return lines.joined(separator: "\n")
  }()

  struct Bomb: Sendable {
    var yaml: String
    var words: String

    init(_ yaml: String, _ words: String) {
      self.yaml = yaml
      self.words = words
    }
  }

  private static let bombs: [Bomb] = [
    Bomb(laughs, "aliases"), Bomb(String(repeating: "[", count: 100_000), "deep"),
    Bomb("a: " + String(repeating: "{b: ", count: 5_000), "deep"),
    Bomb(String(repeating: "- ", count: 100_000) + "a", "deep"), Bomb(stairs, "deep"),
    Bomb("a: " + String(repeating: "b", count: 2 << 20), "MiB"),
  ]

  @Test(arguments: 0..<6)
  func `are refused at their line`(_ number: Int) {
    let (yaml, words) = (Self.bombs[number].yaml, Self.bombs[number].words)
    let error = #expect(throws: WorkloadError.self) {
      try Workload(yaml: yaml, name: "w", file: "w.yaml", strategies: ["redis-decr"])
    }
    #expect(error?.description.contains(words) == true)
    #expect(error?.description.contains("w.yaml:") == true)
  }

  @Test func `a few aliases are fine`() throws {
    let yaml = "strategies: &s [redis-decr]\nexpect: {redis-decr: violation}\nclients: 4\n"
    #expect(YAMLBounds.excess(of: yaml + "x: *s\n") == nil)
    let workload = try Workload(yaml: yaml, name: "w", file: "w.yaml", strategies: ["redis-decr"])
    #expect(workload.clients == 4)
  }
}

@Suite struct `Records of runs` {
  private static let valid = """
    {"soldout":1,"workload":"w","strategy":"redis-decr","seed":"7f","started":"2026-11-29T00:00:00Z",
     "clients":4,"items":1,"stock":5,"remaining":[0],"servers":{"redis":"7.0"},"seconds":1.5,
     "operations":10,"rate":100,"maxFailures":0.1,"stopped":false,"history":"history.jsonl"}
    """

  @Test(arguments: [
    ("\"stock\":5", "\"stock\":-1"), ("\"stock\":5", "\"stock\":9223372036854775807"),
    ("\"clients\":4", "\"clients\":-9223372036854775808"), ("[0]", "[-9223372036854775808]"),
    ("\"rate\":100", "\"rate\":1e300"), ("\"seconds\":1.5", "\"seconds\":-1"),
    ("\"maxFailures\":0.1", "\"maxFailures\":7"), ("\"soldout\":1", "\"soldout\":2"),
    ("\"operations\":10", "\"operations\":-1"),
    (
      "\"items\":1",
      "\"items\":1,\"holdings\":[{\"left\":{\"a\":9223372036854775807},\"ordered\":{}}]"
    ),
  ])
  func `with numbers no run has are refused`(_ old: String, _ new: String) throws {
    _ = try RunRecord(json: Array(Self.valid.utf8))
    #expect(throws: SenselessRecord.self) {
      try RunRecord(json: Array(Self.valid.replacing(old, with: new).utf8))
    }
  }

  @Test func `damaged anywhere are read or refused`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = Numbers(state: seed)
    let bytes = Array(Self.valid.utf8)
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0...random.below(3) {
        damaged[random.below(damaged.count)] = Array("0919-e\"{}[],:.x".utf8)[random.below(15)]
      }
      guard let record = try? RunRecord(json: damaged) else { continue }
      #expect((0...1_000_000_000_000_000).contains(record.stock), "seed \(seed)")
    }
  }
}

/// Numbers that are the same for the same seed (Knuth's constants).
private struct Numbers {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
