// Whether too little happened in a run for its verdict to mean anything.
// It never says that a run was good; it only says which runs prove nothing.

public import History

/// A reason why a run proves nothing.
public enum Vacuity: Sendable, Hashable {
  /// Nothing was called at all.
  case empty
  /// A kind of call was issued, but never answered `ok`.
  case neverOk(function: String, calls: Int)
  /// No two operations on one object were ever open at the same time.
  case noContention
  /// Stock and account runs: no take, or use, took anything.
  case nothingSold
  /// Stock runs meant to sell out: no take was told so.
  case neverSoldOut
  /// Most of the clients that were meant to compete never made a call.
  case clientsAbsent(absent: Int, of: Int)
  /// A fault of the workload left no event in the history.
  case faultNeverFired(String)

  /// One sentence, without a full stop.
  public var sentence: String {
    switch self {
    case .empty: "nothing was called"
    case .neverOk(let function, let calls):
      calls == 1
        ? "the one call of \(function) was not answered ok"
        : "none of \(calls) calls of \(function) was answered ok"
    case .noContention: "no two operations on the same key overlapped"
    case .nothingSold: "nothing was sold"
    case .neverSoldOut: "nothing sold out, though the workload means it to"
    case .clientsAbsent(let absent, let clients):
      "\(absent) of \(clients) clients never made a call, such as for want of a connection"
    case .faultNeverFired(let fault): "the fault \(fault) never fired"
    }
  }

  /// What a run was meant to do, as far as it can be told from its history whether it did.
  public struct Expectation: Sendable, Hashable {
    /// Functions of the faults that were meant to fire, as in their events: `client-pause`.
    public var faults: [String]
    /// Whether something is for sale: some take must take something.
    public var sells: Bool
    /// Whether the stock is meant to run out.
    public var sellsOut: Bool
    /// Whether several clients were meant to compete.
    public var contends: Bool
    /// Clients that were meant to make calls, the processes from 0; 0: not known.
    public var clients = 0

    public init(
      faults: [String] = [], sells: Bool = false, sellsOut: Bool = false, contends: Bool = true
    ) {
      self.faults = faults
      self.sells = sells
      self.sellsOut = sellsOut
      self.contends = contends
    }
  }

  /// Every reason why the history proves nothing; none if it may be judged.
  public static func reasons(
    in history: History, expecting expected: Expectation = Expectation()
  ) -> [Vacuity] {
    var reasons: [Vacuity] = history.operations.isEmpty ? [.empty] : neverOk(history)
    if expected.contends && !history.operations.isEmpty && !overlaps(history) {
      reasons.append(.noContention)
    }
    let takes = history.operations.filter {
      ($0.function == "take" || $0.function == "use") && $0.outcome == .ok
    }
    let soldOut = takes.count { ["sold-out", "insufficient"].contains($0.output.name) }
    if expected.sells && takes.count == soldOut { reasons.append(.nothingSold) }
    if expected.sellsOut && soldOut == 0 { reasons.append(.neverSoldOut) }
    let absent = expected.clients - Self.working(of: expected.clients, in: history)
    if absent > expected.clients / 2 {
      reasons.append(.clientsAbsent(absent: absent, of: expected.clients))
    }
    let fired = Set(history.events.map(\.function))
    for fault in expected.faults where !fired.contains(fault) {
      reasons.append(.faultNeverFired(fault))
    }
    return reasons
  }

  /// How many of so many clients made a call. Each makes its first one under its own number; only later
  /// ones go on under others.
  public static func working(of clients: Int, in history: History) -> Int {
    Set(history.operations.map(\.process).filter { $0 >= 0 && $0 < clients }).count
  }

  private static func neverOk(_ history: History) -> [Vacuity] {
    var functions: [String] = []
    var calls: [String: (all: Int, ok: Int)] = [:]
    for operation in history.operations {
      if calls[operation.function] == nil { functions.append(operation.function) }
      calls[operation.function, default: (0, 0)].all += 1
      if operation.outcome == .ok { calls[operation.function, default: (0, 0)].ok += 1 }
    }
    return functions.compactMap { function in
      guard let (all, ok) = calls[function], ok == 0 else { return nil }
      return .neverOk(function: function, calls: all)
    }
  }

  /// Whether two operations on one key were open at once. An indeterminate one counts as open until
  /// its client gave up, of which the history has no stamp: it counts at its call only.
  private static func overlaps(_ history: History) -> Bool {
    var open: [Value?: Int] = [:]
    for operation in history.operations {
      let latest = open[operation.key] ?? .min
      if operation.call.rank <= latest { return true }
      open[operation.key] = operation.reply?.rank ?? operation.call.rank
    }
    return false
  }
}
