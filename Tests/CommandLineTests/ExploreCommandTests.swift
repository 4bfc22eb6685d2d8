// `soldout explore` and `soldout replay` as a user meets them: the built binary, on servers of its own.

import Foundation
import Glibc
import Testing

/// A new name for a file that a test writes.
private func temporary(_ name: String) -> String {
  FileManager.default.temporaryDirectory
    .appending(path: "soldout-\(UInt64.random(in: 0...UInt64.max))-\(name)").path
}

private let getSet = "redis-get-set:t/t:stock=2:redis-7.0.15:1GET,2GET,1SET,2SET"

private let refused: [Case] = [
  Case(arguments: ["explore"], code: 64, words: "name one strategy"),
  Case(arguments: ["explore", "redis-decr", "--all"], code: 64, words: "name one strategy"),
  Case(arguments: ["explore", "redis-dcr"], code: 64, words: "did you mean `redis-decr`?"),
  Case(arguments: ["explore", "redis-decr", "--clients", "9"], code: 64, words: "from 1 to 8"),
  Case(arguments: ["explore", "redis-decr", "--calls", "0"], code: 64, words: "from 1 to 16"),
  Case(arguments: ["explore", "redis-decr", "--stock", "-1"], code: 64, words: "not -1"),
  Case(arguments: ["explore", "redis-decr", "--script", "x"], code: 64, words: "such as t,r/t"),
  Case(
    arguments: ["explore", "redis-decr", "--script", "t/t", "--clients", "3"], code: 64,
    words: "leave out --clients"),
  Case(arguments: ["explore", "redis-decr", "--crashes", "11"], code: 64, words: "from 0 to 10"),
  Case(
    arguments: ["explore", "redis-decr", "--persistence", "x"], code: 64, words: "none or always"),
  Case(
    arguments: ["explore", "redis-decr", "--persistence", "everysec"], code: 64,
    words: "not everysec: what everysec keeps"),
  Case(
    arguments: ["explore", "queue-keyed", "--restarts", "1"], code: 64, words: "served by workers"),
  Case(
    arguments: ["explore", "redis-decr", "--failovers", "2"], code: 64, words: "one replica"),
  Case(
    arguments: ["explore", "redis-decr", "--random", "--pct", "3"], code: 64, words: "leave one out"
  ),
  Case(arguments: ["explore", "redis-decr", "--time", "5"], code: 64, words: "60s or 5m"),
  Case(
    arguments: ["explore", "redis-decr", "--random", "--seed", "xyz"], code: 64,
    words: "hexadecimal"),
  Case(arguments: ["explore", "pg-update", "--failovers", "1"], code: 64, words: "uses no Redis"),
  Case(arguments: ["explore", "pg-update", "--restarts", "1"], code: 64, words: "uses no Redis"),
  Case(
    arguments: ["explore", "redis-decr", "--restarts", "1", "--redis", "redis://127.0.0.1:1"],
    code: 64, words: "is not killed"),
  Case(
    arguments: ["explore", "redis-decr", "--redis", "redis://127.0.0.1:1"], code: 69,
    words: "cannot be used"),
  Case(
    arguments: ["explore", "--all", "--frontier", "x"], code: 64, words: "leave out --frontier"),
  Case(
    arguments: ["explore", "redis-decr", "--frontier", "/nowhere/at/all"], code: 74,
    words: "its folder does not exist"),
  Case(
    arguments: ["explore", "watch-one-set", "--clients", "3"], code: 64,
    words: "leave out --clients"),
  Case(
    arguments: ["run", "watch-one-set", "--clients", "3"], code: 64, words: "explored, not run"),
  Case(
    arguments: ["explore", "lease-ends-before-write", "--frontier", "x"], code: 64,
    words: "a frontier belongs to one strategy"),
  Case(arguments: ["replay", "x"], code: 64, words: "five parts"),
  Case(
    arguments: ["replay", "nosuch:t/t:stock=2:redis-7:1GET"], code: 64,
    words: "unknown strategy nosuch; if the token is of a program or a service, name its workload"),
  Case(
    arguments: ["replay", "other:t/t:stock=2:redis-7:1GET", "Examples/python-client/racy.yaml"],
    code: 64, words: "the token is of other, and Examples/python-client/racy.yaml is racy"),
  Case(
    arguments: ["replay", "racy:t/t:stock=2:postgres-15:1GET", "Examples/python-client/racy.yaml"],
    code: 64, words: "a program on postgres, this one is on redis"),
  Case(
    arguments: ["replay", "redis-decr:t/q:stock=2:redis-7:1GET"], code: 64, words: "such as t/t"),
  Case(arguments: ["replay", "redis-decr:t/t:colour=2:redis-7:1GET"], code: 64, words: "colour"),
  Case(
    arguments: ["replay", "redis-decr:t/t:stock=2:redis-7:1"], code: 64, words: "1 is not a step"),
  Case(arguments: ["replay", getSet, "--times", "0"], code: 64, words: "from 1 to 100000"),
]

private let answered: [Case] = [
  Case(arguments: ["explore", "redis-get-set"], code: 0, words: "\nVIOLATION: 4 of 6 schedules"),
  Case(
    arguments: ["explore", "redis-decr"], code: 0, words: "No violation. Explored: all schedules"),
  Case(
    arguments: ["explore", "redis-decr", "--losses", "1"], code: 0, words: "up to 1 lost reply"),
  Case(
    arguments: ["explore", "redis-decr.sent-again", "--losses", "1"], code: 0, words: "1 fault"),
  Case(
    arguments: ["explore", "lock-simple", "--expiries", "1"], code: 1,
    words: "Not as expected: it should hold up."),
  Case(
    arguments: ["explore", "redis-watch", "--schedules", "3", "--testbeds", "1"], code: 2,
    words: "No violation so far"),
  Case(
    arguments: ["explore", "redis-get-set", "--clients", "1"], code: 3,
    words: "it should break"),
  Case(
    arguments: ["explore", "redis-get-set", "--random", "--seed", "7f3a", "--schedules", "50"],
    code: 0, words: "drawn at random (seed 7f3a)"),
  Case(arguments: ["explore", "watch-one-set"], code: 0, words: "No violation. Explored: all"),
  Case(arguments: ["run", "watch-three-sets"], code: 0, words: "No violation. Explored: all"),
  Case(
    arguments: ["explore", "redis-decr", "--expiries", "1"], code: 3,
    words: "VACUOUS: there was never a lease to end early. Explored: all schedules"),
  Case(
    arguments: ["explore", "redis-decr", "--delays", "1", "--losses", "1"], code: 3,
    words: "VACUOUS: no client ever waited while others could move."),
  Case(
    arguments: ["explore", "redis-get-set", "--expiries", "1"], code: 0, words: "As expected."),
  Case(arguments: ["replay", getSet], code: 1, words: "The same commands as in the token."),
  Case(
    arguments: ["replay", getSet, "--times", "100"], code: 1,
    words: "Repeated 100 times: 1 history."),
  Case(
    arguments: ["replay", "redis-decr:t/t:stock=2:redis-7.0.15:1DECR,2DECR"], code: 0,
    words: "No violation."),
  Case(
    arguments: ["replay", "redis-get-set:t/t:stock=2:redis-6.0.1:1GET,1SET,2GET,2SET"], code: 0,
    words: "The token was made with redis 6.0.1."),
  // A strategy that has changed since: another command, a step too many, a step too few.
  Case(
    arguments: ["replay", "redis-get-set:t/t:stock=2:redis-7.0.15:1GET,2GET,1DECR,2SET"], code: 1,
    words: "first at step 3: it has 1DECR, here is SET."),
  Case(
    arguments: ["replay", "redis-decr:t/t:stock=2:redis-7.0.15:1DECR,1SET,2DECR"], code: 2,
    words: "first at step 2: it has 1SET"),
  Case(
    arguments: ["replay", "redis-get-set:t/t:stock=2:redis-7.0.15:1GET,2GET,1SET"], code: 2,
    words: "first at step 4: it has nothing more"),
]

@Suite("soldout explore, soldout replay", .serialized)
struct ExploreCommandTests {
  @Test("refuse in a sentence", arguments: refused)
  func refuses(_ example: Case) throws {
    let run = try Soldout.run(example.arguments)
    #expect(run.code == example.code, "\(run.output)")
    #expect(run.output.contains(example.words), "\(run.output)")
    #expect(run.output.split(separator: "\n").count <= 4, "more than a sentence: \(run.output)")
  }

  @Test("answer in 80 columns, without control characters", arguments: answered)
  func answers(_ example: Case) throws {
    let isOfMutant = example.arguments.contains { $0.contains(/^[a-z-]+\.[a-z-]+$/) }
    let run = try Soldout.run(example.arguments, by: isOfMutant ? Soldout.lab : nil)
    #expect(run.code == example.code, "\(run.output)")
    // Sentences are wrapped.
    let words = run.output.replacing(/\n +/, with: " ")
    #expect(words.contains(example.words), "\(run.output)")
    #expect(!run.output.contains("\u{1b}"))
    for line in run.output.split(separator: "\n") where !line.hasPrefix("Again: ") {
      #expect(line.count <= 80, "\(line)")
    }
    #expect(run.output.matches(of: /Why:/).count <= 1)
  }

  @Test("what is found can be repeated by its token")
  func again() throws {
    let found = try Soldout.run(["explore", "redis-get-set", "--clients", "3"])
    let line = try #require(found.output.split(separator: "\n").last { $0.hasPrefix("Again: ") })
    let token = String(try #require(line.split(separator: "'").last))
    let run = try Soldout.run(["replay", token])
    #expect(run.code == 1, "\(run.output)")
    #expect(run.output.contains("The same commands as in the token."), "\(run.output)")
  }

  @Test("on a terminal a line tells how far it is, and is gone in the end")
  func terminal() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/script")
    // script(1) gives the command a terminal of its own.
    process.arguments = [
      "-qec", "'\(Soldout.binary.path)' explore redis-watch --clients 3 --schedules 300",
      "/dev/null",
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.contains("\r\u{1b}[Kredis-watch: "), "\(text)")
    let last = try #require(text.ranges(of: "\u{1b}[K").last)
    #expect(text[last.upperBound...].contains("No violation so far"), "\(text)")
  }

  @Test("an exploration that ends early goes on from its frontier, to the same end")
  func frontier() throws {
    let path = temporary("frontier")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let arguments = ["explore", "redis-watch", "--unreduced", "--frontier", path]
    let whole = try Soldout.run(["explore", "redis-watch", "--unreduced"])
    let count = try #require(whole.output.firstMatch(of: /([\d,]+) schedules, up to/)).1
    let first = try Soldout.run(arguments + ["--schedules", "20"])
    #expect(first.code == 2, "\(first.output)")
    #expect(first.output.contains("rerun the same command"), "\(first.output)")
    #expect(first.output.contains("\n20 schedules, up to"), "\(first.output)")
    let second = try Soldout.run(arguments)
    #expect(second.code == 0, "\(second.output)")
    #expect(second.output.contains("\n\(count) schedules, up to"), "\(second.output)")
    // Nothing is left: the findings come from the file.
    let third = try Soldout.run(arguments)
    #expect(third.code == 0 && third.output.contains("\n\(count) schedules, up to"))
    let other = try Soldout.run(["explore", "redis-decr", "--frontier", path])
    #expect(other.code == 64, "\(other.output)")
    #expect(other.output.contains("can't be resumed: it is of redis-watch, not redis-decr"))
    try "garbage\n".write(toFile: path, atomically: true, encoding: .utf8)
    let garbage = try Soldout.run(arguments)
    #expect(garbage.code == 64 && garbage.output.contains("first line"), "\(garbage.output)")
  }

  @Test("^C ends an exploration early, and its frontier goes on")
  func interrupted() throws {
    let path = temporary("frontier")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = Soldout.binary
    process.arguments = ["explore", "redis-watch", "--clients", "3", "--frontier", path]
    process.currentDirectoryURL = Soldout.root
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    usleep(2_500_000)
    process.interrupt()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 2, "\(text)")
    #expect(text.contains("rerun the same command"), "\(text)")
    let written = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      written.hasPrefix("{\"again\":[],\"drawn\":0,\"frontier\":4,\"of\":{"),
      "\(written.prefix(80))")
    #expect(written.contains("{\"asleep\":["))
  }

  @Test("killed, an exploration goes on from what it wrote before, to the same end")
  func killed() throws {
    let path = temporary("frontier")
    defer { try? FileManager.default.removeItem(atPath: path) }
    // No machine starts servers so fast that this would be over before the first second.
    let arguments = ["explore", "redis-decr", "--restarts", "2", "--script", "t,t/t"]
    let whole = try Soldout.run(arguments)
    let pattern = /([\d,]+ schedules, up to \d+ steps, \d+ histories)/
    let count = try #require(whole.output.firstMatch(of: pattern)).1
    let process = Process()
    process.executableURL = Soldout.binary
    process.arguments = arguments + ["--frontier", path]
    process.currentDirectoryURL = Soldout.root
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // It is written whole or not at all: what can be seen can be gone on with.
    while process.isRunning {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      // The first one says that all is left; what was found comes with the next.
      if text.contains("\"schedules\":") { break }
      usleep(20_000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try #require(process.terminationReason == .uncaughtSignal, "it was over before it was killed")
    let rest = try Soldout.run(arguments + ["--frontier", path])
    #expect(rest.code == whole.code, "\(rest.output)")
    #expect(rest.output.contains(count), "not \(count): \(rest.output)")
  }
}
