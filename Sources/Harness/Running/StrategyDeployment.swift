// A strategy in Swift as it runs: its clients live on the run's own loop, its store is looked at through
// a session, and its workers are tasks.

import Drivers
import History

/// A strategy in Swift, in one run.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class StrategyDeployment: Deployment, @unchecked Sendable {
  private let strategy: any Strategy
  private unowned let context: RunContext

  init(_ strategy: any Strategy, in context: RunContext) {
    self.strategy = strategy
    self.context = context
  }

  /// Everything it needs are servers, and those run.
  func start() async throws(RunFailure) {}
  func end() async {}

  func client(_ number: Int) -> any CallClient {
    SessionClient(strategy, number: number, in: context)
  }

  var remarks: ProgramRemarks? { nil }

  func open(_ items: [Item], units: Int, on topology: Topology) async throws(RunFailure) {
    do throws(Failure) {
      try await putUp(items, units: units, on: topology)
    } catch {
      throw .phase("setting the stock", error)
    }
  }

  private func putUp(
    _ items: [Item], units: Int, on topology: Topology
  ) async throws(Failure) {
    let session = Session(on: context.loop, topology: topology, process: context.freshProcess())
    defer { session.close() }
    session.begin(deadline: EventLoop.now() + 30_000_000_000)
    try await session.connect(by: session.deadline)
    try await strategy.open(items, units: units, in: session)
    if context.isResolving { try await session.makeMarks() }
  }

  func during<Value: Sendable>(
    _ body: () async throws(RunFailure) -> Value
  ) async throws(RunFailure) -> Value {
    let workers = Workers(
      strategy: strategy, loop: context.loop, topology: context.topology,
      processes: (0..<strategy.workers).map { _ in context.freshProcess() })
    return try await workers.during(body)
  }

  func finalState(of items: [Item]) async throws(RunFailure) -> FinalState? {
    do throws(Failure) {
      return try await left(of: items)
    } catch {
      throw .phase("reading what is left from the store", error)
    }
  }

  private func left(of items: [Item]) async throws(Failure) -> FinalState {
    let session = SessionClient(strategy, number: context.freshProcess(), in: context).session
    defer { session.close() }
    session.begin(deadline: EventLoop.now() + 30_000_000_000)
    try await session.connect(by: session.deadline)
    var look = FinalState()
    for item in items {
      look.remaining.append(try await strategy.remaining(of: item, in: session))
      look.holdings.append(try await strategy.holdings(of: item, in: session))
    }
    return look
  }

  func reply(to call: ShopCall, answer: Int) -> ShopReply? {
    strategy.reply(to: call, answer: answer)
  }
}
