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
  /// Locks were granted, and none was ever asked for while another had it.
  case lockNeverContended
  /// Stock and account runs: there was nothing to take from the start on.
  case nothingForSale
  /// Stock and account runs: no take, or use, took anything.
  case nothingSold
  /// Stock runs meant to sell out: no take was told so.
  case neverSoldOut
  /// Most of the clients that were meant to compete never made a call.
  case clientsAbsent(absent: Int, of: Int)
  /// A fault of the workload left no event in the history.
  case faultNeverFired(String)
  /// When a fault first struck, nothing was sold any more, nor put in, and no call was touched by it.
  case faultAfterLastSale(String)

  /// One sentence, without a full stop.
  public var sentence: String {
    switch self {
    case .empty: "nothing was called"
    case .neverOk(let function, let calls):
      calls == 1
        ? "the one call of \(function) was not answered ok"
        : "none of \(calls) calls of \(function) was answered ok"
    case .noContention: "no two operations on the same key overlapped"
    case .lockNeverContended: "nobody ever asked for a lock while another held it"
    case .nothingForSale: "there was nothing to sell: a stock of 0"
    case .nothingSold: "nothing was sold"
    case .neverSoldOut: "nothing sold out, though the workload means to sell out"
    case .clientsAbsent(let absent, let clients):
      "\(absent) of \(clients) clients never made a call, perhaps for lack of a connection"
    case .faultNeverFired(let fault): "the fault \(fault) never fired"
    case .faultAfterLastSale(let fault):
      "the fault \(fault) first struck after the last sale"
    }
  }

  /// What a run was meant to do, as far as it can be told from its history whether it did.
  public struct Expectation: Sendable, Hashable {
    /// Functions of the faults that were meant to fire, as in their events: `client-pause`.
    public var faults: [String]
    /// Whether something is for sale: some take must take something.
    public var sells: Bool
    /// Whether there is anything to sell at the start.
    public var isStocked: Bool
    /// Whether the stock is meant to run out.
    public var sellsOut: Bool
    /// Whether several clients were meant to compete.
    public var contends: Bool
    /// Clients that were meant to make calls, the processes from 0; 0: not known.
    public var clients = 0

    public init(
      faults: [String] = [], sells: Bool = false, isStocked: Bool = true, sellsOut: Bool = false,
      contends: Bool = true
    ) {
      self.faults = faults
      self.sells = sells
      self.isStocked = isStocked
      self.sellsOut = sellsOut
      self.contends = contends
    }
  }

  /// Every reason why the history proves nothing; none if it may be judged. `locks` are those of the
  /// history, where there are any.
  public static func reasons(
    in history: History, expecting expected: Expectation = Expectation(), locks: LockLog? = nil
  ) -> [Vacuity] {
    var count = VacuityCount()
    for (position, operation) in history.operations.enumerated() {
      count.call(operation, at: position)
      count.end(operation, at: position, givenUp: history.givenUp[position])
    }
    for event in history.events { count.event(event) }
    return count.reasons(
      expecting: expected,
      isLockContended: locks.flatMap { $0.holds.isEmpty ? nil : $0.isContended(in: history) })
  }

  /// How many of the clients made a call. Each makes its first one under its own number; only later
  /// ones go on under others.
  public static func working(of clients: Int, in history: History) -> Int {
    Set(history.operations.map(\.process).filter { $0 >= 0 && $0 < clients }).count
  }
}

/// What of a history tells whether it proves anything, counted while it is read.
public struct VacuityCount: Sendable {
  /// By function, in the order of their first call.
  private var functions: [(name: String, calls: Int, ok: Int)] = []
  private var taken = 0
  private var soldOut = 0
  /// By function: the rank of its first event.
  private var struck: [String: Int] = [:]
  /// The rank at which the last call ended that did not just hear that nothing is left, reads aside.
  private var lastTouched = Int.min
  /// Processes that made a call.
  private var processes: Set<Int> = []
  private var overlaps = OverlapCount()

  public init() {}

  public mutating func call(_ operation: Operation, at position: Int) {
    let place = functions.firstIndex { $0.name == operation.function } ?? functions.count
    if place == functions.count { functions.append((operation.function, 0, 0)) }
    functions[place].calls += 1
    processes.insert(operation.process)
    overlaps.call(operation, at: position)
  }

  /// Notes an operation that is over, after its call; `givenUp` is when its client gave it up, where
  /// it did.
  public mutating func end(_ operation: Operation, at position: Int, givenUp: Moment?) {
    if operation.function != "read", !operation.isToldNothingLeft {
      lastTouched = max(lastTouched, (operation.reply ?? givenUp)?.rank ?? .max)
    }
    if operation.outcome == .ok {
      if let place = functions.firstIndex(where: { $0.name == operation.function }) {
        functions[place].ok += 1
      }
      if ["take", "use", "claim", "order"].contains(operation.function) {
        if operation.isToldNothingLeft {
          soldOut += 1
        } else {
          taken += 1
        }
      }
    }
    overlaps.end(operation, at: position)
  }

  public mutating func event(_ event: Event) {
    if struck[event.function] == nil { struck[event.function] = event.moment.rank }
  }

  /// How many of the clients made a call, as `Vacuity.working` counts them.
  public func working(of clients: Int) -> Int {
    processes.count { $0 >= 0 && $0 < clients }
  }

  /// Every reason why the history proves nothing; none if it may be judged. Whether a lock was ever
  /// contended is for `LockContention` to say; nil where there was none.
  public func reasons(
    expecting expected: Vacuity.Expectation, isLockContended: Bool?
  ) -> [Vacuity] {
    var reasons: [Vacuity] =
      functions.isEmpty
      ? [.empty]
      : functions.filter { $0.ok == 0 }.map { .neverOk(function: $0.name, calls: $0.calls) }
    if expected.contends && !functions.isEmpty && !overlaps.isFound {
      reasons.append(.noContention)
    } else if expected.contends && isLockContended == false {
      reasons.append(.lockNeverContended)
    }
    if expected.sells && taken == 0 {
      reasons.append(expected.isStocked ? .nothingSold : .nothingForSale)
    }
    if expected.sellsOut && soldOut == 0 { reasons.append(.neverSoldOut) }
    let absent = expected.clients - working(of: expected.clients)
    if absent > expected.clients / 2 {
      reasons.append(.clientsAbsent(absent: absent, of: expected.clients))
    }
    for fault in expected.faults {
      if let strike = struck[fault] {
        // Where nothing was sold at all, that is said.
        if taken > 0 && lastTouched < strike { reasons.append(.faultAfterLastSale(fault)) }
      } else {
        reasons.append(.faultNeverFired(fault))
      }
    }
    return reasons
  }
}

extension Operation {
  /// Whether the answer was that nothing is left.
  fileprivate var isToldNothingLeft: Bool {
    outcome == .ok && ["sold-out", "insufficient"].contains(output.name)
  }
}
