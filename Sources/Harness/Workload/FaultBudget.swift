// How much may go wrong in one schedule of an exploration.

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
