// ^C on a real run: once ends it early and still judges what was recorded; twice ends it at once,
// and the servers with it.

import Foundation
import Glibc
import Testing

@Suite("Interrupted", .serialized)
struct InterruptTests {
  /// A run that would go on for a while, in a folder of its own.
  private struct Run {
    let process = Process()
    let folder: String
    private let output = Pipe()

    init(
      _ workload: String = "redis-decr",
      _ options: [String] = ["--duration", "20s", "--stock", "1000000"]
    ) throws {
      folder =
        FileManager.default.temporaryDirectory
        .appending(path: "soldout-interrupt-\(UInt64.random(in: 0...UInt64.max))").path
      process.executableURL = Soldout.binary
      process.arguments = ["run", workload, "--output", folder] + options
      process.currentDirectoryURL = Soldout.root
      process.standardOutput = output
      process.standardError = output
      try process.run()
    }

    /// Waits until calls are being recorded: the file has more than its header.
    func waitForCalls(of strategy: String? = nil) throws {
      let history =
        folder + "/redis-decr/latest/\(strategy.map { $0 + "/" } ?? "")history.jsonl"
      for _ in 0..<1500 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: history)
        if let size = attributes?[.size] as? Int, size > 5000 { return }
        usleep(20_000)
      }
      throw Timeout()
    }

    func end() -> (code: Int32, output: String) {
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (process.terminationStatus, text)
    }

    /// The private Redis: the process whose parent is the run, or its child.
    func redis() -> pid_t? {
      let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [])
        .compactMap { pid_t($0) }
      return numbers.first { number in
        guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
          let close = stat.lastIndex(of: ")")
        else { return false }
        // proc(5): pid (comm) state ppid …
        let fields = stat[close...].split(separator: " ")
        return stat.contains("(redis-server)") && fields.count > 2
          && fields[2] == "\(process.processIdentifier)"
      }
    }
  }

  private struct Timeout: Error {}

  @Test("once: the run ends early, is judged, and says so")
  func once() throws {
    let run = try Run()
    defer { try? FileManager.default.removeItem(atPath: run.folder) }
    try run.waitForCalls()
    kill(run.process.processIdentifier, SIGINT)
    let end = run.end()
    #expect(end.code == 3, "\(end.output)")
    #expect(end.output.contains("ending early"))
    #expect(end.output.contains("linearizable  ended early after "), "\(end.output)")
    let record = try String(
      contentsOfFile: run.folder + "/redis-decr/latest/run.json", encoding: .utf8)
    #expect(record.contains("\"stopped\" : true"))
    // What was changed on the command line is part of running it again.
    let again = try #require(end.output.split(separator: "Again: ").last)
    #expect(again.contains("run redis-decr --stock 1000000 --duration 20s --seed"), "\(end.output)")
  }

  @Test(
    "a workload of several strategies names what it did not run, and is no success",
    arguments: [SIGTERM, SIGHUP])
  func several(signal: Int32) throws {
    let junit = FileManager.default.temporaryDirectory
      .appending(path: "soldout-interrupt-\(UInt64.random(in: 0...UInt64.max)).xml").path
    defer { try? FileManager.default.removeItem(atPath: junit) }
    let run = try Run(
      "redis-decr",
      [
        "--strategy", "redis-decr", "--strategy", "redis-lua", "--duration", "20s", "--stock",
        "1000000", "--junit", junit,
      ])
    defer { try? FileManager.default.removeItem(atPath: run.folder) }
    try run.waitForCalls(of: "redis-decr")
    kill(run.process.processIdentifier, signal)
    let end = run.end()
    #expect(end.code == 3, "\(end.output)")
    let words = end.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("not run: redis-lua"), "\(end.output)")
    #expect(!end.output.contains("as expected  "), "\(end.output)")
    let xml = try String(contentsOfFile: junit, encoding: .utf8)
    #expect(xml.contains("tests=\"2\""), "\(xml)")
    #expect(xml.contains("<skipped "), "\(xml)")
  }

  @Test("the end of the time given: as ^C, and what was not run is named")
  func budget() throws {
    let run = try Run(
      "redis-decr",
      [
        "--strategy", "redis-decr", "--strategy", "redis-lua", "--duration", "60s", "--stock",
        "10000000", "--budget", "3s", "--only-failures",
      ])
    defer { try? FileManager.default.removeItem(atPath: run.folder) }
    let end = run.end()
    #expect(end.code == 3, "\(end.output)")
    #expect(end.output.contains("the --budget is used up"), "\(end.output)")
    let words = end.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("not run: redis-lua"), "\(end.output)")
  }

  @Test("mutants --explore: what was found stands, and what was not looked at is named")
  func explored() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = Soldout.lab
    // All of them, which takes minutes.
    process.arguments = ["mutants", "--explore", "--budget", "60s", "--quiet"]
    process.currentDirectoryURL = Soldout.root
    process.standardOutput = output
    process.standardError = output
    try process.run()
    sleep(4)
    process.interrupt()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 3, "\(text)")
    #expect(text.contains("Ended early; not run: "), "\(text)")
    #expect(!text.contains("survived"), "\(text)")
  }

  @Test("twice: it ends at once, without a verdict, and no server stays")
  func twice() throws {
    let run = try Run()
    defer { try? FileManager.default.removeItem(atPath: run.folder) }
    try run.waitForCalls()
    let redis = try #require(run.redis())
    // A server that stands still keeps the first ^C from being enough.
    kill(redis, SIGSTOP)
    kill(run.process.processIdentifier, SIGINT)
    usleep(300_000)
    #expect(run.process.isRunning)
    kill(run.process.processIdentifier, SIGINT)
    let end = run.end()
    #expect(end.code == 130, "\(end.output)")
    #expect(!end.output.contains("linearizable"))
    // The watchdog ends it.
    for _ in 0..<500 where kill(redis, 0) == 0 { usleep(20_000) }
    #expect(kill(redis, 0) != 0, "redis-server \(redis) is still there")
  }
}
