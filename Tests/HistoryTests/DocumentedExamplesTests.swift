// The examples of docs/formats.md are what the parsers read: each is read, and in the right form.

import Foundation
import History
import Testing

@Suite("Documented examples")
struct DocumentedExamplesTests {
  /// Runs of indented lines, in order.
  private static func blocks(of text: String) -> [String] {
    var blocks: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("    ") {
        blocks[blocks.count - 1].append(line.dropFirst(4))
      } else if blocks.last?.isEmpty == false {
        blocks.append([])
      }
    }
    return blocks.map { $0.joined(separator: "\n") }.filter { !$0.isEmpty }
  }

  @Test("every example is read in its form")
  func examples() throws {
    let document = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/formats.md")
    let blocks = Self.blocks(of: try String(contentsOf: document, encoding: .utf8))
    // The first is a refusal.
    let readings = try blocks.dropFirst().map { try HistoryFormat.read($0) }
    #expect(readings.map(\.format) == [.jsonl, .edn, .porcupine, .json, .etcd])
    #expect(readings.map(\.history.operations.count) == [3, 1, 2, 1, 1])
    #expect(readings.allSatisfy { $0.notes.isEmpty })
  }

  @Test("the refusal in the document is what reading says")
  func refusal() throws {
    let line = "{\"process\":5,\"f\":\"take\",\"value\":1, \"type\":\"okay\"}"
    let refusal = try #require(HistoryFormat.refusal(of: line + "\n"))
    #expect(
      refusal.description
        == "1:43: found \"okay\", expected \"invoke\", \"ok\", \"fail\" or \"info\" as the type")
  }
}
