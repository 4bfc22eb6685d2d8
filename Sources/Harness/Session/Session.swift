// One client's session with the servers: strategies talk to them through `redis`, `postgres` and
// `mysql` and to nothing else. What a session knows stands apart by concern: its connections, what the
// present call may already have done, its locks, and what the client keeps from call to call.

package import Drivers
import History

/// The session of one process with the servers. A process that is retired takes its session with it.
///
/// `@unchecked Sendable`: a call may have a child task, such as the watchdog of a lock; both run on
/// the session's loop and never leave its thread.
public final class Session: @unchecked Sendable {
  package let loop: EventLoop
  package let topology: Topology
  /// The process that the session belongs to.
  package let process: Int
  /// What the present call's commands did and when.
  let trace = CommandTrace()
  let connections: SessionConnections
  /// Time as a scheduler lets it pass; nil: the loop's clock.
  var time: (any VirtualTime)?
  package var call = CallProgress()
  var locks = SessionLocks()
  /// Which of its database connections a pool would have lent it now.
  var connectionUse = ConnectionUse()
  package var memory = ClientMemory()
  var prepared = PreparedCommands()
  private var random: SplitMix64

  init(on loop: EventLoop, topology: Topology, process: Int, seed: Seed = Seed(0)) {
    self.process = process
    self.loop = loop
    self.topology = topology
    connections = SessionConnections(to: topology, on: loop)
    connections.trace = trace
    random = Self.random(seed, process)
  }

  public var redis: RedisCommands { RedisCommands(session: self) }
  public var postgres: SQLCommands { SQLCommands(session: self, route: .postgres) }
  public var mysql: SQLCommands { SQLCommands(session: self, route: .mysql) }

  /// Whether every connection that calls use is open.
  package var isConnected: Bool { connections.isConnected }

  /// Opens what is not open. Has no effect on any stock.
  package func connect(by deadline: Int64) async throws(Failure) {
    try await connections.open(by: commandDeadline(deadline))
  }

  /// Starts a call.
  func begin(deadline: Int64) {
    call.begin(deadline: deadline)
    trace.removeAll()
  }

  /// When the present call is given up, on the session's clock in ns.
  package var deadline: Int64 { call.deadline }

  /// A name that no other call of the run uses.
  package func freshTicket() -> String {
    memory.tickets += 1
    return "\(process)-\(memory.tickets)"
  }

  /// A number from 0 up to a bound; the same ones for the same seed and process.
  func random(upTo bound: Int64) -> Int64 { Int64.random(in: 0...max(0, bound), using: &random) }

  /// Counted down, to be no stream that a generator uses.
  private static func random(_ seed: Seed, _ process: Int) -> SplitMix64 {
    SplitMix64(seed: seed.value, stream: .max - UInt64(process), position: 0)
  }

  /// Ends what a failed call left open (a transaction, a WATCH), so that the next one starts clean.
  /// A connection that can't be brought back is closed, which ends it on the server's side.
  package func settle() async {
    let deadline = commandDeadline(EventLoop.now() + 1_000_000_000)
    for connection in connections.forTransactions
    where connection.isOpen && connection.transactionStatus != .idle {
      do throws(Failure) {
        _ = try await connection.execute(.rollback, [], deadline: deadline)
      } catch {
        connection.close()
      }
    }
    connectionUse.releaseTransactions()
    if let connection = connections.redis, connection.isOpen {
      do throws(Failure) {
        let leave = connection.inTransaction ? RedisCommand.discard : .unwatch
        _ = try await connection.send(leave, deadline: deadline)
      } catch {
        connection.close()
      }
    }
  }

  /// What this client remembers of an item; the trace shows that no server was asked.
  func recall(_ item: Item) -> Int? {
    guard let units = memory.units[item.name] else { return nil }
    trace.note("memory", units)
    return units
  }

  /// Remembers what an item's units were; nil: forgets them.
  func remember(_ units: Int?, of item: Item) { memory.units[item.name] = units }

  /// Forgets what earlier calls left, but for the connections, the scripts the server knows and
  /// the commands encoded: the next call is a new process's first.
  func renew(seed: Seed = Seed(0)) {
    memory.forget()
    locks.isHeld = false
    random = Self.random(seed, process)
  }

  func close() {
    connectionUse.releaseAll()
    connections.close()
  }
}
