// The worked examples of docs/adding-things.md are these files, they compile, and they do what the
// document says of them.

import Checker
import Drivers
import Foundation
import History
import Testing

@testable import Harness

@Suite("Worked examples", .serialized)
struct WorkedExampleTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The fenced blocks of the document, with their language.
  private static func blocks() throws -> [(language: String, text: String)] {
    var blocks: [(language: String, text: String)] = []
    var open: (language: String, lines: [Substring])?
    for line in try text("docs/adding-things.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("```") {
        if let closed = open {
          blocks.append((closed.language, closed.lines.joined(separator: "\n")))
          open = nil
        } else {
          open = (String(line.dropFirst(3)), [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }

  /// Code without imports and blank lines: a test imports more than the file itself would.
  private static func code(_ text: String) -> String {
    text.split(separator: "\n").filter { !$0.contains("import ") && !$0.allSatisfy(\.isWhitespace) }
      .joined(separator: "\n")
  }

  @Test("the document shows files that are compiled")
  func verbatim() throws {
    let compiled = try [
      "Tests/IntegrationTests/Worked/RedisGetDecr.swift",
      "Tests/IntegrationTests/Worked/ScriptFlush.swift",
      "Examples/Sources/Overbooking/OverbookedStock.swift",
      "Examples/Tests/OverbookingTests/OverbookingTests.swift",
    ].map { Self.code(try Self.text($0)) }
    let shown = try Self.blocks().filter { $0.language == "swift" }.map { Self.code($0.text) }
    #expect(shown.count == compiled.count)
    for code in compiled {
      #expect(shown.contains(code), "docs/adding-things.md does not show this:\n\(code)")
    }
  }

  @Test("the document's workload reads")
  func workload() throws {
    let yaml = try #require(Self.blocks().first { $0.language == "yaml" }).text
    let workload = try Workload(
      yaml: yaml, name: "last-units", file: "last-units.yaml",
      strategies: Catalogue.names + [RedisGetDecr.card.name])
    #expect(workload.strategies == [RedisGetDecr.card.name])
  }

  @Test("the strategy oversells: the model says so, whoever runs it")
  func strategy() async throws {
    // Fifty items, each sold out by sixteen clients at once: the race at the last unit is run often.
    let workload = Workload(
      name: "last-units", clients: 16, items: 50, stock: 10, mix: Mix(take: 1),
      extent: .operations(2000))
    let run = try TestServers.run(workload, RedisGetDecr.self)
    let model = try #require(ModelCatalogue["stock"])
    let judgements = try await Check(run.history, model: model).judgements()
    #expect(judgements.verdict == .violation)
    #expect(run.result.remaining.contains { $0 < 0 })
  }

  @Test("after the fault a script is sent again, and nothing is sold twice")
  func fault() throws {
    try TestServers.withShop(RedisLua.self, units: 3) { shop in
      #expect(try await shop.call(.take(1)) == .left(2))
      let journal = Journal(origin: EventLoop.now())
      let nemesis = Nemesis(
        [], on: shop.session.loop, servers: ServerHandles(), topology: shop.session.topology,
        journal: journal, seed: Seed(1))
      let fault = ScriptFlush(FaultSettings(card: ScriptFlush.card, given: []))
      var random = SplitMix64(seed: 1)
      try await fault.strike(nemesis, &random)
      #expect(journal.take().records.count == 2, "its start and its end")
      #expect(try await shop.call(.take(1)) == .left(1))
    }
  }
}
