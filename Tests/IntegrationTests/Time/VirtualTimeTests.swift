// A program that knows nothing of it waits in virtual time: in every way that CPython has, for an hour that
// takes as long as it takes to be told, and not a moment less by its own clock.

import Glibc
import Synchronization
import Testing

@testable import Drivers

@Suite("Virtual time", .enabled(if: TimedProgram.python != nil, "python3 is not installed"))
struct VirtualTimeTests {
  /// Ways to wait that sleeper.py knows.
  private static let ways = [
    "sleep", "asyncio", "condition", "event", "queue", "lock", "signal", "select", "poll", "epoll",
    "recv", "rcvtimeo",
  ]
  private static let hour: Int64 = 3_600_000_000_000

  /// How time is let pass; all but the first are planted defects.
  private enum Passing: CaseIterable {
    case byAdvance
    case tooLittle
    case withoutWaking
    case notPreloaded
  }

  /// Lets an hour pass for a program that waits for an hour; whether its wait is over then, and took it.
  private func hourPasses(_ passing: Passing, _ way: String) throws -> Bool {
    let program = try TimedProgram.sleeper(passing == .notPreloaded ? .none : .preloaded)
    _ = try #require(program.ask("readings"))
    try program.clock.begin()
    program.tell("wait \(way) 3600")
    if passing == .notPreloaded {
      let line = program.hear(within: 1)
      return try line != nil || !program.clock.sleepers().isEmpty
    }
    let sleeper = try #require(try program.sleepers(count: 1)?.first)
    #expect(sleeper.process == program.pid)
    switch passing {
    case .byAdvance:
      #expect(try program.clock.advance(to: sleeper.end - 1_000_000_000) == [])
      #expect(try program.clock.sleepers() == [sleeper])
      #expect(try program.clock.advance(to: sleeper.end) == [sleeper])
    case .tooLittle:
      #expect(try program.clock.advance(to: sleeper.end - 1) == [])
    case .withoutWaking:
      let clock = try #require(program.clock as? VirtualClock)
      clock.state.withLock { $0.move(to: sleeper.end) }
    case .notPreloaded:
      break
    }
    guard let line = program.hear(within: passing == .byAdvance ? 60 : 1) else { return false }
    let took = Double(line[1]) ?? 0
    #expect(line[0] == "over" && took >= 3600 && took < 3600.1, "\(way): \(line)")
    #expect(try program.clock.sleepers() == [])
    return true
  }

  @Test("an hour's wait is over when an hour was let pass, and not before", arguments: ways)
  func hours(_ way: String) throws {
    #expect(try hourPasses(.byAdvance, way))
  }

  @Test("the same hour isn't over where it should not be", arguments: Passing.allCases)
  private func plantedDefects(_ passing: Passing) throws {
    #expect(try hourPasses(passing, "poll") == (passing == .byAdvance))
  }

  @Test("what is there comes at once, while time stands still", arguments: ways.dropFirst(2))
  func readiness(_ way: String) throws {
    let program = try TimedProgram.sleeper()
    _ = try #require(program.ask("readings"))
    try program.clock.begin()
    let line = try #require(program.ask("wait \(way) 3600 ready"))
    #expect(line[0] == "came")
    #expect(try #require(Double(line[1])) < 1)
    #expect(try program.clock.sleepers() == [])
  }

  @Test("a wait looks endless to the kernel", arguments: ways)
  func endlessness(_ way: String) throws {
    let program = try TimedProgram.sleeper()
    _ = try #require(program.ask("readings"))
    try program.clock.begin()
    program.tell("wait \(way) 3600")
    let sleeper = try #require(try program.sleepers(count: 1)?.first)
    #expect(
      eventually { program.systemCall(of: sleeper).map(Self.isEndless) ?? false },
      "\(program.systemCall(of: sleeper) ?? [])")
  }

  /// Whether what /proc/…/syscall says is a call that waits, and without an end (x86 and ARM, 64 bits).
  static func isEndless(_ words: [String]) -> Bool {
    #if arch(x86_64)
      // Where each call has its timeout: ppoll, pselect6, futex, rt_sigtimedwait; epoll_pwait's is -1.
      let places = ["271": (2, "0x0"), "270": (4, "0x0"), "202": (3, "0x0"), "128": (2, "0x0")]
      let epoll = "281"
    #else
      let places = ["73": (2, "0x0"), "72": (4, "0x0"), "98": (3, "0x0"), "137": (2, "0x0")]
      let epoll = "22"
    #endif
    guard let call = words.first, words.count > 6 else { return false }
    if call == epoll { return words[4].hasSuffix("ffffffff") }
    guard let (place, none) = places[call] else { return false }
    return words[1 + place] == none
  }

  @Test("threads are woken by the order of their ends")
  func order() throws {
    let program = try TimedProgram.sleeper()
    _ = try #require(program.ask("readings"))
    try program.clock.begin()
    let lengths = [("c", "event", 30), ("a", "sleep", 10), ("e", "poll", 50), ("b", "lock", 20)]
    for (name, way, length) in lengths { program.tell("thread \(name) \(way) \(length)") }
    _ = try #require(try program.sleepers(count: 4))
    var heard: [String] = []
    while let next = try program.clock.sleepers().first {
      #expect(try program.clock.advance(to: next.end) == [next])
      heard.append(try #require(program.hear()?.first))
    }
    #expect(heard == ["a", "b", "c", "e"])
  }

  @Test("a schedule that is repeated sees the same times")
  func repetition() throws {
    let program = try TimedProgram.sleeper()
    _ = try #require(program.ask("readings"))
    let schedules = try (0..<3).map { _ in
      try program.settle()
      try program.clock.begin()
      let before = try #require(program.ask("readings"))
      program.tell("wait sleep 3600")
      let sleeper = try #require(try program.sleepers(count: 1)?.first)
      try program.clock.advance(to: sleeper.end)
      let waited = try #require(program.hear())
      try program.settle()
      return [before, waited, try #require(program.ask("readings")), ["\(sleeper.end)"]]
    }
    #expect(schedules[0] == schedules[1])
    #expect(schedules[1] == schedules[2])
    #expect(Set(schedules[0][0]).count == schedules[0][0].count, "every look moves the clock")
  }

  @Test("uuid1 finds a clock that moves")
  func uuids() throws {
    let program = try TimedProgram.sleeper()
    try program.clock.begin()
    #expect(program.ask("uuids 2000") == ["2000"])
  }

  @Test("threads that fight for the interpreter lock need no time to pass")
  func interpreterLock() throws {
    let program = try TimedProgram.sleeper()
    try program.clock.begin()
    #expect(program.ask("compute") == ["computed"])
    #expect(try program.clock.sleepers() == [])
  }
}
