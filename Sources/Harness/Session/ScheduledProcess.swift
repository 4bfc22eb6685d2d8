// A process whose every step somebody else schedules: a session behind gates, on a clock that
// stands still. It performs calls exactly as a run's processes do, and records nothing.

package import Drivers
import History

/// A process under a scheduler.
///
/// Confined to the loop's thread.
package final class ScheduledProcess {
  package let number: Int
  private let strategy: any Strategy
  private let session: Session

  /// `gate` sees the commands of calls, `routes` gives the gates of further Redis connections. Locks
  /// last as long as `lease`, nil: as each has it; `witness` hears what they do.
  package init(
    _ strategy: any Strategy, number: Int, on loop: EventLoop, topology: Topology,
    time: any VirtualTime, gate: (any CommandGate)? = nil,
    routes: ((RedisRoute) -> any CommandGate)? = nil, lease: Duration? = nil,
    witness: (any LockWitness)? = nil
  ) {
    self.strategy = strategy
    self.number = number
    session = Session(on: loop, topology: topology, process: number)
    session.connections.trace = nil
    session.time = time
    session.connections.gate = gate
    session.connections.routeGate = routes
    session.locks.lease = lease.map { LeaseDemand(length: $0, isRenewed: true) }
    session.locks.witness = witness
  }

  /// Opens the connections that every call uses. Has no effect on any stock.
  package func connect() async throws(Failure) {
    try await session.connect(by: session.commandDeadline(0))
  }

  /// Takes the place of a process, which is closed. Its connections to databases go on where no transaction
  /// is open: a new one takes longer than a schedule.
  package func replace(_ last: ScheduledProcess?) async {
    guard let last else { return }
    await session.connections.takeDatabases(from: last.session.connections)
    last.close()
  }

  /// Puts units of every item in stock, on empty stores.
  package func open(_ items: [Item], units: Int) async throws(Failure) {
    session.begin(deadline: .max)
    try await strategy.open(items, units: units, in: session)
  }

  /// Makes the next call a new process's first; connections stay.
  package func renew() { session.renew() }

  /// Makes one call, which may take so long on the scheduler's clock; nil: for ever.
  ///
  /// What it throws is what the call's client knows: definite means no effect.
  package func perform(
    _ call: ShopCall, on item: Item, within timeout: Duration? = nil
  ) async throws(Failure) -> ShopReply {
    session.begin(deadline: timeout.map { session.now + $0.inNanoseconds } ?? .max)
    do throws(Failure) {
      return try await strategy.perform(call, on: item, in: session)
    } catch {
      let failure = session.call.outcome(of: error)
      if failure.certainty == .definite { await session.settle() }
      throw failure
    }
  }

  /// Does one worker's work, until it is told to stop or its connection is lost.
  package func work(_ number: Int, until stop: WorkerStop) async throws(Failure) {
    session.begin(deadline: .max)
    try await strategy.work(number, until: stop, in: session)
  }

  /// What each store holds.
  package func holdings(of item: Item) async throws(Failure) -> Holdings {
    session.begin(deadline: .max)
    return try await strategy.holdings(of: item, in: session)
  }

  /// Whether all connections that it opened can be used.
  package var isWhole: Bool { session.connections.isWhole }

  /// Whether it is opening a connection, which no gate sees.
  package var isOpening: Bool { session.connections.openings > 0 }

  /// The servers' numbers of its open sessions with databases.
  package var backends: [Int32] { session.connections.backends }

  /// Whether it listens to a channel.
  package var isListening: Bool { session.connections.openSubscription != nil }

  /// Calls `done` when every message published so far has arrived.
  package func flush(_ done: @escaping () -> Void) {
    guard let subscription = session.connections.openSubscription else { return done() }
    subscription.flush(done)
  }

  package func close() { session.close() }

  /// Loses its connections to a Redis that has died.
  package func loseRedis(_ isLost: (RedisRoute) -> Bool) { session.connections.lose(redis: isLost) }

  /// Loses its connections to a PostgreSQL that has died.
  package func losePostgres() { session.connections.lose(databases: { $0.kind == .postgres }) }
}
