// Accounts on every strategy that can carry one: the same calls in other words, and the same verdict.

import Checker
import Drivers
import History
import Testing

@testable import Harness

@Suite("Every strategy that carries an account", .serialized)
struct AccountContractTests {
  static let entries = Entry.all.filter {
    Workload.Datatype.account.demands.isSubset(of: $0.card.supports)
  }

  @Test("keeps balances as the catalogue says", arguments: entries)
  func run(_ entry: Entry) async throws {
    var workload = Workload(
      name: "contract", datatype: .account, strategies: [entry.card.name], clients: 8, items: 1,
      stock: 200, mix: Mix(take: 60, read: 20, restock: 20), quantity: 1...30,
      extent: .operations(400))
    workload.deadline = .seconds(20)
    let run = try TestServers.run(workload, entry.type)
    let history = run.history
    #expect(history.header.model == "account")
    #expect(Set(history.operations.map(\.function)) == ["use", "charge", "read"])
    #expect(Set(history.operations.map(\.key)) == [.string("account-0")])
    guard entry.card.expected == .linearizable else { return }
    let model = try #require(ModelCatalogue.entries.first { $0.name == "account" })
    let verdicts = try await Check(history, model: model).judgements().map(\.verdict)
    #expect(verdicts == [.linearizable])
    let truth = AccountTruth(
      key: .string("account-0"), initial: 200, final: try #require(run.result.remaining.first))
    #expect(try AccountInvariants.findings(in: history, against: [truth]) == [])
  }
}
