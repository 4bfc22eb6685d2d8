// The command line as a user meets it: the built binary, its words and its exit codes. No servers.

import Foundation
import Testing

/// A command line, the exit code it must end with, and words its output must have.
struct Case: Sendable, CustomTestStringConvertible {
  var arguments: [String]
  var input = ""
  var code: Int32
  var words: String
  var testDescription: String { "soldout " + arguments.joined(separator: " ") }
}

private let sale = """
  {"soldout":1,"model":"stock","initial":{"item-0":1}}
  {"process":0,"type":"invoke","f":"take","key":"item-0","value":1,"time":1}
  {"process":1,"type":"invoke","f":"take","key":"item-0","value":1,"time":2}
  {"process":0,"type":"ok","f":"take","key":"item-0","value":0,"time":3}

  """

private let cases: [Case] = [
  Case(arguments: ["run", "nosuch"], code: 64, words: "unknown workload nosuch"),
  Case(arguments: ["run", "redis-dcr"], code: 64, words: "did you mean `redis-decr`?"),
  Case(arguments: ["run", "/nowhere/w.yaml"], code: 74, words: "no such file"),
  Case(arguments: ["run", "redis-decr", "--clients", "0"], code: 64, words: "from 1 to 10000"),
  Case(arguments: ["run", "redis-decr", "--stock", "-1"], code: 64, words: "not -1"),
  Case(arguments: ["run", "redis-decr", "--budget", "5"], code: 64, words: "30s or 10m, not 5"),
  Case(arguments: ["compare", "--budget", "0s"], code: 64, words: "30s or 10m, not 0s"),
  Case(arguments: ["run", "redis-decr", "--strategy", "x"], code: 64, words: "unknown strategy x"),
  Case(arguments: ["run", "redis-decr", "--duration", "5"], code: 64, words: "500ms, 10s or 2m"),
  Case(
    arguments: ["run", "redis-decr", "--ops", "1", "--duration", "1s"], code: 64,
    words: "be combined"),
  Case(
    arguments: ["run", "redis-decr", "--fault", "x"], code: 64, words: "unknown fault x"),
  Case(
    arguments: ["run", "redis-decr", "--fault", "server-kill:for"], code: 64, words: "for=400ms"),
  Case(
    arguments: ["run", "redis-decr", "--fault", "server-kill:for=1"], code: 64, words: "not 1"),
  Case(
    arguments: ["run", "redis-decr", "--fault", "slow-transaction"], code: 64,
    words: "targets PostgreSQL"),
  Case(
    arguments: ["run", "redis-decr", "--fault", "server-pause:server=postgres"], code: 64,
    words: "server-pause targets postgres, which redis-decr doesn't use"),
  Case(
    arguments: ["run", "redis-lua-cluster", "--fault", "server-kill:server=redis-1"], code: 64,
    words: "server-kill targets redis-1"),
  Case(
    arguments: ["run", "redis-lua", "--fault", "clock-jump:cut=2"], code: 64,
    words: "clock-jump targets five Redis servers"),
  Case(
    arguments: [
      "run", "redis-decr", "--fault", "server-kill", "--redis", "redis://127.0.0.1:1",
    ], code: 69, words: "did not start"),
  Case(arguments: ["compare", "--strategies", "redis-dcr"], code: 64, words: "`redis-decr`?"),
  Case(arguments: ["compare", "--family", "locks"], code: 64, words: "did you mean `lock`?"),
  Case(
    arguments: ["compare", "--family", "lock", "--strategies", "pg-update"], code: 64,
    words: "leave one out"),
  Case(arguments: ["compare", "--fault", "client-puase"], code: 64, words: "did you mean"),
  Case(arguments: ["compare", "--runs", "0"], code: 64, words: "from 1 to 1000"),
  Case(arguments: ["compare", "--seed", "xyz"], code: 64, words: "hexadecimal"),
  Case(arguments: ["run", "redis-decr", "--seed", "xyz"], code: 64, words: "hexadecimal"),
  Case(arguments: ["run", "redis-decr", "--redis", "http://x"], code: 64, words: "column 1"),
  Case(
    arguments: ["run", "redis-decr", "--redis", "redis://127.0.0.1:1"], code: 69,
    words: "cannot be used"),
  Case(arguments: ["check", "/nowhere"], code: 74, words: "no such file"),
  Case(arguments: ["check", "-"], input: "garbage\n", code: 65, words: "-:1:1: found garbage"),
  Case(arguments: ["check", "-", "--model", "stok"], input: sale, code: 64, words: "`stock`"),
  Case(arguments: ["check", "-", "--engine", "x"], input: sale, code: 64, words: "search"),
  Case(arguments: ["check", "-", "--budget", "x"], input: sale, code: 64, words: "60s,1GB"),
  Case(
    arguments: ["check", "-", "--format", "xml"], input: sale, code: 64, words: "unknown format"),
  Case(arguments: ["check", "-"], input: sale, code: 0, words: "linearizable"),
  Case(
    arguments: ["check", "-"],
    input: sale + "{\"process\":1,\"type\":\"ok\",\"f\":\"take\",\"key\":\"item-0\",\"value\":0,"
      + "\"time\":4}\n", code: 1, words: "two takes were both told 0 left"),
  Case(
    arguments: ["check", "-"],
    input: sale + "{\"process\":0,\"type\":\"ok\",\"f\":\"take\",\"key\":\"item-0\",\"value\":0,"
      + "\"time\":4}\n", code: 65, words: "-:5:"),
  Case(arguments: ["check", "-"], input: "{\"soldout\":1}\n", code: 3, words: "VACUOUS"),
  Case(arguments: ["lint", "-"], input: sale, code: 0, words: "never answered"),
  Case(arguments: ["convert", "-", "--to", "edn"], input: sale, code: 0, words: ":f :take"),
  Case(arguments: ["list", "faults"], code: 0, words: "server-kill"),
  Case(arguments: ["list", "models"], code: 0, words: "cas-register"),
  Case(arguments: ["list", "workloads"], code: 0, words: "\n  redis-decr\n"),
  Case(arguments: ["report", "-", "--around", "0"], input: sale, code: 0, words: "├"),
  Case(arguments: ["report", "-", "--around", "x"], input: sale, code: 64, words: "1200ms"),
  Case(arguments: ["report", "-", "--key", "item-0"], input: sale, code: 64, words: "--around"),
  Case(
    arguments: ["report", "-", "--around", "0", "--key", "item-1"], input: sale, code: 64,
    words: "`item-0`"),
  Case(arguments: ["report", "nosuch"], code: 64, words: "no recorded run nosuch"),
  Case(
    arguments: ["report", "-", "-", "--compare"], input: sale, code: 64, words: "not a run's folder"
  ),
  Case(arguments: ["report", "-"], input: sale, code: 0, words: "What happened when"),
  Case(
    arguments: ["check", "-", "--engine", "search", "--budget", "1kB"], input: sale, code: 2,
    words: "unknown"),
  Case(
    arguments: ["check", "-", "--engine", "search", "--budget", "1kB", "--unknown", "warn"],
    input: sale, code: 0, words: "unknown"),
  Case(arguments: ["check", "-", "--unknown", "x"], input: sale, code: 64, words: "warn"),
  Case(arguments: ["mutants", "--list"], code: 0, words: "redis-lua.no-check"),
  Case(arguments: ["mutants", "redis-lua.no-chekc"], code: 64, words: "did you mean"),
  Case(arguments: ["mutants", "--budget", "5"], code: 64, words: "500ms or 5s"),
  Case(arguments: ["mutants", "--originals", "-1"], code: 64, words: "not -1"),
  Case(arguments: ["mutants", "--seed", "xyz"], code: 64, words: "hexadecimal"),
  Case(arguments: ["bench", "driver", "--clients", "0"], code: 64, words: "from 1 to 1000"),
  Case(arguments: ["list", "faults", "--markdown"], code: 64, words: "leave it out"),
  Case(arguments: ["list", "faults", "--yaml", "x"], code: 64, words: "leave it out"),
  Case(arguments: ["list", "workloads", "--yaml", "x"], code: 64, words: "neither built in"),
  Case(arguments: ["frobnicate"], code: 64, words: "frobnicate"),
  Case(arguments: ["--help"], code: 0, words: "Exit codes"),
  Case(arguments: ["--version"], code: 0, words: "."),
]

@Suite("Exit codes and sentences")
struct ExitCodeTests {
  @Test("each ends with its code, in its words, without control characters", arguments: cases)
  func ends(_ example: Case) throws {
    let run = try Soldout.run(example.arguments, input: example.input)
    #expect(run.code == example.code, "\(run.output)")
    #expect(run.output.contains(example.words), "\(run.output)")
    #expect(!run.output.contains("\u{1b}"))
    if example.code > 3 {
      #expect(run.output.split(separator: "\n").count <= 4, "more than a sentence: \(run.output)")
    }
  }
}

@Suite("Lists")
struct ListTests {
  @Test("fit a terminal of 80 columns", arguments: ["strategies", "faults", "workloads", "models"])
  func width(_ kind: String) throws {
    let run = try Soldout.run(["list", kind])
    #expect(run.code == 0)
    for line in run.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}

/// The binary that was built beside the tests.
enum Soldout {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Beside the test bundle: `swift build --build-tests` puts both in one folder.
  static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "soldout")

  /// The one that hunts mutants and measures, and knows all other commands too.
  static let lab = binary.deletingLastPathComponent().appending(path: "soldout-lab")

  /// The one that has a command.
  static func binary(for command: String?) -> URL {
    ["mutants", "bench"].contains(command) ? lab : binary
  }

  static func run(
    _ arguments: [String], input: String = "", by chosen: URL? = nil
  ) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = chosen ?? binary(for: arguments.first)
    process.arguments = arguments
    process.currentDirectoryURL = root
    let (output, standardInput) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = output
    process.standardInput = standardInput
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// A line for the shell, with errors and output as they came.
  static func shell(_ command: String, in folder: String) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(filePath: folder)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
