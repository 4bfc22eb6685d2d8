// A workload that is explored instead of run: what its clients call, and how much may go wrong.
// Values, and how they are read from YAML; walking them is the Explorer's work.

public import Drivers
public import History
import Yams

/// How often each thing beyond order may happen in one schedule.
public struct FaultBudget: Sendable, Hashable {
  /// Clients that die, before or after a command.
  public var crashes = 0
  /// Connections lost before a command.
  public var disconnects = 0
  /// Replies lost.
  public var losses = 0
  /// Leases that run out on the server while others can still move.
  public var expiries = 0
  /// Moments at which time passes while others can still move.
  public var delays = 0
  /// Leases that end by the clock while others can still move: their owners pause that long.
  public var lapses = 0
  /// Redis servers killed and started again.
  public var restarts = 0
  /// The same of PostgreSQL, which takes ten times as long.
  public var postgresRestarts = 0
  /// How often a replica, which may have fallen behind before, takes over from Redis.
  public var failovers = 0

  public init() {}

  /// Every kind with its name, in the order of reports.
  public static let kinds:
    [(name: String, count: any WritableKeyPath<FaultBudget, Int> & Sendable)] =
      [
        ("crashes", \.crashes), ("disconnects", \.disconnects), ("losses", \.losses),
        ("expiries", \.expiries), ("delays", \.delays), ("lapses", \.lapses),
        ("restarts", \.restarts),
        ("postgres-restarts", \.postgresRestarts), ("failovers", \.failovers),
      ]

  public var isNone: Bool { self == FaultBudget() }

  /// What it allows, as tokens write it: `losses=1`.
  public var settings: [String] {
    Self.kinds.filter { self[keyPath: $0.count] > 0 }
      .map { "\($0.name)=\(self[keyPath: $0.count])" }
  }

  /// Whether servers may be harmed, which have to be the exploration's own then.
  public var harmsServers: Bool { restarts > 0 || postgresRestarts > 0 || failovers > 0 }
}

extension Workload {
  /// What is explored of each strategy.
  public struct Exploration: Sendable, Hashable {
    /// The calls of each client, in order.
    public var calls: [[Stock.Call]] = [[.take(1)], [.take(1)]]
    /// Units at the start; nil: as many as are taken.
    public var stock: Int?
    public var faultBudget = FaultBudget()
    /// What Redis keeps when it is killed.
    public var persistence = RedisOptions.Persistence.none
    /// At most this many preemptions; nil: any number.
    public var preemptions: Int?

    public init() {}

    /// What a killed Redis keeps, by its word: nothing, or everything.
    ///
    /// Under everysec and no Redis replies before it writes while its disk syncs (redis.conf,
    /// no-appendfsync-on-rewrite; "Asynchronous AOF fsync is taking too long"): what it keeps then is
    /// the disk's to say, and no schedule could be repeated.
    public static func persistence(_ word: String) -> RedisOptions.Persistence? {
      ["none", "always"].contains(word) ? RedisOptions.Persistence(word: word) : nil
    }

    /// What to say of any other word.
    public static func persistenceRefusal(_ word: String) -> String {
      let why =
        RedisOptions.Persistence(word: word) == nil
        ? "" : ": what \(word) keeps is up to when the disk last synced, which no schedule repeats"
      return "is none or always, not \(word)\(why)"
    }
  }
}

extension WorkloadMap {
  static let explorationKeys =
    ["calls", "stock", "persistence", "preemptions"] + FaultBudget.kinds.map(\.name)

  /// `{calls: t/t, expiries: 1}`.
  func exploration(_ key: String) throws(WorkloadError) -> Workload.Exploration? {
    guard let node = root[key] else { return nil }
    guard let mapping = node.mapping else {
      throw error(node, "`\(key)` is a mapping such as {calls: t/t, expiries: 1}")
    }
    try check(mapping, keys: Self.explorationKeys, what: "exploration")
    var exploration = Workload.Exploration()
    if let node = mapping["calls"] {
      guard let calls = CallScript.calls(shown(node)) else {
        throw error(
          node, "`calls` is each client's calls between slashes, such as t,r/t, not \(shown(node))")
      }
      exploration.calls = calls
    }
    if let node = mapping["stock"] {
      exploration.stock = try whole(node, "stock", in: 0...1_000_000)
    }
    if let node = mapping["persistence"] {
      guard let kept = Workload.Exploration.persistence(shown(node)) else {
        throw error(node, "`persistence` \(Workload.Exploration.persistenceRefusal(shown(node)))")
      }
      exploration.persistence = kept
    }
    if let node = mapping["preemptions"] {
      exploration.preemptions = try whole(node, "preemptions", in: 0...100)
    }
    for (name, count) in FaultBudget.kinds {
      guard let node = mapping[name] else { continue }
      exploration.faultBudget[keyPath: count] = try whole(node, name, in: 0...10)
    }
    return exploration
  }
}
