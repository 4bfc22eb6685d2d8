// run.json: what was run, on what, and what the stores held in the end. Enough to judge the history
// again without the servers, and to run it again.

import Drivers
import Foundation
import History

/// The record of one strategy's run.
public struct RunRecord: Codable, Sendable, Hashable {
  /// Version of this format.
  public var soldout = 1
  public var workload: String
  /// Absent in records of stock workloads written before there were others.
  public var datatype: Workload.Datatype?
  public var strategy: String
  public var seed: String
  /// When the run started, UTC, ISO 8601.
  public var started: String
  public var clients: Int
  public var items: Int
  /// Units of each item at the start.
  public var stock: Int
  /// Units of each item in the store at the end, in the order of the items.
  public var remaining: [Int]
  /// What each store holds of each item at the end; absent in records of older versions.
  public var holdings: [Holdings]?
  /// Database connections held at once in the main phase; absent where there is no database.
  public var connections: ConnectionPeak?
  /// Versions of the servers, by name.
  public var servers: [String: String]
  /// What is out of the ordinary about the user's own servers, by name; absent where nothing is.
  public var serverFacts: [String: [String]]?
  /// The faults, as the command line has them; absent where there were none.
  public var faults: [String]?
  /// How much was to be done: calls in all, or a time such as `10s`. Both absent in records of older
  /// versions.
  public var operations: Int?
  public var duration: String?
  /// Calls per second; absent for a closed loop.
  public var rate: Double?
  /// As stated, such as `10s`: a call's deadline, the wait for a lock, its lease; absent where the
  /// workload says nothing.
  public var deadline: String?
  /// The deadline that was made longer for the faults' or the wait's sake; absent where it was not.
  public var raisedDeadline: String?
  public var wait: String?
  public var lease: String?
  /// The share of calls that may fail; absent in records of older versions.
  public var maxFailures: Double?
  /// What calls failed with; absent in records of older versions.
  public var failures: [FailureKind]?
  /// Whether indeterminate calls were settled; absent if not.
  public var resolve: Bool?
  /// The workload's file, where it was named by its path.
  public var file: String?
  /// The user's own servers by the command line's options, without passwords.
  public var external: [String: String]?
  /// Absent where neither the workload nor the catalogue says.
  public var expected: Expectation?
  /// Seconds of the main phase.
  public var seconds: Double
  /// Ended early, by the user or since a server was lost.
  public var stopped: Bool
  /// Private servers that ended by themselves, at which the run was broken off; absent where there were
  /// none. `remaining` and `holdings` are empty then.
  public var lost: [LostServer]?
  /// What was odd about the program that was driven; absent where the strategy was none.
  public var program: ProgramRemarks?
  /// The history's file, beside this one.
  public var history = "history.jsonl"

  public init(plan: RunPlan, result: RunResult, started: String) {
    workload = plan.workload.name
    datatype = plan.workload.datatype
    strategy = plan.system.card.name
    seed = plan.seed.description
    self.started = started
    clients = plan.workload.clients
    items = plan.workload.items
    stock = plan.workload.stock
    remaining = result.remaining
    holdings = result.holdings
    connections = result.connections
    servers = plan.servers
    if !plan.serverFacts.isEmpty { serverFacts = plan.serverFacts }
    if !plan.workload.faults.isEmpty { faults = plan.workload.faults.map(\.description) }
    switch plan.workload.extent {
    case .operations(let count): operations = count
    case .duration(let time): duration = time.words
    }
    rate = plan.workload.rate
    deadline = plan.workload.statedDeadline?.words
    if deadline == nil, plan.workload.deadline != Workload.standardDeadline {
      raisedDeadline = plan.workload.deadline.words
    }
    wait = plan.workload.wait?.words
    lease = plan.workload.lease?.words
    maxFailures = plan.workload.maxFailures
    failures = result.failures.map { kind in
      var kind = kind
      if plan.system.card.refusals.contains(kind.error) { kind.isRefusal = true }
      return kind
    }
    if plan.workload.resolve { resolve = true }
    // While soldout stood still its clients renewed no lease and took no reply.
    expected = plan.workload.expectation(
      of: plan.system.card, besides: .silence(of: result.longestStall))
    seconds = Double(result.duration.inNanoseconds) / 1e9
    stopped = result.wasStopped || !result.lost.isEmpty
    if !result.lost.isEmpty { lost = result.lost }
    program = result.program
  }

  /// The record as JSON, keys sorted.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Reads what `json` wrote.
  public init(json: [UInt8]) throws {
    self = try JSONDecoder().decode(RunRecord.self, from: Data(json))
    try requireSense()
  }

  /// Refuses numbers that no run has: a record may come from anywhere, and is added up.
  private func requireSense() throws(SenselessRecord) {
    func require(_ name: String, _ numbers: [Int], _ range: ClosedRange<Int>)
      throws(SenselessRecord)
    {
      if let wrong = numbers.first(where: { !range.contains($0) }) {
        throw SenselessRecord(description: "its \(name) can't be \(wrong)")
      }
    }
    let units = -1_000_000_000_000_000...1_000_000_000_000_000
    try require("format version (soldout)", [soldout], 1...1)
    try require("clients", [clients], 0...1_000_000)
    try require("items", [items], 0...1_000_000)
    try require("stock", [stock], 0...units.upperBound)
    try require("remaining", remaining, units)
    for holdings in holdings ?? [] {
      try require("holdings", Array(holdings.left.values) + Array(holdings.ordered.values), units)
    }
    try require("operations", [operations ?? 0], 0...units.upperBound)
    for (name, number, most) in [
      ("seconds", seconds, 1e9), ("rate", rate ?? 0, 1e9), ("maxFailures", maxFailures ?? 0, 1),
    ] where !(0...most).contains(number) {
      throw SenselessRecord(description: "its \(name) can't be \(number)")
    }
  }
}

extension Workload {
  /// What the workload asks beyond takes of one unit and reads.
  public var traffic: Traffic {
    var traffic: Traffic = []
    if quantity != 1...1 { traffic.insert(.severalUnits) }
    if mix.restock > 0 { traffic.insert(.restocks) }
    return traffic
  }

  /// Why a strategy can't carry this workload, in one sentence; nil if it can.
  public func invalid(_ card: StrategyCard) -> String? {
    guard datatype.isStock ? card.datatype == .stock : card.datatype == datatype else {
      return "\(card.name) does not support \(datatype): it is for \(card.datatype) workloads"
    }
    guard !datatype.demands.isSubset(of: card.supports) else { return nil }
    return "\(card.name) does not support \(datatype): its calls are takes of one unit"
      + (card.supports.contains(.severalUnits) ? " or several, without restocks" : "")
  }

  /// What this workload expects of a strategy: its own word, else the catalogue's.
  ///
  /// Nil where a strategy gets traffic it isn't made for, or a fault it doesn't survive: it may break
  /// or get away with it. `hazards` are those that come besides the faults.
  public func expectation(
    of card: StrategyCard, besides hazards: Hazards = []
  ) -> Expectation? {
    if let stated = expect[card.name] { return stated }
    let hazards = faults.reduce(into: hazards) { $0.formUnion($1.make().hazards) }
    guard hazards.isDisjoint(with: card.vulnerableTo) else { return nil }
    return traffic.isSubset(of: card.supports) ? card.expected : nil
  }
}

/// A number in a record that no run has: a sentence.
struct SenselessRecord: Error, CustomStringConvertible {
  var description: String
}
