// What is explored: a strategy, its clients' calls, and how much may go wrong.

public import Harness
public import History

/// How often each thing beyond order may happen in one schedule.
public struct Allowance: Sendable, Hashable {
  /// Clients that die, before or after a command.
  public var crashes = 0
  /// Connections lost before a command.
  public var disconnects = 0
  /// Replies lost.
  public var losses = 0
  /// Leases that run out on the server while somebody could still move.
  public var expiries = 0
  /// Moments at which time passes while somebody could still move.
  public var delays = 0

  public init() {}

  /// Every kind with its name, in the order of reports.
  public static let kinds: [(name: String, count: any WritableKeyPath<Allowance, Int> & Sendable)] =
    [
      ("crashes", \.crashes), ("disconnects", \.disconnects), ("losses", \.losses),
      ("expiries", \.expiries), ("delays", \.delays),
    ]

  var isNone: Bool { self == Allowance() }

  /// What it allows, as tokens write it: `losses=1`.
  public var settings: [String] {
    Self.kinds.filter { self[keyPath: $0.count] > 0 }
      .map { "\($0.name)=\(self[keyPath: $0.count])" }
  }
}

/// One exploration's question.
public struct Configuration: Sendable {
  public var strategy: any Strategy.Type
  /// The calls of each client, in order.
  public var script: [[Stock.Call]]
  /// Units on sale at the start.
  public var stock: Int
  public var allowance: Allowance
  /// How long a call may take on the scheduler's clock, in ns.
  public var patience: Int64 = 5_000_000_000

  /// So many clients take one unit so many times each.
  ///
  /// The stock is by default one unit less than could be bought: the last one is fought for, and
  /// somebody is told that there is none.
  public init(
    _ strategy: any Strategy.Type, clients: Int = 2, calls: Int = 1, stock: Int? = nil,
    allowance: Allowance = Allowance()
  ) {
    self.init(
      strategy,
      script: Array(repeating: Array(repeating: .take(1), count: calls), count: clients),
      stock: stock, allowance: allowance)
  }

  public init(
    _ strategy: any Strategy.Type, script: [[Stock.Call]], stock: Int? = nil,
    allowance: Allowance = Allowance()
  ) {
    self.strategy = strategy
    self.script = script
    let takes = script.joined().reduce(0) {
      if case .take(let units) = $1 { $0 + units } else { $0 }
    }
    self.stock = stock ?? takes
    self.allowance = allowance
  }

  public var clients: Int { script.count }
  public var name: String { strategy.card.name }
}

extension Configuration {
  /// Why the scheduler can't hold it; nil: it can.
  public var unfitness: String? {
    strategy.init().workers <= 64 ? nil : "is served by more workers than can be scheduled"
  }

  func checkFitness() throws(ExplorationFailure) {
    if let unfitness { throw .unfit("\(name) \(unfitness)") }
  }
}

extension Stock.Call {
  /// As scripts write it: `t`, `t3`, `r`, `p2`.
  var letter: String {
    switch self {
    case .take(1): "t"
    case .take(let units): "t\(units)"
    case .read: "r"
    case .restock(let units): "p\(units)"
    }
  }

  init?(letter: String) {
    let number = letter.dropFirst()
    let units = number.isEmpty ? 1 : Int(number) ?? 0
    switch letter.first {
    case "t" where (1...1000).contains(units): self = .take(units)
    case "p" where (1...1000).contains(units): self = .restock(units)
    case "r" where number.isEmpty: self = .read
    default: return nil
    }
  }
}

extension Configuration {
  /// The clients' calls as text: `t/t,r`.
  public static func text(of script: [[Stock.Call]]) -> String {
    script.map { $0.map(\.letter).joined(separator: ",") }.joined(separator: "/")
  }

  /// Reads `t/t,r`: clients between slashes, calls between commas; nil if that is not what it says.
  public static func script(_ text: String) -> [[Stock.Call]]? {
    let clients = text.split(separator: "/", omittingEmptySubsequences: false)
    let script = clients.map { client in
      client.split(separator: ",").compactMap { Stock.Call(letter: String($0)) }
    }
    let count = clients.map { $0.split(separator: ",").count }
    guard (1...8).contains(script.count), script.map(\.count) == count,
      count.allSatisfy({ (1...16).contains($0) })
    else { return nil }
    return script
  }
}
