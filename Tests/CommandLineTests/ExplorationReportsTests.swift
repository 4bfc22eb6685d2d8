// What explorations leave for programs, through the binary: JSON, JUnit and Markdown of one strategy and
// of several, and a server that refuses every write, of which nothing is proven.

import Foundation
import Testing

@Suite("Explorations for programs", .serialized)
struct ExplorationReportsTests {
  /// A folder of its own, gone after the body.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-explored-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func soldout(_ arguments: String, in folder: String) throws -> (Int32, String) {
    try Soldout.shell("'\(Soldout.binary.path)' \(arguments)", in: folder)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  @Test("one strategy, with the schedule that breaks it")
  func one() throws {
    try inFolder { folder in
      let (code, text) = try soldout(
        "explore redis-get-set --json --junit j.xml --markdown m.md", in: folder)
      #expect(code == 0, "\(text)")
      let report = try object(text)
      #expect(report["kind"] as? String == "exploration")
      #expect(report["verdict"] as? String == "violation")
      let found = try #require(report["counterexample"] as? [String: Any])
      let token = try #require(found["token"] as? String)
      #expect((found["steps"] as? [Any])?.count == 4)
      #expect(try soldout("replay '\(token)'", in: folder).0 == 1)
      let junit = try String(contentsOfFile: folder + "/j.xml", encoding: .utf8)
      #expect(junit.contains("classname=\"explore\" name=\"redis-get-set\""), "\(junit)")
      let markdown = try String(contentsOfFile: folder + "/m.md", encoding: .utf8)
      #expect(markdown.hasPrefix("## soldout: 1 strategy, as expected"), "\(markdown)")
    }
  }

  @Test("a workload, explored or run by its name", arguments: ["explore", "run"])
  func named(_ command: String) throws {
    try inFolder { folder in
      let (code, text) = try soldout(
        "\(command) lease-ends-before-write --json --junit j.xml", in: folder)
      #expect(code == 0, "\(text)")
      let report = try object(text)
      #expect(report["kind"] as? String == "explorations")
      let all = try #require(report["explorations"] as? [[String: Any]])
      #expect(all.count > 1)
      #expect(all.allSatisfy { $0["workload"] as? String == "lease-ends-before-write" })
      let junit = try String(contentsOfFile: folder + "/j.xml", encoding: .utf8)
      #expect(junit.contains("tests=\"\(all.count)\" failures=\"0\" errors=\"0\""), "\(junit)")
    }
  }

  @Test(
    "reports are written also where a server is missing",
    arguments: ["run redis-decr", "explore redis-decr", "compare --strategies redis-decr"])
  func missing(_ command: String) throws {
    try inFolder { folder in
      let (code, text) = try soldout(
        "\(command) --redis redis://127.0.0.1:1 --json --junit j.xml --markdown m.md 2>errors",
        in: folder)
      #expect(code == 69, "\(text)")
      let report = try object(text)
      let sentence = try #require(report["error"] as? String)
      #expect(report["kind"] as? String == "error" && report["exit_code"] as? Int == 69)
      #expect(sentence.contains("cannot be used"), "\(sentence)")
      let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
      #expect(errors.contains(sentence), "\(errors)")
      let junit = try String(contentsOfFile: folder + "/j.xml", encoding: .utf8)
      #expect(junit.contains("errors=\"1\"") && junit.contains("<error type=\"exit 69\""))
      let markdown = try String(contentsOfFile: folder + "/m.md", encoding: .utf8)
      #expect(markdown.contains("could not be run"), "\(markdown)")
    }
  }

  @Test("the command that repeats a schedule names the servers it was found on, and does repeat it")
  func again() throws {
    try inFolder { folder in
      let (code, text) = try Soldout.shell(
        """
        redis-server --port 0 --unixsocket "$PWD/s" --save '' >log 2>&1 &
        server=$!
        trap 'kill -KILL $server' EXIT
        for _ in $(seq 600); do [ -S s ] && break; sleep 0.05; done
        '\(Soldout.binary.path)' explore redis-get-set --redis "unix://$PWD/s" --quiet >report
        cat report
        eval "$(sed -n 's/^Again: //p' report)"
        """, in: folder)
      #expect(code == 1, "\(text)")
      #expect(text.contains("' --redis unix://"), "\(text)")
    }
  }

  /// The server is killed by the signal that can't be blocked, as others are by who starts tests.
  @Test("a Redis without memory is refused before anything is explored, in reports too")
  func outOfMemory() throws {
    try inFolder { folder in
      let (code, text) = try Soldout.shell(
        """
        redis-server --port 0 --unixsocket "$PWD/s" --save '' --maxmemory 1 \
          --maxmemory-policy noeviction >log 2>&1 &
        server=$!
        trap 'kill -KILL $server' EXIT
        for _ in $(seq 600); do [ -S s ] && break; sleep 0.05; done
        '\(Soldout.binary.path)' explore lock-simple --redis "unix://$PWD/s" --quiet --junit j.xml
        """, in: folder)
      #expect(code == 69, "\(text)")
      #expect(text.contains("is not fit for a run: it refuses SET: OOM"), "\(text)")
      let junit = try String(contentsOfFile: folder + "/j.xml", encoding: .utf8)
      #expect(junit.contains("<error type=\"exit 69\"") && junit.contains("OOM"), "\(junit)")
    }
  }
}
