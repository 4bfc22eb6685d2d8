// A private server is killed from outside while a command runs: the command ends with 69, names the
// server, and keeps what it has done.

import Foundation
import Glibc
import Testing

@Suite("A lost server", .serialized)
struct LostServerCommandTests {
  /// A command in a folder of its own, whose first Redis is killed once `ready` says so.
  private func lose(
    _ arguments: [String], in folder: String, when ready: () -> Bool
  ) throws -> (code: Int32, output: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = Soldout.binary(for: arguments.first)
    process.arguments = arguments
    process.currentDirectoryURL = Soldout.root
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var redis: pid_t?
    for _ in 0..<3000 where redis == nil && process.isRunning {
      if ready() { redis = Self.redis(below: process.processIdentifier) }
      if redis == nil { usleep(20_000) }
    }
    kill(try #require(redis), SIGKILL)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// A redis-server whose parent is this process (proc(5): pid (comm) state ppid …).
  private static func redis(below parent: pid_t) -> pid_t? {
    let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [])
      .compactMap { pid_t($0) }
    return numbers.first { number in
      guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
        stat.contains("(redis-server)"), let close = stat.lastIndex(of: ")")
      else { return false }
      let fields = stat[close...].split(separator: " ")
      return fields.count > 2 && fields[2] == "\(parent)"
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-lost-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func size(_ path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.size] as? Int ?? 0
  }

  @Test("ends a run of several strategies, which keeps its record, its report and the log")
  func run() throws {
    try withFolder { folder in
      try """
      strategies: [redis-decr, redis-lua]
      clients: 4
      stock: 1000000
      duration: 30s
      """.write(toFile: "\(folder)/two.yaml", atomically: true, encoding: .utf8)
      let place = "\(folder)/results/two/latest"
      let (code, text) = try lose(
        ["run", "\(folder)/two.yaml", "--output", "\(folder)/results"], in: folder
      ) { size("\(place)/redis-decr/history.jsonl") > 5000 }
      #expect(code == 69, "\(text)")
      #expect(text.contains("redis was ended by signal 9 (Killed)"), "\(text)")
      #expect(text.contains("not run: redis-lua"), "\(text)")
      #expect(!text.contains("VIOLATION"), "\(text)")
      let record = try String(contentsOfFile: "\(place)/redis-decr/run.json", encoding: .utf8)
      #expect(record.contains("\"lost\"") && record.contains("\"stopped\" : true"))
      #expect(size("\(place)/redis-decr/report.txt") > 0)
      #expect(size("\(place)/redis-server.log") > 0)
      // The record is judged again as what it is: a part.
      let again = try Soldout.shell(
        "\(Soldout.binary.path) check \(place)/redis-decr", in: folder)
      #expect(again.0 == 3, "\(again.1)")
    }
  }

  @Test("ends a comparison, which keeps the trials it has done and names the others")
  func compare() throws {
    try withFolder { folder in
      let results = "\(folder)/results"
      let (code, text) = try lose(
        [
          "compare", "--strategies", "redis-decr,redis-lua,redis-watch", "--runs", "9",
          "--keep", "--results", results, "--json",
        ], in: folder
      ) { records(below: results) >= 1 }
      #expect(code == 69, "\(text)")
      #expect(text.contains("redis was ended by signal 9 (Killed)"), "\(text)")
      let report = try #require(document(in: text), "\(text)")
      let trials = try #require(report["trials"] as? [[String: Any]])
      let notRun = try #require(report["not_run"] as? [String])
      #expect(!trials.isEmpty && !notRun.isEmpty, "\(text)")
      #expect(notRun.joined().contains("redis-watch"), "\(notRun)")
      #expect(!trials.contains { $0["verdict"] as? String == "violation" }, "\(text)")
    }
  }

  @Test("ends a hunt for mutants, which keeps those it has found and names the others")
  func mutants() throws {
    try withFolder { folder in
      let began = Date()
      let names = ["redis-lua.no-check", "redis-lua.two-scripts", "redis-watch.no-watch"]
      let (code, text) = try lose(
        ["mutants", "--originals", "100000", "--json"] + names, in: folder
      ) { Date().timeIntervalSince(began) > 8 }
      #expect(code == 69, "\(text)")
      let report = try #require(document(in: text), "\(text)")
      #expect(report["as_expected"] as? Bool == false)
      #expect(report["killed"] as? Int == 3, "\(text)")
      let notRun = try #require(report["not_run"] as? [String])
      #expect(notRun.joined().contains("redis-watch under "), "\(notRun)")
      #expect(report["false_alarms"] as? Int == 0, "\(text)")
    }
  }

  /// The records of finished runs below a folder.
  private func records(below folder: String) -> Int {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return Set(names.filter { $0.hasSuffix("run.json") && !$0.hasPrefix("latest") }).count
  }

  /// The JSON among what a command has printed.
  private func document(in text: String) -> [String: Any]? {
    guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}") else {
      return nil
    }
    let object = try? JSONSerialization.jsonObject(with: Data(text[start...end].utf8))
    return object as? [String: Any]
  }

  @Test("ends an exploration, which is no bug and keeps its frontier")
  func explore() throws {
    try withFolder { folder in
      let frontier = "\(folder)/frontier"
      let command = [
        "explore", "redis-watch", "--clients", "3", "--unreduced", "--frontier", frontier,
      ]
      var sizes: Set<Int> = []
      let (code, text) = try lose(command, in: folder) {
        // Written when it begins, and again as it goes on.
        sizes.insert(size(frontier))
        return sizes.subtracting([0]).count > 1
      }
      #expect(code == 69, "\(text)")
      #expect(text.contains("redis was ended by signal 9 (Killed)"), "\(text)")
      #expect(!text.contains("bug") && !text.contains("VIOLATION"), "\(text)")
      let goOn = [Soldout.binary.path] + command + ["--schedules", "50"]
      let more = try Soldout.shell(goOn.joined(separator: " "), in: folder)
      #expect([0, 1, 2].contains(more.0), "\(more.1)")
      #expect(!more.1.contains("can't be resumed"), "\(more.1)")
    }
  }
}
