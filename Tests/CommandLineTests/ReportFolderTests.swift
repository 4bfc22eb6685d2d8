// A folder that holds runs and is none: it is said to be one, with a run that could have been meant.

import Foundation
import Testing

@Suite("The folder of a report")
struct ReportFolderTests {
  @Test(
    "that is one level too high, or two, is told with a run in it",
    arguments: [
      ("report results/redis-lua", "results/redis-lua holds the runs of a workload"),
      ("report results", "results holds the runs of several workloads"),
      ("check results", "results holds the runs of several workloads"),
    ])
  func tooHigh(_ command: String, _ words: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-folder-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for run in ["redis-decr/latest", "redis-lua/latest"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/results/\(run)", withIntermediateDirectories: true)
    }
    let (code, text) = try Soldout.shell(
      "'\(Soldout.binary.path)' \(command)", in: folder)
    #expect(code == 64, "\(text)")
    #expect(text.contains(words), "\(text)")
    #expect(text.contains("/latest\n"), "\(text)")
  }
}
