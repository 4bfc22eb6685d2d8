// Rest is never seen while a program is at work, whatever it does; and a look that is less thorough than
// ours is caught seeing it.

import Foundation
import Glibc
import Testing

@testable import Drivers

@Suite("Processes at rest", .serialized)
struct RestTests {
  /// SOLDOUT_REST_PIECES: how many pieces of work of each kind.
  private static let pieces =
    ProcessInfo.processInfo.environment["SOLDOUT_REST_PIECES"].flatMap { Int($0) } ?? 15

  /// Asks for work of each kind in turn, so many times or until rest was seen falsely.
  private func count(
    _ kinds: [String], pieces: Int, _ thoroughness: ProcessTrees.Thoroughness = .init()
  ) throws -> RestCount {
    let mark = try ProcessMark()
    defer { mark.endAll() }
    let victim = try Victim(mark)
    let trees = ProcessTrees(thoroughness)
    trees.watch(victim.pid)
    var count = RestCount()
    // It has started.
    victim.ask("timed_locks")
    _ = try victim.readAnswer()
    #expect(victim.rests(seenBy: trees))
    for _ in 0..<pieces {
      for kind in kinds where count.falseRests == 0 {
        try victim.work(kind, seenBy: trees, &count)
      }
    }
    return count
  }

  @Test("this system tells")
  func refusal() { #expect(ProcessTrees.refusal == nil) }

  @Test("rest is seen when the work is done, and never before")
  func noFalseRest() throws {
    #expect(Victim.kinds.count > 15)
    let count = try count(Victim.kinds, pieces: Self.pieces)
    print(count)
    #expect(count.pieces == Victim.kinds.count * Self.pieces)
    #expect(count.falseRests == 0 && count.neverAtRest == 0, "\(count)")
    #expect(count.napping > 0)
  }

  @Test("one collect sees rest where there is none: so two are needed, and this test can fail")
  func singleCollect() throws {
    let kinds = ["queues", "interpreter_lock", "between_processes"]
    let count = try count(kinds, pieces: 10_000, .init(collects: 1))
    print("one collect: \(count)")
    #expect(count.falseRests > 0)
  }

  @Test("without the children a program rests while they work: so they are looked at")
  func withoutChildren() throws {
    let count = try count(["child", "fork"], pieces: 10_000, .init(includesChildren: false))
    print("without children: \(count)")
    #expect(count.falseRests > 0)
  }

  @Test("a program's own timers are learnt while it is idle, and its naps stay naps")
  func background() throws {
    let program = try SleepingProgram(
      """
      def tick():
        while True: time.sleep(0.05)
      threading.Thread(target=tick, daemon=True).start()
      print('ready', flush=True)
      os.read(0, 1)
      time.sleep(60)
      """)
    let trees = ProcessTrees()
    trees.watch(program.pid)
    #expect(SleepingProgram.waits(trees) { $0.contains(where: \.isNap) } != nil)
    var learnt = 0
    while learnt < 50 {
      if case .asleep = trees.learnBackground() { learnt += 1 }
      usleep(2000)
    }
    let idle = try #require(SleepingProgram.waits(trees) { $0.count == 2 })
    #expect(idle.filter(\.isBackground).count == 1 && !idle.contains(where: \.isNap))
    #expect(write(program.input, "x", 1) == 1)
    let napping = try #require(
      SleepingProgram.waits(trees) { $0.contains(where: \.isNap) && $0.count == 2 })
    #expect(napping.filter(\.isNap).map(\.thread) == [program.pid])
    #expect(napping.filter(\.isBackground).count == 1)
  }
}
