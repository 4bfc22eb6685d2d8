// Indeterminate calls are settled by what the servers know, exactly: afterwards the sums are right to
// the unit. Where the evidence may be lost nothing is settled.

import Drivers
import History
import Testing

@testable import Harness

@Suite("Settling indeterminate calls", .serialized)
struct ResolverTests {
  private func trial(
    _ type: any Strategy.Type, _ fault: String, resolve: Bool = true
  ) throws -> FaultTrial {
    var workload = Workload(
      name: "resolve", strategies: [type.card.name], clients: 6, stock: 100_000,
      mix: Mix(take: 100), extent: .duration(.milliseconds(500)),
      faults: [try FaultSpec(text: fault)])
    workload.resolve = resolve
    return try FaultTrial(workload, type)
  }

  @Test(
    "every call has an outcome, and the store agrees with them to the unit",
    arguments: [
      (0, "reply-loss:first=20ms,every=30ms"), (1, "reply-loss:first=20ms,every=30ms"),
      (1, "connection-kill:first=20ms,every=20ms"),
      (2, "reply-loss:first=20ms,every=30ms"), (2, "connection-kill:first=20ms,every=5ms"),
      (3, "reply-loss:first=20ms,every=30ms"),
      (4, "reply-loss:of=UPDATE,server=postgres,first=20ms,every=30ms"),
    ])
  func settles(_ strategy: Int, _ fault: String) throws {
    let types: [any Strategy.Type] = [
      RedisLua.self, PgForUpdate.self, PgUpdate.self, PgOptimistic.self, LockRedissonFenced.self,
    ]
    let trial = try trial(types[strategy], fault)
    let history = trial.history
    #expect(trial.result.tally.info == history.settled.ok + history.settled.fail)
    if fault.hasPrefix("reply-loss") { #expect(history.settled.ok > 0) }
    #expect(history.operations.allSatisfy { $0.outcome != .info })
    let sold = history.operations.count { $0.function == "take" && $0.outcome == .ok }
    #expect(trial.result.remaining == [100_000 - sold])
  }

  @Test(
    "calls on accounts are settled too, in their own words", arguments: [0, 1])
  func settlesAccounts(_ strategy: Int) throws {
    let types: [any Strategy.Type] = [RedisLua.self, PgForUpdate.self]
    var workload = Workload(
      name: "resolve", datatype: .account, strategies: [types[strategy].card.name], clients: 6,
      stock: 20, mix: Mix(take: 60, restock: 40), quantity: 1...3,
      extent: .duration(.milliseconds(500)),
      faults: [try FaultSpec(text: "reply-loss:first=20ms,every=20ms")])
    workload.resolve = true
    let history = try FaultTrial(workload, types[strategy]).history
    #expect(history.settled.ok > 0)
    #expect(history.operations.allSatisfy { $0.function != "use" || $0.outcome != .info })
    for operation in history.operations {
      let call = try Account.call(operation.function, operation.input)
      if operation.outcome == .ok {
        _ = try Account.reply(to: call, operation.input, operation.output)
      }
    }
  }

  @Test("without being asked, and where a server forgets, nothing is settled")
  func settlesNothing() throws {
    let unasked = try trial(RedisLua.self, "reply-loss:first=20ms,every=30ms", resolve: false)
    #expect(unasked.result.tally.info > 0 && unasked.history.settled == (0, 0))
    let forgetful = try trial(RedisLua.self, "server-kill:first=50ms,every=100ms,for=1ms")
    #expect(forgetful.history.settled == (0, 0))
  }
}
