// Every history of a folder of known ones gets the verdict that is known of it, on the command line as a
// user would ask. The folder stays outside of the project (other people's data); SOLDOUT_HISTORIES names it.

import Foundation
import Testing

@Suite("Known verdicts")
struct KnownVerdictTests {
  static let folder = ProcessInfo.processInfo.environment["SOLDOUT_HISTORIES"]

  /// A line of verdicts.tsv.
  struct Known: Sendable, CustomTestStringConvertible {
    var file: String
    var model: String
    var initial: String
    var verdict: String
    var testDescription: String { file }

    init?(_ line: Substring) {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard columns.count >= 4 else { return nil }
      (file, model, initial, verdict) = (columns[0], columns[1], columns[2], columns[3])
    }
  }

  /// The lines of verdicts.tsv but its heading; none without the folder.
  static let known: [Known] = {
    guard let folder,
      let text = try? String(contentsOfFile: folder + "/verdicts.tsv", encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").dropFirst().compactMap(Known.init)
  }()

  private static func code(of verdict: String) -> Int32? {
    ["linearizable": 0, "violation": 1][verdict]
  }

  @Test(
    "a history is judged as it is known to be",
    .enabled(if: folder != nil, "SOLDOUT_HISTORIES names no folder of histories"),
    .timeLimit(.minutes(5)), arguments: known)
  func judged(_ known: Known) throws {
    let expected = try #require(Self.code(of: known.verdict), "\(known.verdict) is no verdict")
    let found = try Soldout.run([
      "check", "\(Self.folder ?? "")/\(known.file)", "--model", known.model,
      "--initial", known.initial, "--budget", "120s,1GB",
    ])
    #expect(found.code == expected, "\(found.output)")
    #expect(found.output.hasPrefix(expected == 0 ? "linearizable" : "VIOLATION"))
  }

  @Test(
    "the folder lists verdicts of both kinds",
    .enabled(if: folder != nil, "SOLDOUT_HISTORIES names no folder of histories"))
  func listed() {
    #expect(Set(Self.known.map(\.verdict)) == ["linearizable", "violation"])
  }
}
