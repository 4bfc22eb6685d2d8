// The walk against brute force: every interleaving once, and what the reduction leaves out adds
// nothing.

import History
import Testing

@testable import Explorer

@Suite("The walk through schedules")
struct TreeTests {
  private static let all = Rules(reduces: false, preemptions: nil)
  private static let reduced = Rules(reduces: true, preemptions: nil)
  private static let awaiting = Rules(reduces: true, awaitsRaces: true, preemptions: nil)

  @Test("walks every interleaving once", arguments: 0..<60)
  func everyInterleaving(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed), schedule: 1)
    let program = Program.random(&random)
    let walked = program.walked(Self.all)
    #expect(walked.schedules == program.interleavings, "seed \(seed)")
    #expect(
      abs(walked.weight - 1) < 1e-9, "the shares of all schedules are not the whole, seed \(seed)")
  }

  @Test("the reduction loses no outcome, and never runs more", arguments: 0..<100)
  func reduction(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed), schedule: 2)
    let program = Program.random(&random)
    let all = program.walked(Self.all)
    let reduced = program.walked(Self.reduced)
    #expect(reduced.outcomes == all.outcomes, "seed \(seed)")
    #expect(reduced.schedules <= all.schedules, "seed \(seed)")
  }

  @Test("waiting for races loses no outcome, with locks and queues or without", arguments: 0..<1000)
  func races(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed), schedule: 4)
    var program = Program.random(&random)
    if seed % 4 == 0 { program = program.locked(&random) }
    if seed % 4 < 2 { program = program.queued(&random) }
    let all = program.walked(Self.all)
    let awaiting = program.walked(Self.awaiting)
    let reduced = program.walked(Self.reduced)
    #expect(awaiting.outcomes == all.outcomes, "seed \(seed)")
    #expect(awaiting.runs <= reduced.runs, "seed \(seed)")
    #expect(awaiting.schedules <= reduced.schedules, "seed \(seed)")
    #expect(abs(awaiting.weight - 1) < 1e-9, "the shares are not the whole, seed \(seed)")
  }

  @Test("a walk that waits for races is the same in whatever order its branches are taken")
  func orders() {
    for seed in 0..<50 {
      var random = SplitMix64(seed: UInt64(seed), schedule: 5)
      var program = Program.random(&random)
      if seed % 2 == 0 { program = program.locked(&random) }
      if seed % 4 < 2 { program = program.queued(&random) }
      let deepest = program.walked(Self.awaiting)
      let shuffled = program.walked(Self.awaiting) { stack in
        stack.remove(at: Int.random(in: stack.indices, using: &random))
      }
      #expect(shuffled.outcomes == deepest.outcomes, "seed \(seed)")
      #expect(shuffled.schedules == deepest.schedules, "seed \(seed)")
      #expect(shuffled.runs == deepest.runs, "seed \(seed)")
    }
  }

  @Test("threads that never meet are run in as few schedules as they can begin and end")
  func apart() {
    // Between first and last steps that all touch one cell, four steps each on cells of their own.
    let ends = [ProgramStep(action: .add(3, 1))]
    let program = Program(
      threads: (0..<2).map { thread in
        ends + Array(repeating: ProgramStep(action: .add(thread, 1)), count: 4) + ends
      })
    let awaiting = program.walked(Self.awaiting)
    // Either first step first, and either last step last; or one thread wholly before the other.
    #expect(awaiting.schedules == 6)
    #expect(awaiting.runs < program.walked(Self.reduced).runs / 2)
    #expect(awaiting.outcomes == program.walked(Self.all).outcomes)
  }

  @Test("the reduction leaves most schedules of independent threads out")
  func independent() {
    let program = Program(
      threads: (0..<3).map { thread in
        (0..<3).map { _ in ProgramStep(action: .add(thread, 1)) }
      })
    let walked = program.walked(Self.reduced)
    #expect(program.interleavings == 1680)
    // What remains differs in which thread ended before which began.
    #expect(walked.schedules < 200)
    #expect(walked.outcomes == program.walked(Self.all).outcomes)
  }

  @Test("a claim that writes commute loses an outcome, and is found out")
  func plantedDefect() {
    // Between a first and a last step that keep the calls' order, three steps each on one cell.
    let ends = [ProgramStep(action: .read(3))]
    let reads = Array(repeating: ProgramStep(action: .read(0)), count: 3)
    let writes = Array(repeating: ProgramStep(action: .add(0, 1)), count: 3)
    var program = Program(threads: [ends + reads + ends, ends + writes + ends])
    let all = program.walked(Self.all).outcomes
    program.claims = { _ in Footprint() }
    #expect(program.walked(Self.reduced).outcomes.count < all.count)
  }

  @Test("bounds of preemptions nest, and the largest is everything", arguments: 0..<20)
  func preemptions(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed), schedule: 3)
    let program = Program.random(&random)
    var before = 0
    for bound in 0...12 {
      let schedules = program.walked(Rules(reduces: false, preemptions: bound)).schedules
      #expect(schedules >= before, "seed \(seed)")
      before = schedules
    }
    #expect(before == program.interleavings, "seed \(seed)")
    // Without preemptions whole threads follow each other.
    let orders = (1...program.threads.count).reduce(1, *)
    #expect(program.walked(Rules(reduces: false, preemptions: 0)).schedules == orders)
  }

  @Test("the same seed draws the same schedules", arguments: [RandomSearch.walk, .pct(depth: 3)])
  func random(_ random: RandomSearch) {
    func drawn(_ seed: UInt64, _ number: Int) -> [Transition?] {
      var draw = RandomScheduler(random, seed: seed, number: number, length: 8)
      return (0..<8).map { _ in
        draw.choose((0..<3).map { EnabledTransition(.step(.client($0))) })
      }
    }
    #expect(drawn(7, 1) == drawn(7, 1))
    let different = Set((1...20).map { drawn(7, $0) })
    #expect(different.count > 3)
  }

  /// PCT's changes of priority come at points in any order (Burckhardt et al. 2010, §3): of two threads the
  /// one demoted later need not be the lower one, so that it may well go on.
  @Test("PCT's later changes are not always below its earlier ones")
  func changes() {
    let options = (0..<2).map { EnabledTransition(.step(.client($0))) }
    let switches = (1...400).map { number in
      var scheduler = RandomScheduler(.pct(depth: 3), seed: 7, number: number, length: 8)
      let chosen = (0..<12).map { _ in scheduler.choose(options) }
      return zip(chosen, chosen.dropFirst()).count { $0 != $1 }
    }
    // Where later ones were always lower, only two changes at one point (an eighth) would switch once.
    #expect(switches.count { $0 == 1 } > 120)
    #expect(switches.count { $0 == 2 } > 80)
  }
}
