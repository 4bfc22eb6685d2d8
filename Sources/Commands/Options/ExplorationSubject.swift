// What is explored, how far, and how much may go wrong.

import ArgumentParser
import Drivers
import Explorer
import Harness
import History

/// What is explored of a strategy; a workload with an `explore` says it itself.
struct ExplorationSubject: ParsableArguments {
  @Option(parsing: .unconditional, help: "Clients buying concurrently, 1 to 8 (default: 2).")
  var clients: Int?

  @Option(
    parsing: .unconditional,
    help: "Units each client buys, one after another, 1 to 16 (default: 1).")
  var calls: Int?

  @Option(
    help: ArgumentHelp(
      "Instead, each client's calls: t (take), t3, r (read), p2 (restock), c7 (claim for buyer 7), "
        + "o5 and o5x2 (order 5, of two units), such as t,r/t.",
      valueName: "calls"), transform: OptionText.calls)
  var script: [[ShopCall]]?

  @Option(parsing: .unconditional, help: "Units at the start (default: as many as are taken).")
  var stock: Int?

  @Option(parsing: .unconditional, help: "How many clients may die, before or after a command.")
  var crashes: Int?

  @Option(parsing: .unconditional, help: "How many connections may be lost before a command.")
  var disconnects: Int?

  @Option(parsing: .unconditional, help: "How many replies may be lost.")
  var losses: Int?

  @Option(parsing: .unconditional, help: "How many leases may run out early.")
  var expiries: Int?

  @Option(parsing: .unconditional, help: "How often a wait may end while others can move.")
  var delays: Int?

  @Option(
    parsing: .unconditional, help: "How many leases may run out by the clock while others can move."
  )
  var lapses: Int?

  @Option(parsing: .unconditional, help: "How often Redis may be killed and restarted.")
  var restarts: Int?

  @Option(parsing: .unconditional, help: "How often PostgreSQL may be killed and restarted.")
  var postgresRestarts: Int?

  @Option(
    parsing: .unconditional,
    help: "How often a replica, possibly lagging, may take over from Redis.")
  var failovers: Int?

  @Option(
    help: ArgumentHelp(
      "What a killed Redis keeps: none, or always for its append-only file (default: none).",
      valueName: "policy"), transform: OptionText.persistence)
  var persistence: RedisOptions.Persistence?

  /// Everything that may happen, with the option that allows it.
  private var allowed: [(name: String, count: Int?)] {
    [
      ("crashes", crashes), ("disconnects", disconnects), ("losses", losses),
      ("expiries", expiries), ("delays", delays), ("lapses", lapses), ("restarts", restarts),
      ("postgres-restarts", postgresRestarts), ("failovers", failovers),
    ]
  }

  /// The options that were given.
  var given: [String] {
    let others: [(String, Any?)] = [
      ("clients", clients), ("calls", calls), ("script", script), ("stock", stock),
      ("persistence", persistence),
    ]
    return (others.filter { $0.1 != nil }.map(\.0) + allowed.filter { $0.count != nil }.map(\.name))
      .map { "--" + $0 }
  }

  func validate() throws {
    try Self.within(1...8, clients, "--clients")
    try Self.within(1...16, calls, "--calls")
    try Self.within(0...1_000_000, stock, "--stock")
    for (name, count) in allowed { try Self.within(0...10, count, "--\(name)") }
    guard script == nil || clients == nil && calls == nil else {
      throw ValidationError("--script says who calls what; leave out --clients and --calls")
    }
  }

  static func within(_ range: ClosedRange<Int>, _ number: Int?, _ name: String) throws {
    guard let number, !range.contains(number) else { return }
    throw ValidationError(
      "\(name) is from \(range.lowerBound) to \(range.upperBound), not \(number)")
  }

  /// What the options say, where they say something.
  func exploration(
    _ start: Workload.Exploration = .init(), of datatype: Workload.Datatype = .stock
  ) throws -> Workload.Exploration {
    var exploration = start
    if clients != nil || calls != nil {
      exploration.calls = datatype.script(clients: clients ?? 2, calls: calls ?? 1)
    }
    if let script { (exploration.calls, exploration.stock) = (script, nil) }
    exploration.stock = stock ?? exploration.stock
    for (name, count) in allowed {
      guard let count, let kind = FaultBudget.kinds.first(where: { $0.name == name }) else {
        continue
      }
      exploration.faultBudget[keyPath: kind.count] = count
    }
    exploration.persistence = persistence ?? exploration.persistence
    return exploration
  }

  /// The same of something with a name, whose calls the script must fit.
  func exploration(
    _ start: Workload.Exploration, of name: String, selling datatype: Workload.Datatype
  ) throws -> Workload.Exploration {
    let exploration = try exploration(start, of: datatype)
    guard exploration.calls.joined().allSatisfy({ $0.fits(datatype) }) else {
      throw CLIError(
        "\(name) is for \(datatype) workloads, whose calls are "
          + datatype.calls.joined(separator: " and "), .usage)
    }
    return exploration
  }

  func configuration(of name: String) throws -> Configuration {
    let strategy = try OptionText.strategy(name)
    let datatype = strategy.card.datatype
    let start = datatype == .stock ? Workload.Exploration() : .standard(of: strategy)
    let exploration = try exploration(start, of: name, selling: datatype)
    return Configuration(exploration, of: strategy)
  }
}
