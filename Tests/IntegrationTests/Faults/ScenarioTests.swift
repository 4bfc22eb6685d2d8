// The scenarios of workloads/ that a fault makes, through the binary as a user runs it: each has the
// verdict it expects, from its file alone, and its report names the fault and what it struck.

import Foundation
import Testing

/// A workload, one of its strategies, and words its report must have.
struct Scenario: Sendable, CustomTestStringConvertible {
  var workload: String
  var strategy: String
  var words: [String]
  var testDescription: String { "\(workload) with \(strategy)" }

  static let all = [
    Scenario(
      workload: "lease-shorter-than-transaction", strategy: "redisson-lock",
      words: ["VIOLATION", "Fault: lease-expiry struck p", "before UPDATE|between SELECT and"]),
    Scenario(
      workload: "client-paused", strategy: "redisson-lock",
      words: ["VIOLATION", "Fault: client-pause struck p", "before UPDATE|between SELECT and"]),
    Scenario(
      workload: "lock-lost-in-failover", strategy: "redisson-lock",
      words: [
        "VIOLATION", "Fault: slow-transaction struck p", "between SELECT and UPDATE",
        "Fault: failover struck redis",
      ]),
    Scenario(
      workload: "lock-lost-in-failover", strategy: "redisson-fenced-lock",
      words: ["linearizable", "failover"]),
    Scenario(
      workload: "redlock-clock-jump", strategy: "redlock",
      words: [
        "VIOLATION", "Fault: clock-jump struck redis-", "was between SELECT and UPDATE",
      ]),
    Scenario(
      workload: "redlock-restart", strategy: "redlock",
      words: [
        "VIOLATION", "Fault: server-kill struck redis-", "was between SELECT and UPDATE",
      ]),
    Scenario(
      workload: "redlock-restart-persistent", strategy: "redlock",
      words: ["linearizable", "server-kill"]),
    Scenario(
      workload: "sales-lost-everysec", strategy: "redis-lua",
      words: ["VIOLATION", "Fault: server-kill struck redis", "had been answered|was answered"]),
    Scenario(
      workload: "sales-kept-always", strategy: "redis-lua", words: ["linearizable", "server-kill"]),
    Scenario(
      workload: "sales-lost-synchronous-commit", strategy: "pg-update",
      words: ["VIOLATION", "Fault: server-kill struck postgres", "had been answered|was answered"]),
    Scenario(
      workload: "sales-kept-synchronous-commit", strategy: "pg-update",
      words: ["linearizable", "server-kill"]),
    Scenario(
      workload: "put-back-lost", strategy: "redis-decr",
      words: ["VIOLATION", "the store ended with -", "reply-loss"]),
    Scenario(
      workload: "put-back-lost", strategy: "redis-zadd-nx",
      words: ["VIOLATION", "the store ended with -", "reply-loss"]),
    Scenario(
      workload: "put-back-lost", strategy: "redis-lua", words: ["linearizable", "reply-loss"]),
    Scenario(
      workload: "named-lock-connections", strategy: "named-lock",
      words: ["linearizable", "connection-limit", "held at the peak, up to"]),
    // Who tries again is overtaken, who stands in a queue is not.
    Scenario(
      workload: "retries-overtake", strategy: "lock-spin",
      words: ["linearizable", "overtaken, by"]),
    Scenario(
      workload: "retries-overtake", strategy: "redisson-fair-lock",
      words: ["linearizable", "nobody was overtaken"]),
  ]
}

@Suite("Scenarios", .serialized)
struct ScenarioTests {
  @Test("have the verdict they expect, and name the fault", arguments: Scenario.all)
  func verdict(_ scenario: Scenario) throws {
    let output = FileManager.default.temporaryDirectory
      .appending(path: "soldout-test-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = try SoldoutProcess(
      ["run", scenario.workload, "--strategy", scenario.strategy, "--output", output])
    let (code, text) = run.finish()
    #expect(code == 0, "\(text)")
    // Sentences are broken into lines.
    let report = text.split { $0.isWhitespace }.joined(separator: " ")
    for words in scenario.words {
      let isThere = words.split(separator: "|").contains { report.contains($0) }
      #expect(isThere, "\(words) in:\n\(text)")
    }
  }
}

/// The built binary, run as a user does; it lies beside the test bundle.
struct SoldoutProcess {
  private let process = Process()
  private let output = Pipe()

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appending(path: arguments.first == "mutants" ? "soldout-lab" : "soldout")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = root
    process.standardOutput = output
    process.standardError = output
    try process.run()
  }

  var identifier: Int32 { process.processIdentifier }

  var isRunning: Bool { process.isRunning }

  /// Waits for its end; the exit code, or the signal's number, and what it printed.
  func finish() -> (code: Int32, text: String) {
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
