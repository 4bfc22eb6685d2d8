// The front door: which engine judges what, what is said when none can, and every key is judged.

import Checker
import Foundation
import History
import Testing

@Suite struct CheckTests {
  private func entry(_ name: String) throws -> ModelEntry {
    try #require(ModelCatalogue[name])
  }

  /// Three items: one sold fairly, one oversold, one restocked.
  private func story() -> Story {
    var story = Story()
    story.call(1, "take", from: 0, until: 5, .ok, 0)
    story.call(2, "take", key: item5, from: 1, until: 4, .ok, 0)
    story.call(3, "take", key: item5, from: 2, until: 6, .ok, 0)
    story.call(4, "restock", key: .int(7), 2, from: 3, until: 7)
    story.call(5, "take", key: .int(7), from: 8, until: 9, .ok, 2)
    story.call(6, "take", from: 8, until: 9, .fail)
    return story
  }

  @Test(arguments: [1, 2, 8])
  func `each key goes to the engine that suits it`(width: Int) async throws {
    let check = Check(
      story().history, model: try entry("stock"), initial: .int(1), width: width)
    let judgements = try await check.judgements()
    #expect(judgements.map(\.key) == [item4, item5, .int(7)])
    #expect(judgements.map(\.engine) == ["stock-monitor", "stock-monitor", "search"])
    #expect(judgements.map(\.verdict) == [.linearizable, .violation, .linearizable])
    #expect(judgements.map(\.operations) == [2, 2, 2])
    #expect(judgements.verdict == .violation)
    #expect(judgements[1].counterexample?.operations == [1, 2])
    #expect(judgements[2].order == [3, 4])
  }

  @Test func `an engine can be named`() async throws {
    var check = Check(story().history, model: try entry("stock"), initial: .int(1))
    check.engine = .named("search")
    let searched = try await check.judgements()
    #expect(searched.map(\.engine) == ["search", "search", "search"])
    #expect(searched.map(\.verdict) == [.linearizable, .violation, .linearizable])
    check.engine = .named("stock-monitor")
    let monitored = try await check.judgements()
    #expect(monitored.map(\.verdict) == [.linearizable, .violation, .unknown])
    #expect(
      monitored[2].unknown
        == "stock-monitor is not applicable: the stock is restocked; use the engine auto")
    #expect(monitored.verdict == .violation)
  }

  @Test func `an engine that does not judge the model is refused with those that do`() async throws
  {
    var check = Check(story().history, model: try entry("stock"), initial: .int(1))
    check.engine = .named("register-monitor")
    let expected = CheckError.engine("register-monitor", known: ["search", "stock-monitor"])
    await #expect(throws: expected) { try await check.judgements() }
    #expect(
      expected.description
        == "no engine register-monitor judges this model; use auto or one of search, stock-monitor")
  }

  @Test func `initial values come from the caller, else from the header by key`() async throws {
    var history = story().history
    history.header.initial = [item4: .int(1), item5: .int(2), .int(7): .int(1)]
    var check = Check(history, model: try entry("stock"))
    #expect(try await check.judgements().verdict == .violation)
    history.header.initial[item5] = nil
    check.history = history
    await #expect(throws: CheckError.self) { try await check.judgements() }
    check.initial = .int(9)
    #expect(try await check.judgements().map(\.verdict) == [.violation, .violation, .violation])
  }

  @Test func `a call that the model does not know is refused with its line`() async throws {
    var story = story()
    story.call(9, "enqueue", from: 50, until: 51, line: 7)
    let check = Check(story.history, model: try entry("stock"), initial: .int(1), width: 2)
    let error = await #expect(throws: CheckError.self) { try await check.judgements() }
    #expect(error?.description == "7:1: a stock supports take, read and restock, not enqueue")
  }

  @Test func `nothing to judge is linearizable`() async throws {
    let check = Check(Story().history, model: try entry("stock"))
    #expect(try await check.judgements().verdict == .linearizable)
  }

  @Test func `every monitor file is in the catalogue`() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let folder = tests.appending(path: "../../../Sources/Checker/Monitors").standardized
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let monitors = files.filter { $0.hasSuffix("Monitor.swift") && $0 != "Monitor.swift" }
    let names = monitors.map { file in
      file.dropLast(".swift".count).reduce(into: "") { name, letter in
        if letter.isUppercase && !name.isEmpty { name += "-" }
        name += letter.lowercased()
      }
    }
    #expect(Set(names) == Set(MonitorCatalogue.entries.map(\.name)))
    for entry in MonitorCatalogue.entries { #expect(ModelCatalogue[entry.model] != nil) }
  }
}
