// Unchanged programs in Go (static), Node and Java are walked like those in Python: GET and SET of two clients have
// as many orders in any language.

import Checker
import Explorer
import Foundation
import History
import Testing

@testable import Drivers
@testable import Harness

@Suite("A program in another language that is explored", .serialized)
struct ExploredLanguageTests {
  /// A shop of Tests/Programs in a language, and what it takes to start it.
  struct Language: Sendable, CustomTestStringConvertible {
    /// The command that has to be there.
    var tool: String
    /// A command of the shell that makes a program in the folder `$1`; empty: none is needed.
    var build: String
    /// The words that start it, `$1` being the folder.
    var start: [String]

    var testDescription: String { tool }

    private static let programs = TimedProgram.programs

    private static let all = [
      Language(
        tool: "go", build: "CGO_ENABLED=0 GOCACHE=$1/cache go build -o $1/shop \(programs)/shop.go",
        start: ["$1/shop"]),
      Language(tool: "node", build: "", start: ["node", "\(programs)/shop.js"]),
      Language(
        tool: "javac", build: "javac -d $1 \(programs)/Shop.java",
        start: ["java", "-cp", "$1", "Shop"]),
    ]

    /// Those whose tools are installed; the others are named.
    static let present = all.filter { language in
      let isThere = TimedProgram.finds(language.tool)
      if !isThere { print("\(language.tool) is not installed: its programs are not explored") }
      return isThere
    }

    /// A workload whose program takes in one of its ways, made in a folder.
    func configuration(_ way: String, in folder: String) throws -> Configuration {
      if !build.isEmpty {
        let spawn = Spawn(
          program: "/bin/sh", arguments: ["-c", build, "sh", folder],
          environment: Spawn.environment(), directory: folder)
        let (status, output) = try spawn.run(within: 300)
        try #require(status == 0, "\(output)")
      }
      let words = (start + [way]).map { $0.replacing("$1", with: folder) }
      let yaml = "program: {command: [\(words.joined(separator: ", "))], servers: [redis]}"
      let workload = try Workload(yaml: yaml, name: "shop", file: "shop.yaml", strategies: [])
      return Configuration(
        .external(
          Configuration.External(workload, try #require(workload.external), folder: folder)),
        script: [[.take(1)], [.take(1)]])
    }
  }

  private func explore(
    _ language: Language, _ way: String, _ body: (Exploration) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-language-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try TestServers.withOwnServers(
      try language.configuration(way, in: folder), search: TestServers.everyOrder, body)
  }

  @Test(
    "GET and SET: six orders, of which four lose an update, and a replay is the same each time",
    arguments: Language.present)
  func getSet(_ language: Language) throws {
    try explore(language, "get_set") { exploration in
      let findings = try exploration.carryOut().findings
      #expect(findings.schedules == 6 && findings.violations == 4 && findings.isComplete)
      #expect(findings.difference == nil)
      let worst = try #require(findings.worst)
      let again = try exploration.replay(worst.schedule.named, times: 20)
      let histories = Set(again.map { $0.steps.map { "\($0.client ?? -1) \($0.text)" } })
      #expect(again.count == 20 && histories.count == 1)
    }
  }

  @Test(
    "naps for a lock end when nobody else can move: eight orders, none wrong",
    arguments: Language.present)
  func nap(_ language: Language) throws {
    try explore(language, "nap") { exploration in
      let findings = try exploration.carryOut().findings
      #expect(findings.schedules == 8 && findings.isComplete)
      #expect(findings.verdict == .linearizable && findings.difference == nil)
      #expect(findings.realTime == nil)
    }
  }
}
