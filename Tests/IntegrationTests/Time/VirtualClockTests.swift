// What a virtual clock knows of the processes under it: children, the dead, deliveries, signals, the time
// before the first schedule and after the last.

import Glibc
import Testing

@testable import Drivers

@Suite("A virtual clock", .enabled(if: TimedProgram.python != nil, "python3 is not installed"))
struct VirtualClockTests {
  /// A program in its first schedule.
  private func begun(member: Int = 0) throws -> TimedProgram {
    let program = try TimedProgram.sleeper(member: member)
    _ = try #require(program.ask("readings"))
    try program.settle()
    try program.clock.begin()
    return program
  }

  @Test("a forked child's wait is its own")
  func fork() throws {
    let program = try begun()
    let child = try #require(program.ask("fork sleep 100")?.first.flatMap { pid_t($0) })
    program.tell("wait sleep 200")
    let sleepers = try #require(try program.sleepers(count: 2))
    #expect(sleepers.map(\.process) == [child, program.pid])
    try program.clock.advance(to: sleepers[0].end)
    #expect(program.hear()?.prefix(2) == ["child", "over"])
    try program.clock.advance(to: sleepers[1].end)
    #expect(program.hear()?.first == "over")
  }

  @Test("so is that of a program which the program starts")
  func spawn() throws {
    let program = try begun()
    program.tell("spawn 100")
    let sleeper = try #require(try program.sleepers(count: 1)?.first)
    #expect(sleeper.process != program.pid)
    try program.clock.advance(to: sleeper.end)
    #expect(program.hear() == ["spawned"])
  }

  @Test("a process that is killed is not waited for, and its place is free")
  func killed() throws {
    let program = try begun()
    let child = try #require(program.ask("fork poll 100")?.first.flatMap { pid_t($0) })
    let sleeper = try #require(try program.sleepers(count: 1)?.first)
    #expect(sleeper.process == child)
    kill(child, SIGKILL)
    // Its parent doesn't reap it: it stays in the table as one that has ended.
    #expect(eventually { ProcessStatus(of: child)?.isEnded ?? true })
    #expect(try program.clock.advance(to: sleeper.end) == [])
    #expect(try program.clock.sleepers() == [])
  }

  @Test("a wait that was handed bytes is no sleep until it has looked")
  func deliveries() throws {
    let program = try begun(member: 3)
    program.tell("thread a poll 100")
    program.tell("thread b sleep 200")
    let sleepers = try #require(try program.sleepers(count: 2))
    #expect(sleepers.map(\.isStale) == [false, false])
    #expect(sleepers.map(\.member) == [3, 3])
    program.clock.noteDelivery(to: 2)
    #expect(try program.clock.sleepers() == sleepers, "another member's")
    program.clock.noteDelivery(to: 3)
    #expect(try program.clock.sleepers().map(\.isStale) == [true, false], "sleep looks at nothing")
    try program.clock.renew()
    #expect(try program.clock.sleepers() == sleepers, "it has looked, and nothing was there")
    program.clock.noteDelivery(to: 3)
    program.tell("give")
    #expect(program.hear()?.prefix(2) == ["a", "came"])
    try program.clock.advance(to: sleepers[1].end)
    #expect(program.hear()?.prefix(2) == ["b", "over"])
  }

  @Test(
    "a signal of the program's interrupts a wait and is handled, and the wait goes on to its end")
  func signals() throws {
    let program = try begun()
    #expect(program.ask("handle") == ["handling"])
    program.tell("wait sleep 100")
    let sleeper = try #require(try program.sleepers(count: 1)?.first)
    for _ in 0..<20 {
      kill(program.pid, SIGUSR1)
      #expect(program.hear() == ["handled"])
    }
    let later = try #require(try program.sleepers(count: 1)?.first)
    // Python computes what is left, with a look at the clock each time.
    #expect(abs(later.end - sleeper.end) < 1_000_000)
    try program.clock.advance(to: later.end)
    let line = try #require(program.hear())
    #expect(line[0] == "over")
    #expect(try #require(Double(line[1])) >= 100)
  }

  @Test("before the first schedule and after the last time passes by itself")
  func realTime() throws {
    let program = try TimedProgram.sleeper()
    #expect(program.ask("wait sleep 0.05")?.first == "over")
    #expect(program.ask("wait lock 0.05")?.first == "over")
    #expect(program.ask("wait event 0.05")?.first == "over")
    #expect(program.ask("wait epoll 0.05")?.first == "over")
    try program.clock.begin()
    program.tell("thread a sleep 0.05")
    program.tell("thread b lock 0.05")
    _ = try #require(try program.sleepers(count: 2))
    try program.clock.release()
    let heard = [program.hear()?.first, program.hear()?.first]
    #expect(Set(heard) == ["a", "b"])
  }

  @Test("a wait from before the first schedule sleeps with the rest")
  func startUp() throws {
    let program = try TimedProgram.sleeper()
    for way in ["sleep", "lock", "recv"] { program.tell("thread \(way) \(way) 3600") }
    let early = try #require(try program.sleepers(count: 3))
    try program.clock.begin()
    let sleepers = try program.clock.sleepers()
    #expect(Set(sleepers.map(\.thread)) == Set(early.map(\.thread)))
    for sleeper in sleepers {
      #expect(
        eventually { program.systemCall(of: sleeper).map(VirtualTimeTests.isEndless) ?? false })
    }
    try program.clock.advance(to: try #require(sleepers.last).end)
    let heard = (0..<3).compactMap { _ in program.hear()?.prefix(2).joined(separator: " ") }
    #expect(heard.sorted() == ["lock over", "recv over", "sleep over"])
  }

  @Test("a wait that is under way when a schedule begins has its whole length before it")
  func beginning() throws {
    let program = try begun()
    let base = program.clock.now
    program.tell("thread a sleep 100")
    let sleeper = try #require(try program.sleepers(count: 1)?.first)
    try program.clock.advance(to: sleeper.end - 1)
    try program.settle()
    try program.clock.begin()
    #expect(program.clock.now == base)
    let again = try #require(try program.clock.sleepers().first)
    // Python computes a moment, so that a few looks at the clock have passed by the time it waits.
    #expect((0..<1_000_000).contains(base + 100_000_000_000 - again.end))
    try program.clock.advance(to: again.end)
    #expect(program.hear()?.prefix(2) == ["a", "over"])
  }

  @Test("threads that wait while the program has nothing to do are told apart")
  func background() throws {
    let program = try begun()
    program.tell("thread a event 100")
    _ = try #require(try program.sleepers(count: 1))
    program.clock.learnBackground()
    program.tell("thread b event 50")
    let sleepers = try #require(try program.sleepers(count: 2))
    #expect(sleepers.map(\.isBackground) == [false, true])
  }

  @Test("ends within a millisecond of the earliest are one moment, unless they are stale")
  func moments() throws {
    let program = try begun()
    #expect(try program.clock.nextMoment() == nil)
    program.tell("thread a event 10")
    program.tell("thread b sleep 10.0002")
    program.tell("thread c poll 10.1")
    let sleepers = try #require(try program.sleepers(count: 3))
    #expect(try program.clock.nextMoment() == sleepers[1].end)
    try program.clock.advance(to: sleepers[1].end)
    #expect(Set([program.hear()?.first, program.hear()?.first]) == ["a", "b"])
    #expect(try program.clock.nextMoment() == sleepers[2].end)
    program.clock.noteDelivery(to: 0)
    #expect(try program.clock.nextMoment() == nil)
  }

  @Test("too many waits at once are an error")
  func crowd() throws {
    let program = try begun()
    let count = VirtualClock.room + 20
    #expect(program.ask("crowd \(count)") == ["crowded"])
    var failure: ClockFailure?
    _ = eventually {
      do throws(ClockFailure) { _ = try program.clock.sleepers() } catch { failure = error }
      return failure != nil
    }
    let found = try #require(failure)
    guard case .full = found else { throw found }
  }
}
