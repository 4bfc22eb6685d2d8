// How far an exploration goes, and how.

import ArgumentParser
import Drivers
import Explorer
import Harness
import History

/// How far, and how.
struct ExplorationExtent: ParsableArguments {
  @Option(parsing: .unconditional, help: "At most this many preemptions in a schedule.")
  var preemptions: Int?

  @Flag(help: "Also try commuting commands in every order.")
  var unreduced = false

  @Flag(help: "Draw schedules at random instead of trying all.")
  var random = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Draw schedules by PCT for bugs of this depth.", valueName: "depth"))
  var pct: Int?

  @Option(help: "Hexadecimal seed of the draws.", transform: OptionText.seed)
  var seed: Seed?

  @Option(parsing: .unconditional, help: "Stop after this many schedules.")
  var schedules: Int?

  @Option(
    help: "Stop after a time, such as 60s.",
    transform: OptionText.time("--time", such: "60s or 5m"))
  var time: Duration?

  @Flag(help: "Stop at the first violation.")
  var first = false

  @Option(
    parsing: .unconditional,
    help: "Schedules run side by side (default: what the servers can handle).")
  var testbeds: Int?

  func validate() throws {
    try ExplorationSubject.within(0...100, preemptions, "--preemptions")
    try ExplorationSubject.within(1...20, pct, "--pct")
    try ExplorationSubject.within(1...1_000_000_000, schedules, "--schedules")
    try ExplorationSubject.within(1...64, testbeds, "--testbeds")
    guard !(random && pct != nil) else {
      throw ValidationError("--random and --pct can't be combined; leave one out")
    }
  }

  /// `bound` is what a workload says about preemptions.
  func search(bound: Int? = nil, going on: FrontierFile? = nil) throws -> Search {
    let preemptions = preemptions ?? bound
    guard random || pct != nil else {
      // Within a bound, an order left out might have stood for one that has fewer preemptions.
      return .exhaustive(reduces: !unreduced && preemptions == nil, preemptions: preemptions)
    }
    let value = try seed ?? on?.seed() ?? .random()
    return .random(pct.map { .pct(depth: $0) } ?? .walk, seed: value.value)
  }

  func budget() -> ExplorationBudget {
    var budget = ExplorationBudget(schedules: schedules, stopsAtViolation: first)
    budget.seconds = time.map { Double($0.inNanoseconds) / 1e9 }
    // What is drawn never comes to an end by itself.
    if random || pct != nil, budget.schedules == nil, budget.seconds == nil {
      budget.schedules = 10_000
    }
    return budget
  }
}
