// Which explorations prove nothing: by what happened in their schedules, and by nothing else.

import Checker
import Drivers
import Harness
import History
import Testing

@testable import Explorer

@Suite("What happened in schedules")
struct OccurrencesTests {
  private static func configuration(
    _ script: [[ShopCall]] = [[.take(1)], [.take(1)]], stock: Int? = nil,
    allowing change: (inout FaultBudget) -> Void = { _ in }
  ) throws -> Configuration {
    var faultBudget = FaultBudget()
    change(&faultBudget)
    return Configuration(
      try #require(Catalogue.strategy(named: "redis-decr")), script: script, stock: stock,
      faultBudget: faultBudget)
  }

  /// One call: its client, what it asks, its end, and the steps from which to which.
  private static func call(
    _ client: Int, _ call: ShopCall = .take(1), _ outcome: Outcome = .ok,
    _ reply: ShopReply? = .taken, from began: Int, to ended: Int?, error: String? = nil
  ) -> Call {
    Call(
      client: client, process: client, call: call, outcome: outcome, reply: reply, error: error,
      began: began, ended: ended)
  }

  private static func schedule(_ calls: [Call]) -> Schedule {
    var schedule = Schedule()
    schedule.calls = calls
    return schedule
  }

  private static func reasons(_ schedules: [Schedule], _ configuration: Configuration) -> [String] {
    var occurrences = Occurrences()
    for schedule in schedules { occurrences.note(schedule) }
    return occurrences.vacuity(of: configuration)
  }

  @Test("sold in either order, of calls of one command each, they prove something")
  func sold() throws {
    let orders = [
      Self.schedule([Self.call(0, from: 1, to: 1), Self.call(1, from: 2, to: 2)]),
      Self.schedule([Self.call(1, from: 1, to: 1), Self.call(0, from: 2, to: 2)]),
    ]
    let configuration = try Self.configuration()
    #expect(Self.reasons(orders, configuration) == [])
    // In one order alone nothing competed.
    #expect(
      Self.reasons([orders[0]], configuration)
        == ["no call of one client competed with another's"])
    // Calls that overlapped did.
    let both = Self.schedule([Self.call(0, from: 1, to: 3), Self.call(1, from: 2, to: 4)])
    #expect(Self.reasons([both], configuration) == [])
    // One that was never answered goes on for ever.
    let open = Self.schedule([
      Self.call(0, .take(1), .info, nil, from: 1, to: nil), Self.call(1, from: 2, to: 2),
    ])
    #expect(Self.reasons([open], configuration) == [])
  }

  @Test("no call answered ok is told with an error, whatever the order of schedules")
  func refused() throws {
    let refusals = ["b: OOM", "a: OOM"].map { error in
      Self.schedule([
        Self.call(0, .take(1), .fail, nil, from: 1, to: 2, error: error),
        Self.call(1, .take(1), .fail, nil, from: 2, to: 3, error: error),
      ])
    }
    let told = [
      "none of 4 calls of take was answered ok (a: OOM)", "nothing was sold",
    ]
    let configuration = try Self.configuration()
    #expect(Self.reasons(refusals, configuration) == told)
    #expect(Self.reasons(refusals.reversed(), configuration) == told)
    // Once is enough.
    let once = Self.schedule([Self.call(0, from: 1, to: 2), Self.call(1, from: 2, to: 3)])
    #expect(Self.reasons(refusals + [once], configuration) == [])
  }

  @Test("nothing sold proves nothing, unless there was nothing to sell or nobody to buy")
  func unsold() throws {
    let soldOut = Self.schedule([
      Self.call(0, .take(1), .ok, .soldOut, from: 1, to: 2),
      Self.call(1, .take(1), .ok, .soldOut, from: 2, to: 3),
    ])
    #expect(Self.reasons([soldOut], try Self.configuration()) == ["nothing was sold"])
    #expect(Self.reasons([soldOut], try Self.configuration(stock: 0)) == [])
    let looks = Self.schedule([
      Self.call(0, .read, .ok, .value(0), from: 1, to: 2),
      Self.call(1, .read, .ok, .value(0), from: 2, to: 3),
    ])
    #expect(Self.reasons([looks], try Self.configuration([[.read], [.read]], stock: 1)) == [])
    #expect(
      Self.reasons([], try Self.configuration()) == ["nothing was called"])
  }

  @Test("a client by itself has nobody to compete with")
  func alone() throws {
    let alone = Self.schedule([Self.call(0, from: 1, to: 2)])
    #expect(Self.reasons([alone], try Self.configuration([[.take(1)]])) == [])
  }

  @Test("what was allowed must have had a place", arguments: FaultBudget.kinds.map(\.name))
  func allowances(_ name: String) throws {
    let kind = try #require(FaultBudget.kinds.first { $0.name == name })
    let configuration = try Self.configuration { $0[keyPath: kind.count] = 2 }
    let spared = Self.schedule([Self.call(0, from: 1, to: 3), Self.call(1, from: 2, to: 4)])
    let reasons = Self.reasons([spared], configuration)
    #expect(reasons.count == 1 && reasons[0].contains("ever "), "\(reasons)")
    var struck = spared
    struck.spent[keyPath: kind.count] = 1
    #expect(Self.reasons([spared, struck, spared], configuration) == [])
  }
}
