// Where commands write: every option that names a file is looked at before anything is done, no input
// is destroyed, and no run writes into another's folder or through a link that it did not make.

import Foundation
import Testing

/// Commands by an option that names a file, which comes last.
private let outputs: [[String]] = [
  ["check", "h.jsonl", "--junit"], ["check", "h.jsonl", "--markdown"],
  ["check", "h.jsonl", "--certificate"], ["report", "h.jsonl", "--junit"],
  ["report", "h.jsonl", "--markdown"], ["report", "h.jsonl", "--certificate"],
  ["run", "redis-decr", "--ops", "10", "--junit"],
  ["run", "redis-decr", "--ops", "10", "--markdown"],
  ["compare", "--strategies", "redis-decr", "--output"],
  ["compare", "--strategies", "redis-decr", "--junit"], ["explore", "redis-decr", "--frontier"],
  ["explore", "--all", "--output"], ["convert", "h.jsonl", "--output"],
  ["bench", "checker", "--operations", "10", "--write"],
]

@Suite("Output places")
struct OutputPlacesTests {
  /// Runs a shell's line in a folder with a history, where `$S` is the program.
  private func shell(_ line: String) throws -> (code: Int32, output: String) {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let take = #"{"process":0,"type":"invoke","f":"take","key":"a","value":1,"time":1}"#
    try "\(take)\n".write(toFile: folder + "/h.jsonl", atomically: true, encoding: .utf8)
    return try Soldout.shell("S='\(Soldout.lab.path)'; \(line)", in: folder)
  }

  private func words(_ arguments: [String]) -> String { arguments.joined(separator: " ") }

  @Test("a folder that isn't there is told of before anything is done", arguments: outputs)
  func missing(_ arguments: [String]) throws {
    let (code, output) = try shell("$S \(words(arguments)) none/x; echo $?; ls")
    #expect(code == 0)
    #expect(
      output == """
        soldout: none/x cannot be written: its folder does not exist; create it
        74
        h.jsonl

        """)
  }

  @Test("a device stays one, and a link to one is refused", arguments: outputs)
  func device(_ arguments: [String]) throws {
    let (_, output) = try shell("ln -s /dev/null x; $S \(words(arguments)) x; echo $?; ls -l x")
    #expect(output.contains("x cannot be written: it is a link that leads to no file"), "\(output)")
    #expect(output.contains("\n74\n") && output.contains("x -> /dev/null"), "\(output)")
  }

  @Test(
    "what is read is not written over, whatever it is called",
    arguments: outputs.filter { $0.contains("h.jsonl") }, ["h.jsonl", "./h.jsonl", "hard", "soft"])
  func input(_ arguments: [String], name: String) throws {
    let (_, output) = try shell(
      "cp h.jsonl before; ln h.jsonl hard; ln -s h.jsonl soft; $S \(words(arguments)) \(name); "
        + "echo $?; cmp h.jsonl before && echo same")
    #expect(output.hasSuffix("name another file\n64\nsame\n"), "\(output)")
  }

  @Test("two reports don't share a file")
  func shared() throws {
    let (code, output) = try shell("$S check h.jsonl --junit x --markdown x")
    #expect(code == 64 && output.contains("--junit and --markdown name the same file"))
  }

  @Test("a conversion goes through the standard input and output, and not over its own input")
  func standard() throws {
    let (_, output) = try shell(
      """
      $S convert h.jsonl -o a && $S convert /dev/stdin -o /dev/stdout < h.jsonl > b && cmp a b
      (echo first; $S convert - -o - < h.jsonl) > c; wc -l < c; $S convert - -o x < h.jsonl; cmp a x
      $S convert h.jsonl >> h.jsonl; echo $?; $S convert - < h.jsonl >> h.jsonl; echo $?; wc -l < h.jsonl
      """)
    let lines = output.split(separator: "\n")
    #expect(
      lines.filter { $0 == "64" }.count == 2 && lines.first == "3" && lines.last == "1", "\(output)"
    )
  }

  @Test("the summary of a job on GitHub is added to")
  func summary() throws {
    let (_, output) = try shell(
      """
      echo '# before' > s; ln s t
      check="$S check h.jsonl --initial 1 --markdown"
      GITHUB_STEP_SUMMARY=$PWD/s $check t > out; GITHUB_STEP_SUMMARY=$PWD/s $check s > out
      head -1 s; grep -c '^## soldout' s; $check s > out; grep before s
      """)
    #expect(output.hasPrefix("# before\n2\n"), "\(output)")
    #expect(!output.hasSuffix("# before\n"), "elsewhere it is replaced: \(output)")
  }
}

@Suite("Results folder", .serialized)
struct ResultsFolderTests {
  private func shell(_ line: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = "'\(Soldout.binary.path)' run redis-decr --ops 200 --seed 7 --quiet --output r"
    return try Soldout.shell("sale() { \(run) \"$@\"; }; \(line)", in: folder).1
  }

  @Test("runs of one seed in one second have folders of their own")
  func together() throws {
    let output = try shell(
      // Not `wait`, for which a shell needs signals that a test may have blocked.
      "for i in 1 2 3; do sale > $i & done; for i in $(seq 600); do "
        + "ls r/redis-decr/*/report.txt 2>/dev/null | grep -c -e '-7' | grep -q 3 && break; sleep 0.1; "
        + "done; cat r/redis-decr/*-7*/history.jsonl | "
        + "grep -c '\"index\":0,'; for d in r/redis-decr/*-7*; do '\(Soldout.binary.path)' check $d "
        + "> out || echo bad; done")
    #expect(output == "3\n", "\(output)")
  }

  @Test(
    "a file or a folder named latest stops the run before it begins", arguments: ["touch", "mkdir"])
  func latest(_ make: String) throws {
    let output = try shell(
      "mkdir -p r/redis-decr; \(make) r/redis-decr/latest; sale; echo $?; ls r/redis-decr")
    #expect(
      output == "soldout: r/redis-decr/latest cannot be written: something other than a link is "
        + "there; move it away\n74\nlatest\n")
  }

  @Test("links in the results are not followed")
  func links() throws {
    let output = try shell(
      """
      mkdir -p theirs r/redis-decr; ln -s ../theirs r/pg-update; ln -s ../../theirs r/redis-decr/latest
      sale > out; echo $?; ls theirs; rm -r r/redis-decr; ln -s ../theirs r/redis-decr; sale; echo $?
      ls theirs
      """)
    #expect(
      output == "0\nsoldout: r/redis-decr cannot be written: it is a link, which a run does not "
        + "follow; move it away\n74\n")
  }

  @Test("a place that takes no folder is told of before the run", arguments: ["r", "r/redis-decr"])
  func unwritable(_ place: String) throws {
    let output = try shell("mkdir -p $(dirname \(place)); touch \(place); sale; echo $?")
    #expect(
      output == "soldout: \(place) cannot be written: something other than a folder is there; "
        + "choose another place\n74\n")
  }

  @Test("a history that may not grow ends the run with 74, and what was recorded stays")
  func limited() throws {
    let output = try shell(
      "ulimit -f 8; sale; echo $?; tail -c +1 r/redis-decr/latest/history.jsonl | head -1")
    #expect(output.contains("history.jsonl cannot be written: it would exceed"), "\(output)")
    #expect(output.contains("\n74\n{\"soldout\":1"), "\(output)")
  }

  @Test("a report that can't be written takes no verdict away")
  func unwritten() throws {
    let output = try shell("mkfifo p; sale --junit p; echo $?")
    #expect(output.hasPrefix("redis-decr · "), "\(output)")
    #expect(output.contains("linearizable") && output.hasSuffix("\n74\n"), "\(output)")
  }

  @Test("closed streams end no run, and no report goes into its history")
  func closed() throws {
    let output = try shell(
      "sale >&- 2>&-; echo $?; cat r/redis-decr/latest/history.jsonl | grep -vc '^{'")
    #expect(output == "74\n0\n", "\(output)")
  }
}
