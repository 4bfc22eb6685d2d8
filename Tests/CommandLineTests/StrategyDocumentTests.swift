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
      "out of date: replace what is between the marks with `soldout list strategies --markdown`")
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
