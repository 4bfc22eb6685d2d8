// What is explored, how far, and how much may go wrong.

import ArgumentParser
import Explorer
import Harness
import History

struct ExplorationOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Clients that buy at once, 1 to 8.")
  var clients = 2

  @Option(parsing: .unconditional, help: "Units each buys, one call after the other, 1 to 16.")
  var calls = 1

  @Option(
    help: ArgumentHelp(
      "The clients' calls instead: t (take), t3, r (read), p2 (restock), such as t,r/t.",
      valueName: "calls"))
  var script: String?

  @Option(parsing: .unconditional, help: "Units at the start; by default as many as are taken.")
  var stock: Int?

  @Option(parsing: .unconditional, help: "Clients that may die, before or after a command.")
  var crashes = 0

  @Option(parsing: .unconditional, help: "Connections that may be lost before a command.")
  var disconnects = 0

  @Option(parsing: .unconditional, help: "Replies that may be lost.")
  var losses = 0

  @Option(parsing: .unconditional, help: "Leases that may run out early.")
  var expiries = 0

  @Option(parsing: .unconditional, help: "Times that a wait may end while others could move.")
  var delays = 0

  @Option(parsing: .unconditional, help: "At most so many preemptions; try every order.")
  var preemptions: Int?

  @Flag(help: "Try commuting commands in every order too.")
  var unreduced = false

  @Flag(help: "Draw schedules at random instead of walking all.")
  var random = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Draw schedules by PCT for bugs of this depth.", valueName: "depth"))
  var pct: Int?

  @Option(help: "Hexadecimal seed of what is drawn.")
  var seed: String?

  @Option(parsing: .unconditional, help: "Stop after so many schedules.")
  var schedules: Int?

  @Option(help: "Stop after a time, such as 60s.")
  var time: String?

  @Flag(help: "Stop at the first violation.")
  var first = false

  @Option(parsing: .unconditional, help: "Worlds side by side; by default as the servers bear.")
  var worlds: Int?

  func validate() throws {
    try within(1...8, clients, "--clients")
    try within(1...16, calls, "--calls")
    try within(0...1_000_000, stock, "--stock")
    for (number, name) in [
      (crashes, "--crashes"), (disconnects, "--disconnects"), (losses, "--losses"),
      (expiries, "--expiries"), (delays, "--delays"),
    ] {
      try within(0...10, number, name)
    }
    try within(0...100, preemptions, "--preemptions")
    try within(1...20, pct, "--pct")
    try within(1...1_000_000_000, schedules, "--schedules")
    try within(1...64, worlds, "--worlds")
    guard !(random && pct != nil) else {
      throw ValidationError("--random and --pct exclude each other; leave one out")
    }
  }

  private func within(_ range: ClosedRange<Int>, _ number: Int?, _ name: String) throws {
    guard let number, !range.contains(number) else { return }
    throw ValidationError(
      "\(name) is from \(range.lowerBound) to \(range.upperBound), not \(number)")
  }

  var allowance: Allowance {
    var allowance = Allowance()
    allowance.crashes = crashes
    allowance.disconnects = disconnects
    allowance.losses = losses
    allowance.expiries = expiries
    allowance.delays = delays
    return allowance
  }

  func configuration(of name: String) throws -> Configuration {
    guard let strategy = Catalogue.strategy(named: name) ?? MutantCatalogue.mutant(named: name)
    else {
      throw Complaint(
        "there is no strategy \(name)" + nearest(to: name, among: Catalogue.names), .usage)
    }
    var calls = Array(
      repeating: Array(repeating: Stock.Call.take(1), count: calls), count: clients)
    if let script {
      guard let written = Configuration.script(script) else {
        throw Complaint(
          "--script is each client's calls between slashes, such as t,r/t, not \(script)", .usage)
      }
      calls = written
    }
    return Configuration(strategy, script: calls, stock: stock, allowance: allowance)
  }

  func search() throws -> Search {
    guard random || pct != nil else {
      // Within a bound, an order left out might have stood for one that has fewer preemptions.
      return .exhaustive(reduces: !unreduced && preemptions == nil, preemptions: preemptions)
    }
    var value = Seed.random()
    if let seed {
      guard let written = Seed(seed) else {
        throw Complaint("--seed is a hexadecimal number such as 7f3a, not \(seed)", .usage)
      }
      value = written
    }
    return .lottery(pct.map { .pct(depth: $0) } ?? .walk, seed: value.value)
  }

  func budget() throws -> ExplorationBudget {
    var budget = ExplorationBudget(schedules: schedules, stopsAtViolation: first)
    if let time {
      guard let duration = Duration(text: time), duration > .zero else {
        throw Complaint("--time is a time such as 60s or 5m, not \(time)", .usage)
      }
      budget.seconds = Double(duration.inNanoseconds) / 1e9
    }
    // What is drawn never comes to an end by itself.
    if random || pct != nil, budget.schedules == nil, budget.seconds == nil {
      budget.schedules = 10_000
    }
    return budget
  }
}
