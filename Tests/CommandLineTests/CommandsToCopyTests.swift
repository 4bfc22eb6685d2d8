// The commands that reports end in, copied into a shell as a reader would: they run, and what they say
// of the run is what was asked for.

import Foundation
import Harness
import Testing

@Suite("Commands to copy", .serialized)
struct CommandsToCopyTests {
  /// The rest of a report's line that begins with these words.
  private static func command(_ lead: String, in report: String) -> String? {
    report.split(separator: "\n").first { $0.hasPrefix(lead) }
      .map { $0.dropFirst(lead.count).trimmingCharacters(in: .whitespaces) }
  }

  /// A folder that is gone after the body; its name wants quotes in a shell.
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout it's \(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func record(_ folder: String) throws -> RunRecord {
    let json = try Data(contentsOf: URL(filePath: "\(folder)/latest/run.json"))
    return try RunRecord(json: Array(json))
  }

  /// What a command line can change, and how a run's commands name it.
  private static let changes: [(given: [String], named: String?)] = [
    (["--ops", "300"], "--ops 300"),
    (["--duration", "250ms"], "--duration 250ms"),
    (["--ops", "300", "--rate", "5000"], "--ops 300 --rate 5000"),
    (
      ["--ops", "300", "--clients", "3", "--items", "2", "--stock", "7"],
      "--clients 3 --items 2 --stock 7 --ops 300"
    ),
    (["--ops", "300", "--resolve"], "--resolve"),
    (
      ["--duration", "300ms", "--fault", "client-pause:first=50ms"],
      "--duration 300ms --fault client-pause:first=50ms"
    ),
    ([], nil),
  ]

  @Test("Again repeats every option that was given", arguments: changes.indices)
  func again(_ number: Int) throws {
    let (given, named) = Self.changes[number]
    try Self.withFolder { folder in
      let arguments = ["run", "redis-lua", "--quiet", "--output", folder, "--seed", "7f3a"]
      let first = try Soldout.run(arguments + given)
      // On a busy machine too little may happen in so short a run: its commands are the matter here.
      #expect([0, 3].contains(first.code), "\(first.output)")
      let again = try #require(Self.command("Again:", in: first.output))
      if let named { #expect(again.contains(" \(named) "), "\(again)") }
      #expect(again.hasSuffix(" --seed 7f3a"), "\(again)")
      if named == nil { #expect(!again.contains(" --ops") && !again.contains(" --duration")) }
      let asked = try Self.record("\(folder)/redis-lua")
      // OLDPWD is the folder, whatever its name.
      let second = try Soldout.shell(
        "cd '\(Soldout.root.path)' && \(again) --quiet --output \"$OLDPWD\"", in: folder)
      #expect([0, 3].contains(second.0), "\(second.1)")
      var repeated = try Self.record("\(folder)/redis-lua")
      // What a run comes to is its own.
      (repeated.started, repeated.seconds) = (asked.started, asked.seconds)
      (repeated.remaining, repeated.holdings) = (asked.remaining, asked.holdings)
      #expect(repeated == asked)
    }
  }

  @Test("a workload's file is named by its path, whatever the path")
  func file() throws {
    try Self.withFolder { folder in
      let path = folder + "/a $ale.yaml"
      try FileManager.default.copyItem(
        atPath: Soldout.root.appending(path: "workloads/redis-get-set.yaml").path, toPath: path)
      let run = try Soldout.run([
        "run", path, "--quiet", "--ops", "2000", "--output", folder + "/out",
      ])
      #expect(run.code == 0, "\(run.output)")
      for lead in ["Recheck:", "Closer:", "Again:"] {
        let command = try #require(Self.command(lead, in: run.output), "\(lead) \(run.output)")
        let copied = try Soldout.shell(command, in: folder)
        #expect(copied.0 == 0 && !copied.1.isEmpty, "\(command): \(copied.1)")
      }
    }
  }

  @Test("a run that differs from no workload has nothing to repeat")
  func compare() throws {
    try Self.withFolder { folder in
      let run = try Soldout.run([
        "compare", "--strategies", "redis-lua", "--quiet", "--results", folder, "--json",
      ])
      #expect(run.code == 0, "\(run.output)")
      #expect(run.output.contains("compare --strategies redis-lua --seed "), "\(run.output)")
    }
  }
}
