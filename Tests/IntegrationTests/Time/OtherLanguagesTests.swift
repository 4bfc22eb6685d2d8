// Virtual time for programs in C, on the JVM and in Node: the waits that each of them has, and in C what
// the manual pages say of their corners.

import Foundation
import Glibc
import Testing

@testable import Drivers

@Suite("Virtual time in other languages")
struct OtherLanguagesTests {
  private static let waits = [
    "nanosleep": "0", "sleep": "0", "usleep": "0", "relative": "0", "wall": "0", "mono": "0",
    "poll": "0", "ppoll": "0", "pselect": "0", "select": "0", "epoll": "0", "epoll2": "0",
    "sem": "ETIMEDOUT", "semclock": "ETIMEDOUT", "sig": "EAGAIN", "cond": "ETIMEDOUT",
    "condclock": "ETIMEDOUT", "condmono": "ETIMEDOUT",
  ]
  private static let corners = [
    "refusals", "readings", "interruptions", "masks", "turns", "cancellations", "shared",
  ]
  private static let hasCompiler = TimedProgram.finds("cc") || TimedProgram.finds("clang")

  /// The C program under Tests/Programs in its first schedule; as much of libc is replaced by checking
  /// variants as the compiler can.
  private func inC() throws -> TimedProgram {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "soldout-waits-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let compile =
      "exec $(command -v cc || command -v clang) -O2 -D_FORTIFY_SOURCE=2 -pthread "
      + "-o \(path) \(TimedProgram.programs)/waits.c"
    let spawn = Spawn(
      program: "/bin/sh", arguments: ["-c", compile], environment: Spawn.environment(),
      directory: "/")
    let (status, output) = try spawn.run()
    try #require(status == 0, "\(output)")
    let program = try TimedProgram([path])
    #expect(program.ask("wait unknown") == ["unknown", "0"])
    try program.settle()
    try program.clock.begin()
    return program
  }

  @Test(
    "every wait of C's is over when its time was let pass, and says so",
    .enabled(if: hasCompiler, "there is no C compiler"))
  func hours() throws {
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
    "what the manual pages say of errors, signals, masks, cancellation and sharing holds",
    .enabled(if: hasCompiler, "there is no C compiler"), arguments: corners)
  func promises(_ corner: String) throws {
    let program = try inC()
    #expect(program.ask("check \(corner)") == ["fine", "0"])
    #expect(try program.clock.sleepers() == [])
  }

  @Test(
    "a JVM's threads wait in virtual time, and its own work needs none",
    .enabled(if: TimedProgram.finds("javac"), "no JDK is installed"))
  func java() throws {
    let program = try TimedProgram([
      "/bin/sh", "-c", "exec java \"$1\"", "sh", "\(TimedProgram.programs)/Sleeper.java",
    ])
    #expect(program.ask("work")?.first == "worked")
    try program.clock.begin()
    let ways = ["sleep", "queue", "object", "latch", "park", "future", "socket", "selector"]
    for way in ways {
      program.tell("wait \(way) 3600")
      let sleeper = try #require(try program.sleepers(count: 1)?.first, "\(way)")
      #expect(try program.clock.advance(to: sleeper.end - 1_000_000_000) == [], "\(way)")
      try program.clock.advance(to: sleeper.end)
      let line = try #require(program.hear(), "\(way)")
      let took = Double(line[1]) ?? 0
      #expect(line[0] == "over" && took >= 3600 && took < 3600.5, "\(way): \(line)")
    }
    #expect(program.ask("work")?.first == "worked")
  }

  @Test(
    "so do Node's timers", .enabled(if: TimedProgram.finds("node"), "Node is not installed"))
  func node() throws {
    let program = try TimedProgram([
      "/bin/sh", "-c", "exec node \"$1\"", "sh", "\(TimedProgram.programs)/sleeper.js",
    ])
    #expect(program.hear() == ["ready"])
    try program.clock.begin()
    program.tell("wait timer 3600")
    // Its timers count in whole milliseconds (uv_now): one may be early by that, and what is left of one is
    // waited for again.
    var line: [String]?
    for _ in 0..<10 where line == nil {
      let sleeper = try #require(try program.sleepers(count: 1)?.first)
      try program.clock.advance(to: sleeper.end)
      line = program.hear(within: 2)
    }
    let took = try #require(line.flatMap { Double($0[1]) })
    #expect(took > 3599.998 && took < 3600.5)
  }
}
