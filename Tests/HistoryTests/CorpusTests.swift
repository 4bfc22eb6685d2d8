// Every history of a folder of known ones parses, with the number of operations known of it.
// The folder stays outside of the project (other people's data); SOLDOUT_HISTORIES names it.

import Foundation
import History
import Testing

@Suite("Corpus")
struct CorpusTests {
  static let folder = ProcessInfo.processInfo.environment["SOLDOUT_HISTORIES"]

  struct Known: Sendable, CustomTestStringConvertible {
    var file: String
    /// Absent where nobody counted.
    var operations: Int?
    var testDescription: String { file }
  }

  /// The lines of verdicts.tsv; none without the folder.
  static let known: [Known] = {
    guard let folder,
      let text = try? String(contentsOfFile: folder + "/verdicts.tsv", encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").dropFirst().map { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      return Known(file: String(columns[0]), operations: columns.count > 4 ? Int(columns[4]) : nil)
    }
  }()

  private func bytes(of file: String) throws -> [UInt8] {
    let path = (Self.folder ?? "") + "/" + file
    guard file.hasSuffix(".gz") else {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    let gzip = Process()
    let output = Pipe()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = ["-dc", path]
    gzip.standardOutput = output
    try gzip.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    gzip.waitUntilExit()
    return Array(data)
  }

  @Test(
    "every known history parses, with its number of operations, and survives both writers",
    .enabled(if: folder != nil, "SOLDOUT_HISTORIES names no folder of histories"),
    arguments: known)
  func parses(_ known: Known) throws {
    let bytes = try bytes(of: known.file)
    let reading = try HistoryFormat.read(bytes)
    if let operations = known.operations {
      #expect(reading.history.operations.count == operations)
    }
    #expect(reading.notes.isEmpty)
    #expect(Lint.findings(in: bytes).count(.error) == 0)
    // Writing the longest again takes minutes without optimisation and tells nothing new.
    guard reading.history.operations.count <= 10_000 else { return }
    let json = try HistoryFormat.read(reading.history.jsonLines(), format: .jsonl).history
    #expect(json.operations.map(\.call.rank) == reading.history.operations.map(\.call.rank))
    #expect(json.operations.map(\.reply?.rank) == reading.history.operations.map(\.reply?.rank))
    if reading.format == .edn {
      expectSame(
        try HistoryFormat.read(reading.history.jepsenEDN(), format: .edn).history,
        reading.history, "EDN")
    }
  }

  @Test(
    "the folder lists its histories",
    .enabled(if: folder != nil, "SOLDOUT_HISTORIES names no folder of histories"))
  func listed() {
    #expect(!Self.known.isEmpty)
  }
}
