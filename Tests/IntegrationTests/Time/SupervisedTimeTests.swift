// Supervised time for programs into which nothing can be preloaded: Go's waits, those of a static program in C with
// what the manual pages say of their corners, and children.

import Foundation
import Glibc
import Testing

@testable import Drivers

@Suite("Supervised time", .serialized)
struct SupervisedTimeTests {
  private static let hour: Int64 = 3_600_000_000_000

  /// A program that a command of the shell makes at `$1`, in its first schedule.
  private func program(
    _ build: String, first: String, _ way: TimedProgram.Way = .supervised
  ) throws -> TimedProgram {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "soldout-supervised-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let spawn = Spawn(
      program: "/bin/sh", arguments: ["-c", build, "sh", path], environment: Spawn.environment(),
      directory: "/")
    let (status, output) = try spawn.run(within: 300)
    try #require(status == 0, "\(output)")
    let program = try TimedProgram([path], way)
    #expect(program.ask(first)?.first == "unknown")
    try program.clock.begin()
    return program
  }

  private func inGo(_ way: TimedProgram.Way = .supervised) throws -> TimedProgram {
    try program(
      "CGO_ENABLED=0 exec go build -o $1 \(TimedProgram.programs)/sleeper.go",
      first: "wait nothing 0", way)
  }

  private func inC() throws -> TimedProgram {
    try program(
      "exec cc -O2 -static -pthread -o $1 \(TimedProgram.programs)/waits.c", first: "wait nothing")
  }

  /// Returns when all its threads sleep, in waits that its clock holds or that have no end.
  private func rest(_ program: TimedProgram) throws {
    let trees = ProcessTrees()
    trees.watch(program.pid)
    let rests = eventually {
      guard case .asleep(let waits) = trees.look() else { return false }
      return waits.allSatisfy { !$0.isNap || program.clock.holds($0) }
    }
    try #require(rests)
  }

  /// When the waits of Go's poller end, as soon as there are some; its monitor has others.
  private func ends(_ program: TimedProgram) throws -> [Int64]? {
    var ends: [Int64] = []
    let areThere = try eventually {
      ends = try program.clock.sleepers().filter(\.awaitsBytes).map(\.end)
      return !ends.isEmpty
    }
    return areThere ? ends : nil
  }

  @Test(
    "an hour of Go's is over when an hour was let pass, and not before",
    .enabled(if: TimedProgram.finds("go"), "Go is not installed"))
  func go() throws {
    let program = try inGo()
    for way in ["sleep", "after", "ticker", "context", "read", "three"] {
      let begin = program.clock.now
      program.tell("wait \(way) 3600")
      try rest(program)
      // A poller of Go's may still wait for a timer that was stopped, and then waits once more.
      try program.clock.advance(to: begin + Self.hour - 100_000_000)
      #expect(program.hear(within: 1) == nil, "\(way)")
      let last = try #require(try ends(program)?.first, "\(way)")
      #expect((0..<50_000_000).contains(last - begin - Self.hour), "\(way)")
      try program.clock.advance(to: last)
      let line = try #require(program.hear(), "\(way)")
      let took = Double(line[1]) ?? 0
      #expect(line[0] == "over" && took >= 3600 && took < 3600.1, "\(way): \(line)")
    }
  }

  @Test(
    "what comes ends a wait of Go's at once, and no time has passed",
    .enabled(if: TimedProgram.finds("go"), "Go is not installed"))
  func arrival() throws {
    let program = try inGo()
    for _ in 0..<50 {
      program.tell("wait read 3600")
      _ = try #require(try ends(program))
      program.tell("give")
      let line = try #require(program.hear())
      #expect(line[0] == "came" && (Double(line[1]) ?? 1) < 0.1, "\(line)")
    }
  }

  @Test(
    "without supervision an hour of Go's is one that nobody knows of",
    .enabled(if: TimedProgram.finds("go"), "Go is not installed"))
  func unsupervised() throws {
    let program = try inGo(.none)
    program.tell("wait sleep 0.05")
    #expect(program.hear()?.first == "over")
    program.tell("wait sleep 3600")
    #expect(program.hear(within: 1) == nil)
    #expect(try program.clock.sleepers() == [])
  }

  @Test(
    "before the first schedule and after the last time passes by itself",
    .enabled(if: TimedProgram.finds("go"), "Go is not installed"))
  func realTime() throws {
    let program = try inGo()
    program.tell("wait sleep 0.05")
    _ = try #require(try ends(program))
    #expect(program.hear(within: 1) == nil)
    try program.clock.release()
    #expect(program.hear()?.first == "over")
    program.tell("wait sleep 0.05")
    #expect(program.hear()?.first == "over")
  }

  /// Every wait whose end a static program tells the kernel.
  private static let waits = [
    "nanosleep": "0", "sleep": "0", "usleep": "0", "relative": "0", "wall": "0", "mono": "0",
    "poll": "0", "select": "0", "epoll": "0", "epoll2": "0", "sem": "ETIMEDOUT",
    "semclock": "ETIMEDOUT", "cond": "ETIMEDOUT", "condclock": "ETIMEDOUT",
    "condmono": "ETIMEDOUT",
  ]

  @Test(
    "so is every wait of a static program in C, and says so",
    .enabled(if: TimedProgram.finds("cc"), "there is no C compiler"))
  func c() throws {
    let program = try inC()
    for (way, outcome) in Self.waits.sorted(by: <) {
      program.tell("wait \(way)")
      let sleeper = try #require(try program.sleepers(count: 1)?.first, "\(way)")
      #expect(try program.clock.advance(to: sleeper.end - 1) == [], "\(way)")
      #expect(try program.clock.advance(to: sleeper.end) == [sleeper], "\(way)")
      #expect(program.hear() == [outcome, "3600"], "\(way)")
    }
  }

  @Test(
    "what the manual pages say of errors, signals, cancellation and sharing holds",
    .enabled(if: TimedProgram.finds("cc"), "there is no C compiler"),
    arguments: [
      "refusals", "readings", "interruptions", "masks", "turns", "cancellations", "shared",
    ])
  func promises(_ corner: String) throws {
    let program = try inC()
    #expect(program.ask("check \(corner)") == ["fine", "0"])
    #expect(try program.clock.sleepers() == [])
  }

  @Test("a child's wait is its own, and one that is killed has none")
  func children() throws {
    let program = try TimedProgram(
      ["/bin/sh", "-c", "read line; sleep 3600 & echo $!; wait; echo over; read line"], .supervised)
    try program.clock.begin()
    let child = try #require(program.ask("go")?.first.flatMap { pid_t($0) })
    let sleeper = try #require(try program.sleepers(count: 1)?.first)
    #expect(sleeper.process == child && sleeper.process != program.pid)
    kill(child, SIGKILL)
    #expect(program.hear() == ["over"])
    #expect(try program.clock.sleepers() == [])
  }

  @Test("this machine lets programs be supervised")
  func refusal() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-supervised-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try SupervisedClock(in: folder).refusal == nil)
  }
}
