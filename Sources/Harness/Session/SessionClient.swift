// The client of a strategy in Swift: a session with the servers. The session decides whether a failed call
// had an effect, since it knows which of its commands may have taken effect.

import Drivers
import History

/// A client that performs a strategy's calls on a session of its own.
final class SessionClient: CallClient {
  private let strategy: any Strategy
  let session: Session
  private var gate: ClientGate?

  init(_ strategy: any Strategy, number: Int, in context: RunContext) {
    self.strategy = strategy
    session = Session(
      on: context.loop, topology: context.topology, process: number, seed: context.seed)
    session.locks.lease = context.lease
    session.locks.wait = context.lockWait
    session.connectionUse.count = context.connections
    session.call.isResolvable = context.isResolving
    if context.isResolving { session.connections.name = Session.name(of: number) }
    guard let nemesis = context.nemesis else { return }
    session.connections.name = Session.name(of: number)
    let gate = ClientGate(nemesis, session)
    self.gate = gate
    session.connections.gate = gate
    session.connections.routeGate = { RouteGate(gate, $0) }
  }

  var trace: CommandTrace { session.trace }
  var evidence: CallEvidence? { session.evidence }
  var isConnected: Bool { session.isConnected }
  var canRead: Bool { true }
  var retryAfter: Duration { .milliseconds(5) }
  var hasGivenUp: Bool { false }

  func connect(by deadline: Int64) async throws(Failure) {
    try await session.connect(by: deadline)
  }

  func warmUp(_ call: ShopCall, on item: Item, deadline: Int64) async {
    session.begin(deadline: deadline)
    do throws(Failure) {
      _ = try await strategy.perform(call, on: item, in: session)
    } catch {
      await session.settle()
    }
  }

  func perform(
    _ call: ShopCall, on item: Item, deadline: Int64, noting journal: Journal
  ) async -> CallOutcome {
    session.begin(deadline: deadline)
    session.locks.journal = journal
    let outcome = await outcome(of: call, on: item)
    // A dead client reports no outcome.
    return gate?.isDead == true ? .info(.crashed) : outcome
  }

  private func outcome(of call: ShopCall, on item: Item) async -> CallOutcome {
    do throws(Failure) {
      return .ok(try await strategy.perform(call, on: item, in: session))
    } catch {
      let failure = session.call.outcome(of: error)
      guard failure.certainty == .definite else { return .info(failure.reason) }
      // A transaction is rolled back before its call is said to have had no effect.
      await session.settle()
      return .fail(failure.reason)
    }
  }

  func close() { session.close() }
}
