// What can happen beside a command's turn: a client's death, a lost connection, a lost reply, the end
// of a lease, the passing of time. Each is held against a fact about a strategy that it changes.

import Checker
import Explorer
import History
import Testing

@testable import Harness
@testable import Mutants

/// So much of one kind.
func allowing(_ kind: WritableKeyPath<FaultBudget, Int>, _ count: Int = 1) -> FaultBudget {
  var faultBudget = FaultBudget()
  faultBudget[keyPath: kind] = count
  return faultBudget
}

extension Transition {
  /// A choice about a client's main thread; clients count from 1, as in reports.
  static func of(_ client: Int, _ kind: Transition.Kind = .step) -> Transition {
    Transition(kind, of: .client(client - 1))
  }
}

@Suite("Choices beyond order", .serialized)
struct ChoiceTests {
  private static func replay(
    _ type: any Strategy.Type, script: String = "t/t", stock: Int = 2,
    _ faultBudget: FaultBudget, _ transitions: [Transition]
  ) throws -> Schedule {
    let configuration = Configuration(
      type, script: try #require(CallScript.calls(script)), stock: stock, faultBudget: faultBudget)
    let schedule = try TestServers.exploration(configuration, testbeds: 1)
      .replay(transitions.map { NamedTransition($0) })
    #expect(schedule.abortReason == nil, "\(schedule.abortReason.map { "\($0)" } ?? "")")
    return schedule
  }

  private static func explore(
    _ type: any Strategy.Type, clients: Int = 2, _ faultBudget: FaultBudget = FaultBudget()
  ) throws -> Findings {
    let findings = try TestServers.explore(
      Configuration(type, clients: clients, faultBudget: faultBudget))
    #expect(findings.isComplete)
    return findings
  }

  // MARK: What each does to one call

  /// A fault at a DECR, and what comes of it: the outcome, and whether the unit is gone.
  struct Struck: Sendable, CustomTestStringConvertible {
    let kind: Transition.Kind
    let faultBudget: FaultBudget
    let outcome: Outcome
    let takesEffect: Bool
    var testDescription: String { "\(kind)" }
  }

  private static let struck = [
    Struck(
      kind: .crash, faultBudget: allowing(\.crashes), outcome: .info, takesEffect: false),
    Struck(
      kind: .crashAfter, faultBudget: allowing(\.crashes), outcome: .info, takesEffect: true),
    Struck(
      kind: .disconnect, faultBudget: allowing(\.disconnects), outcome: .fail, takesEffect: false),
    Struck(
      kind: .loseReply, faultBudget: allowing(\.losses), outcome: .info, takesEffect: true),
  ]

  @Test(
    "a DECR struck by one takes effect or not, and its client knows or doesn't", arguments: struck)
  func oneCall(_ struck: Struck) throws {
    let schedule = try Self.replay(
      RedisDecr.self, script: "t,t/t", stock: 3, struck.faultBudget,
      [.of(1, struck.kind), .of(1), .of(2)])
    let calls = schedule.calls.sorted { $0.began < $1.began }
    #expect(calls[0].outcome == struck.outcome)
    // Whoever doesn't know what became of a call makes no further one: its successor does.
    #expect(calls[1].process == (struck.outcome == .info ? 2 : 0))
    #expect(calls[1].reply == .left(struck.takesEffect ? 1 : 2))
    #expect(calls[2].reply == .left(struck.takesEffect ? 0 : 1))
  }

  @Test("a client that dies between a read and a write leaves the other's sale alone")
  func deathInBetween() throws {
    let schedule = try Self.replay(
      RedisGetSet.self, allowing(\.crashes), [.of(1), .of(1, .crash), .of(2), .of(2)])
    #expect(schedule.calls.map(\.outcome) == [.info, .ok])
    #expect(schedule.left == 1)
  }

  @Test("PostgreSQL rolls back what a dead client had not committed, and frees its row")
  func deathInTransaction() throws {
    // BEGIN, SELECT FOR UPDATE, UPDATE; the other one waits for the row until the death.
    let schedule = try Self.replay(
      PgForUpdate.self, allowing(\.crashes),
      [.of(1), .of(1), .of(1), .of(2), .of(2), .of(1, .crash), .of(2), .of(2)])
    #expect(schedule.steps[4].reply == "waits")
    #expect(schedule.calls.map(\.outcome) == [.info, .ok])
    #expect(schedule.calls[1].reply == .left(1))
    #expect(schedule.left == 1)
  }

  @Test("a COMMIT whose answer is lost is done, and nobody knows")
  func commitLost() throws {
    let schedule = try Self.replay(
      PgForUpdate.self, allowing(\.losses),
      [.of(1), .of(1), .of(1), .of(1, .loseReply), .of(2), .of(2), .of(2), .of(2)])
    #expect(schedule.calls.map(\.outcome) == [.info, .ok])
    #expect(schedule.calls[1].reply == .left(0))
  }

  // MARK: What each does to the set of outcomes

  /// A strategy, what may happen, and the verdict with and without.
  struct Changed: Sendable, CustomTestStringConvertible {
    let type: any Strategy.Type
    let what: String
    let faultBudget: FaultBudget
    let verdict: Verdict

    init(_ type: any Strategy.Type, _ what: String, _ faultBudget: FaultBudget, _ verdict: Verdict)
    {
      self.type = type
      self.what = what
      self.faultBudget = faultBudget
      self.verdict = verdict
    }

    var testDescription: String { "\(type.card.name), \(what)" }
  }

  private static let changed = [
    Changed(RedisDecr.self, "a reply lost", allowing(\.losses), .linearizable),
    Changed(RedisDecr.self, "a crash", allowing(\.crashes), .linearizable),
    Changed(RedisWatch.self, "a connection lost", allowing(\.disconnects), .linearizable),
    Changed(RedisSetnx.self, "a crash", allowing(\.crashes), .linearizable),
    Changed(PgUpdate.self, "a reply lost", allowing(\.losses), .linearizable),
    Changed(LockSimple.self, "a lease's end", allowing(\.expiries), .violation),
    Changed(LockOptimistic.self, "a lease's end", allowing(\.expiries), .linearizable),
    Changed(LockSimple.self, "a crash", allowing(\.crashes), .linearizable),
  ]

  @Test("what may happen adds histories, and breaks what it breaks", arguments: changed)
  func outcomes(_ changed: Changed) throws {
    let without = try Self.explore(changed.type)
    let with = try Self.explore(changed.type, changed.faultBudget)
    #expect(without.verdict == .linearizable)
    #expect(with.verdict == changed.verdict)
    #expect(Set(with.histories.keys).isStrictSuperset(of: without.histories.keys))
    // Never more than allowed.
    if let worst = with.worst { #expect(worst.faults == 1) }
  }

  @Test("two deaths may happen where two are allowed")
  func twice() throws {
    let once = try Self.explore(RedisDecr.self, allowing(\.crashes))
    let twice = try Self.explore(RedisDecr.self, allowing(\.crashes, 2))
    #expect(Set(twice.histories.keys).isStrictSuperset(of: once.histories.keys))
  }

  @Test("a redis-decr sent again after a lost reply sells twice")
  func sentAgain() throws {
    let mutant = try #require(MutantCatalogue.mutant(named: "redis-decr.sent-again"))
    #expect(try Self.explore(mutant).verdict == .linearizable)
    #expect(try Self.explore(mutant, allowing(\.losses)).verdict == .violation)
  }

  // MARK: Time

  @Test("a wait takes no time, and ends only when nobody else can move")
  func waiting() throws {
    let findings = try Self.explore(SleepyOwner.self)
    // The second buyer is refused, or comes when the first is done: the lease outlives no wait.
    #expect(findings.verdict == .linearizable)
    #expect(findings.seconds < 4 * Double(findings.schedules), "each waits four seconds")
  }

  @Test("a wait that ends while others could move takes the lease with it")
  func delayed() throws {
    let findings = try Self.explore(SleepyOwner.self, allowing(\.delays))
    let worst = try #require(findings.worst)
    #expect(worst.schedule.transitions.contains(Transition.time))
    #expect(worst.faults == 0)
  }

  @Test("who waits for a lock gets it when its dead owner's lease is over")
  func leaseOfTheDead() throws {
    // SET NX, SUBSCRIBE, SET NX, PTTL, then three seconds; SET NX to UNSUBSCRIBE after that.
    let schedule = try Self.replay(
      PatientBuyer.self, allowing(\.crashes),
      [.of(1), .of(1, .crash)] + Array(repeating: .of(2), count: 4) + [Transition.time]
        + Array(repeating: .of(2), count: 7))
    #expect(schedule.calls.map(\.outcome) == [.info, .ok])
    #expect(schedule.left == 1)
  }
}

/// Holds a lock of three seconds for four, between its read and its write.
struct SleepyOwner: LockedStock {
  static let card = testCard("sleepy-owner", [.redis, .postgres])
  let lock = SimpleLock()

  func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.postgres.int(.selectUnits, item.number) ?? 0
    guard left >= units else { return .soldOut }
    await session.pause(until: session.now + 4_000_000_000)
    try await session.postgres.run(.setUnits, left - units, item.number)
    return .left(left - units)
  }
}

/// Waits for a lock longer than its lease.
struct PatientBuyer: LockedStock {
  static let card = testCard("patient-buyer", [.redis, .postgres])
  let lock = PubSubLock(wait: 4_000_000_000)
}
