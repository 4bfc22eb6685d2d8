// One experiment: what is sold, who buys it, by which strategies, and which verdict is expected.
// A workload is data; reading the file is `WorkloadFile`'s job, running it is `Run`'s.

/// The verdict a workload or strategy expects; the Harness states it and never judges.
public enum Expectation: String, Sendable, Hashable, CaseIterable, Codable {
  case linearizable
  case violation
}

/// How much is done in the main phase.
public enum Extent: Sendable, Hashable {
  /// This many calls in all, over all clients.
  case operations(Int)
  case duration(Duration)
}

/// The relative weights of the calls that clients make.
public struct Mix: Sendable, Hashable {
  public var take: Int
  public var read: Int
  public var restock: Int

  public init(take: Int, read: Int = 0, restock: Int = 0) {
    self.take = take
    self.read = read
    self.restock = restock
  }

  public var total: Int { take + read + restock }
}

/// An experiment, as a workload file describes it.
public struct Workload: Sendable, Hashable {
  /// The file's name without its extension.
  public var name: String
  /// One sentence for people.
  public var about: String
  /// What clients call: `items` and `stock` are accounts and their balances if it is an account, campaigns
  /// and their coupons if it is coupons.
  public var datatype: Datatype
  /// Names of catalogued strategies, run one after the other; empty where a program is driven.
  public var strategies: [String]
  /// The program that is driven instead.
  public var program: ProgramSetup?
  /// The service that is driven instead.
  public var service: ServiceSetup?
  /// Concurrent clients, 1 or more.
  public var clients: Int
  /// Items on sale, 1 or more.
  public var items: Int
  /// Units of every item at the start, 0 or more.
  public var stock: Int
  /// Buyers who want a coupon; nil: twice as many as there are coupons.
  public var buyers: Int?
  public var mix: Mix
  /// Units a take asks for.
  public var quantity: ClosedRange<Int>
  /// Units a restock puts in; a charge is of any amount within `quantity`.
  public var restockUnits: Int
  /// Zipf exponent of the items' popularity; 0 makes all equally popular.
  public var skew: Double
  public var extent: Extent
  /// Calls per second over all clients (open loop); absent for a closed loop.
  public var rate: Double?
  /// How long a call waits for its reply before it is given up; nil: as `deadline` says.
  public var statedDeadline: Duration?
  /// How long a lock is waited for; nil: as each lock has it.
  public var wait: Duration?
  /// The lease of locks, renewed where a lock has a watchdog; nil: as each lock has it.
  public var lease: Duration?
  /// The share of calls that may fail or stay indeterminate, with no fault to explain it, before the
  /// run proves nothing; from 0 to 1.
  public var maxFailures = Workload.standardMaxFailures
  public static let standardMaxFailures = 0.1
  /// Fixes the calls; absent means a fresh one each run.
  public var seed: Seed?
  /// What breaks while the clients are at work.
  public var faults: [FaultSpec]
  /// Whether indeterminate calls are settled after the run, where the servers can tell.
  public var resolve = false
  /// What is explored instead of run; nil: the workload is run.
  public var exploration: Exploration?
  /// Expected verdicts by strategy, where they differ from the strategy's own.
  public var expect: [String: Expectation]

  public init(
    name: String, about: String = "", datatype: Datatype = .stock, strategies: [String] = [],
    clients: Int = 16, items: Int = 1,
    stock: Int = 1000, mix: Mix = Mix(take: 80, read: 20), quantity: ClosedRange<Int> = 1...1,
    restockUnits: Int = 10, skew: Double = 0, extent: Extent = .duration(.seconds(3)),
    rate: Double? = nil, deadline: Duration? = nil, seed: Seed? = nil,
    faults: [FaultSpec] = [],
    expect: [String: Expectation] = [:]
  ) {
    self.name = name
    self.about = about
    self.datatype = datatype
    self.strategies = strategies
    self.clients = clients
    self.items = items
    self.stock = stock
    self.mix = mix
    self.quantity = quantity
    self.restockUnits = restockUnits
    self.skew = skew
    self.extent = extent
    self.rate = rate
    statedDeadline = deadline
    self.seed = seed
    self.faults = faults
    self.expect = expect
  }
}

/// The number a run's calls follow from, written in hexadecimal.
public struct Seed: Sendable, Hashable, CustomStringConvertible {
  public var value: UInt64

  public init(_ value: UInt64) {
    self.value = value
  }

  /// A seed as people write it: hexadecimal, up to 16 digits.
  public init?(_ text: some StringProtocol) {
    guard let value = UInt64(text, radix: 16) else { return nil }
    self.value = value
  }

  /// A fresh seed, short enough to type again.
  public static func random() -> Seed { Seed(UInt64.random(in: 0x1000...0xffff_ffff)) }

  public var description: String { String(value, radix: 16) }
}
