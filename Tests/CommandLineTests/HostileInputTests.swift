// Whatever a stranger put into a name, an option, a history or a workload, the screen shows it and
// obeys none of it: every command, by its refusals and by its reports. No servers.

import Foundation
import Testing

/// Moves the cursor, rings, reorders, ends the line and forges another one.
private let evil =
  "x\u{1B}[31m\u{7}\u{9B}2J\u{202E}\r\n::error::soldout: linearizable\n##[add-mask]1"

/// Characters of an output that a terminal would act on.
private func disturbing(_ text: String) -> [String] {
  text.unicodeScalars.filter { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
    default: false
    }
  }.map { "U+" + String($0.value, radix: 16) }
}

private let refusals: [[String]] = [
  ["check", evil], ["check", "-", "--model", evil], ["check", "-", "--format", evil],
  ["check", "-", "--budget", evil], ["check", "-", "--engine", evil],
  ["check", "-", "--initial", evil],
  ["check", "--\(evil)"], ["check", "-", "--unknown=\(evil)"], ["report", evil],
  ["report", "--compare", evil, evil], ["report", evil, "--around", evil],
  ["run", evil], ["run", "\(evil).yaml"], ["run", "redis-decr", "--strategy", evil],
  ["run", "redis-decr", "--fault", evil],
  ["run", "redis-decr", "--fault", "server-kill:for=\(evil)"],
  ["run", "redis-decr", "--seed", evil], ["run", "redis-decr", "--duration", evil],
  ["run", "redis-decr", "--redis", evil], ["run", "redis-decr", "--redis", "unix:///\(evil)"],
  ["run", "pg-update", "--postgres", "postgres://\(evil)"], ["compare", "--strategies", evil],
  ["compare", "--family", evil], ["compare", "--fault", evil], ["compare", "--profile", evil],
  ["lint", evil], ["lint", "-", "--format", evil], ["convert", evil],
  ["convert", "-", "--to", evil],
  ["verify", evil, "-"], ["verify", "-", evil], ["explore", evil],
  ["explore", "redis-get-set", "--script", evil], ["explore", "redis-get-set", "--time", evil],
  ["explore", "redis-get-set", "--persistence", evil], ["replay", evil],
  ["replay", "redis-get-set:\(evil):stock=2::1GET"], ["replay", "a:t:\(evil)=1::1GET"],
  ["list", evil], ["mutants", evil], ["mutants", "--budget", evil], ["doctor", "--\(evil)"],
  ["bench", "checker", "--model", evil],
  ["bench", "explorer", "--schedules", "10", "--strategy", evil], [evil],
]

@Suite("Hostile input")
struct HostileInputTests {
  @Test("a refusal shows what it names, and the screen obeys none of it", arguments: refusals)
  func refusal(_ arguments: [String]) throws {
    let (code, output) = try Soldout.run(arguments)
    #expect(code != 0)
    #expect(disturbing(output).isEmpty, "\(output)")
    #expect(!output.contains("\n::error::") && !output.contains("\nsoldout: linearizable"))
  }

  /// A folder with a name to fear.
  private func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-\(UInt64.random(in: 0...UInt64.max))").appending(path: evil)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Two takes told the same, every text in it hostile; `reply` is what the second was told.
  private func history(reply: Int = 0) throws -> String {
    let hostile = String(decoding: try JSONEncoder().encode(evil), as: UTF8.self)
    return """
      {"soldout":1,"model":"stock","initial":{\(hostile):2}}
      {"process":0,"type":"invoke","f":"take","key":\(hostile),"value":1,"time":1}
      {"process":1,"type":"invoke","f":"take","key":\(hostile),"value":1,"time":2}
      {"process":"nemesis","type":"info","f":\(hostile),"value":\(hostile),"time":2}
      {"process":0,"type":"ok","f":"take","key":\(hostile),"value":1,"time":3}
      {"process":1,"type":"ok","f":"take","key":\(hostile),"value":\(reply),"time":4}
      {"process":2,"type":"invoke","f":"read","key":\(hostile),"value":null,"time":5}
      {"process":2,"type":"info","f":"read","key":\(hostile),"value":null,"error":\(hostile),"time":6}

      """
  }

  @Test(
    "a report of hostile names is shown, not obeyed",
    arguments: [
      ["check"], ["report"], ["report", "--around", "1"], ["check", "--json"], ["lint"],
      ["convert"],
      ["convert", "--to", "edn"],
    ], [0, 1])
  func report(_ command: [String], reply: Int) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let file = folder.appending(path: "\(evil).jsonl").path
    try history(reply: reply).write(toFile: file, atomically: true, encoding: .utf8)
    let (code, output) = try Soldout.run([command[0], file] + command.dropFirst())
    #expect([0, 1].contains(code), "\(output)")
    #expect(disturbing(output).isEmpty, "\(output)")
  }

  @Test("GitHub's runner gets no command but soldout's own", arguments: [["check"], ["report"]])
  func workflow(_ command: [String]) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let file = folder.appending(path: "h.jsonl").path
    try history(reply: 1).write(toFile: file, atomically: true, encoding: .utf8)
    let (code, output) = try Soldout.shell(
      "GITHUB_ACTIONS=true '\(Soldout.binary.path)' \(command[0]) h.jsonl", in: folder.path)
    #expect(code == 1)
    let commands = output.split(separator: "\n").filter { line in
      line.drop { $0.isWhitespace }.hasPrefix("::") || line.contains("##[")
    }
    // The one annotation of the violation, in one line.
    #expect(commands.count == 1, "\(output)")
    #expect(commands.first?.hasPrefix("::error file=h.jsonl,line=") == true)
  }

  @Test("a workload's words are shown, not obeyed", arguments: ["about", "strategies"])
  func workload(_ key: String) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let file = folder.appending(path: "w.yaml").path
    let yaml = "\(key): \"a\\e[31m\\a\\N\\L\\u202e\\nsoldout: linearizable\"\n"
    try yaml.write(toFile: file, atomically: true, encoding: .utf8)
    let (code, output) = try Soldout.run(["run", file])
    #expect(code == 65)
    #expect(disturbing(output).isEmpty, "\(output)")
    #expect(output.split(separator: "\n").count == 1, "\(output)")
  }
}
