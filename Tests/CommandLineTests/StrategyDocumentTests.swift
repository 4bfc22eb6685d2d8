// docs/choosing-a-strategy.md against the catalogue it is made from, and against the workloads that
// show what it claims.

import Foundation
import Testing

@Suite("docs/choosing-a-strategy.md")
struct StrategyDocumentTests {
  private static func document() throws -> String {
    let path = Soldout.root.appending(path: "docs/choosing-a-strategy.md")
    return try String(contentsOf: path, encoding: .utf8)
  }

  @Test("has the tables of the catalogue")
  func tables() throws {
    let run = try Soldout.run(["list", "strategies", "--markdown"])
    #expect(run.code == 0)
    let parts = try Self.document().components(separatedBy: "<!-- strategies -->\n")
    try #require(parts.count == 3, "the tables stand between two lines <!-- strategies -->")
    #expect(
      parts[1] == "\n" + run.output + "\n",
      "out of date: `make check` writes them anew; commit them")
  }

  /// So that nobody who adds a strategy writes its row as well.
  @Test("scripts/tables writes rows that are missing, and nothing else")
  func script() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-tables-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let whole = try Self.document()
    let row = try #require(whole.firstMatch(of: /\n\| \[redis-lua\][^\n]*/)).output
    let script = Soldout.root.appending(path: "scripts/tables").path
    for text in [whole.replacing(row, with: ""), whole] {
      try text.write(toFile: "\(folder)/page.md", atomically: true, encoding: .utf8)
      let (code, told) = try Soldout.shell(
        "'\(script)' '\(Soldout.binary.path)' page.md", in: folder)
      #expect(code == 0 && told.isEmpty == (text == whole), "\(told)")
      let page = try String(contentsOfFile: "\(folder)/page.md", encoding: .utf8)
      #expect(page == whole)
    }
  }

  /// A claim without a run that shows it is an opinion.
  @Test("links every claim to a workload or a test")
  func claims() throws {
    let claims = try Self.document().components(separatedBy: "<!-- strategies -->\n")[0]
      .components(separatedBy: "\n- ").dropFirst()
    #expect(claims.count >= 10)
    for claim in claims {
      let isShown = claim.contains("](../workloads/") || claim.contains("](../Tests/")
      #expect(isShown, "no workload shows: \(claim.prefix(200))")
    }
  }
}
