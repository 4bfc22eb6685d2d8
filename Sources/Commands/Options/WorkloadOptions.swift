// What the command line changes about a workload; the same checks hold as for its file.

import ArgumentParser
import Harness

struct WorkloadOptions: ParsableArguments {
  @Option(
    help: "Run only this strategy; repeat for more.",
    completion: .list(Catalogue.names), transform: OptionText.strategy)
  var strategy: [any Strategy.Type] = []

  @Option(parsing: .unconditional, help: "Concurrent clients.")
  var clients: Int?

  @Option(parsing: .unconditional, help: "Items on sale.")
  var items: Int?

  @Option(parsing: .unconditional, help: "Units of each item at the start.")
  var stock: Int?

  @Option(
    help: "Length of the main phase, such as 10s.",
    transform: OptionText.time("--duration"))
  var duration: Duration?

  @Option(parsing: .unconditional, help: "Number of calls in all, instead of a duration.")
  var ops: Int?

  @Option(parsing: .unconditional, help: "Calls per second over all clients (open loop).")
  var rate: Double?

  @Option(
    help: "Give up a call after this long, such as 5s.",
    transform: OptionText.time("--deadline"))
  var deadline: Duration?

  @Option(
    help: "How long to wait for a lock, such as 2s.",
    transform: OptionText.time("--wait", atLeast: .milliseconds(1)))
  var wait: Duration?

  @Option(
    help: "The lease of locks, such as 3s; a watchdog, if any, renews it.",
    transform: OptionText.time("--lease", atLeast: .milliseconds(1)))
  var lease: Duration?

  @Option(
    help: ArgumentHelp(
      "The share of calls that may fail, with no fault to explain it, before a run proves "
        + "nothing.", valueName: "10%"), transform: OptionText.share("--max-failures"))
  var maxFailures: Double?

  @Option(
    help: ArgumentHelp(
      "Inject this fault instead of the workload's, such as server-kill:for=50ms; repeat for "
        + "more; none for no faults.", valueName: "fault"))
  var fault: [String] = []

  @Flag(help: "After the run, settle indeterminate calls where the servers can tell.")
  var resolve = false

  @Option(help: "Hexadecimal seed; the same seed gives the same calls.", transform: OptionText.seed)
  var seed: Seed?

  /// Whether anything is to be changed.
  var areGiven: Bool {
    !strategy.isEmpty || !fault.isEmpty || resolve
      || [clients, items, stock, ops].contains { $0 != nil }
      || rate != nil || maxFailures != nil || seed != nil
      || [duration, deadline, wait, lease].contains { $0 != nil }
  }

  /// The workload with these changes.
  func applied(to workload: Workload) throws -> Workload {
    var workload = workload
    try refuseForPrograms(workload)
    if !strategy.isEmpty { workload.strategies = strategy.map { $0.card.name } }
    workload.clients = try whole(clients, "--clients", 1...10_000) ?? workload.clients
    workload.items = try whole(items, "--items", 1...1_000_000) ?? workload.items
    workload.stock = try whole(stock, "--stock", 0...1_000_000_000) ?? workload.stock
    guard ops == nil || duration == nil else {
      throw CLIError("--ops and --duration can't be combined; leave one out", .usage)
    }
    if let ops = try whole(ops, "--ops", 1...1_000_000_000) { workload.extent = .operations(ops) }
    if let duration { workload.extent = .duration(duration) }
    workload.statedDeadline = deadline ?? workload.statedDeadline
    workload.wait = wait ?? workload.wait
    workload.lease = lease ?? workload.lease
    workload.maxFailures = maxFailures ?? workload.maxFailures
    if let rate {
      guard rate >= 0.001, rate <= 10_000_000 else {
        throw CLIError("--rate is a number of calls per second above 0, not \(rate)", .usage)
      }
      workload.rate = rate
    }
    if !fault.isEmpty {
      workload.faults = fault == ["none"] ? [] : try fault.map(Self.fault)
    }
    workload.passLeaseToFaults()
    if resolve { workload.resolve = true }
    workload.seed = seed ?? workload.seed
    return workload
  }

  /// What a workload of strategies can be told, and one of a program or a service can't.
  private func refuseForPrograms(_ workload: Workload) throws {
    guard workload.external != nil else { return }
    for (option, isGiven) in [
      ("--strategy", !strategy.isEmpty), ("--wait", wait != nil), ("--lease", lease != nil),
      ("--resolve", resolve),
    ] where isGiven {
      throw CLIError(
        "\(option) is for soldout's own strategies, and \(workload.name) drives your code; leave it out",
        .usage)
    }
  }

  private static func fault(_ text: String) throws -> FaultSpec {
    do throws(FaultSpec.Refusal) {
      return try FaultSpec(text: text)
    } catch {
      throw CLIError(error.message, .usage)
    }
  }

  private func whole(_ number: Int?, _ option: String, _ range: ClosedRange<Int>) throws -> Int? {
    guard let number else { return nil }
    guard range.contains(number) else {
      throw CLIError(
        "\(option) is from \(range.lowerBound) to \(range.upperBound), not \(number)", .usage)
    }
    return number
  }
}
