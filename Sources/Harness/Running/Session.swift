// One client's connections, and what its present call may already have done.
// Strategies talk to the servers through `redis`, `postgres` and `mysql` and to nothing else.

import Drivers

/// The connections of one process. A process that is retired takes its session with it.
///
/// `@unchecked Sendable`: a call may have a child task, such as the watchdog of a lock; both run on
/// the session's loop and never leave its thread.
public final class Session: @unchecked Sendable {
  let loop: EventLoop
  let topology: Topology
  let trace = CommandTrace()
  /// Whether its connections record their steps there; not where a scheduler keeps the record.
  var isTraced = true
  /// The trace for a connection; nil: none.
  var connectionTrace: CommandTrace? { isTraced ? trace : nil }
  /// The process that the session belongs to.
  let process: Int
  var gate: (any CommandGate)?
  /// The gates of further connections to Redis, where each has its own.
  var lineGate: ((RedisLine) -> any CommandGate)?
  /// How its locks get their leases; nil: as each lock has it.
  var lease: LeaseDemand?
  /// How long its locks are waited for (ns); nil: as each lock has it.
  var lockWait: Int64?
  /// Whether calls leave what their outcome can be told by after the run.
  var isResolvable = false
  /// The number of the present call among this session's.
  private(set) var calls = 0
  /// The transaction that the present call is about to commit, by PostgreSQL's number.
  var transaction: Int?
  /// Whether the present call has sent a script that leaves a mark.
  var hasMarked = false
  /// Whether the present call has sent a statement by itself that leaves a row.
  var hasMarkedRow = false
  /// Statements that leave a row, by those that don't.
  var markingStatements: [Statement: Statement] = [:]
  /// Whether a lock is held for the present call.
  var isInsideLock = false
  /// What the servers know its connections by; nil: nothing.
  var connectionName: String?
  /// Where locks note what they did; nil while nothing is recorded.
  var journal: Journal?
  /// Hears it too, and outlives the session; nil: nobody schedules it. Not weak: whoever is referred to
  /// weakly pays for every other reference (a tenth of an exploration's time).
  unowned var witness: (any LockWitness)?

  /// Time as a scheduler lets it pass; nil: the loop's clock.
  var time: (any VirtualTime)?

  /// When the present call is given up, on the session's clock in ns; a command that is under way then
  /// ends as `timeout`.
  var deadline: Int64 = .max
  /// Whether a command of the present call has taken effect, so that a later failure, however
  /// definite for its own command, is not one for the call.
  private(set) var tookEffect = false

  /// Digests of the scripts that this session has sent, by where it sent them and source.
  var digests: [RedisLine: [String: String]] = [:]

  /// Per item key, the first unit that this session has not yet seen gone.
  var firstUnseen: [String: Int] = [:]
  /// What this client remembers of items, by name.
  private var memory: [String: Int] = [:]
  private var tickets = 0
  private var keyCommands: [[String: RedisCommand]] = Array(repeating: [:], count: KeyVerb.count)

  private var random: SplitMix64

  private(set) var redisConnection: RedisConnection?
  private(set) var postgresConnection: PostgresConnection?
  private(set) var mysqlConnection: MySQLConnection?
  /// Which of its database connections a pool would have lent it now.
  var connectionUse = ConnectionUse()
  /// Connections that only some strategies use, opened when they are first used.
  var further = FurtherConnections()

  init(on loop: EventLoop, topology: Topology, process: Int, seed: Seed = Seed(0)) {
    self.process = process
    self.loop = loop
    self.topology = topology
    // Counted down, to be no stream that a generator uses.
    random = SplitMix64(seed: seed.value, stream: .max - UInt64(process), position: 0)
  }

  public var redis: RedisCommands { RedisCommands(session: self) }
  public var postgres: SQLCommands { SQLCommands(session: self) }
  public var mysql: SQLCommands { SQLCommands(session: self, line: .mysql) }

  /// Whether every connection it needs is open.
  var isConnected: Bool {
    (topology.redis == nil || redisConnection?.isOpen == true)
      && (topology.postgres == nil || postgresConnection?.isOpen == true)
      && (topology.mysql == nil || mysqlConnection?.isOpen == true)
  }

  /// A command of a verb and a key, encoded once: clients repeat the same few.
  func command(_ verb: KeyVerb, _ key: String) -> RedisCommand {
    if let known = keyCommands[verb.position][key] { return known }
    let command = RedisCommand(verb.text, [.text(key)], effect: verb.effect)
    keyCommands[verb.position][key] = command
    return command
  }

  /// Opens what is not open. Has no effect on any stock.
  func connect(by deadline: Int64) async throws(Failure) {
    let deadline = commandDeadline(deadline)
    further.openings += 1
    defer { further.openings -= 1 }
    if let address = topology.redis, redisConnection?.isOpen != true {
      let connection = try await RedisConnection.open(
        address, on: loop, deadline: deadline, name: connectionName)
      connection.trace = connectionTrace
      connection.gate = gate
      redisConnection = connection
    }
    if let address = topology.postgres, postgresConnection?.isOpen != true {
      let connection = try await PostgresConnection.open(
        address, on: loop, deadline: deadline, name: connectionName)
      connection.trace = connectionTrace
      connection.gate = gate
      postgresConnection = connection
    }
    if let address = topology.mysql, mysqlConnection?.isOpen != true {
      let connection = try await MySQLConnection.open(
        address, on: loop, deadline: deadline, name: connectionName)
      connection.trace = connectionTrace
      connection.gate = gate
      mysqlConnection = connection
    }
  }

  /// Takes over another session's connection to PostgreSQL as if it were a new one, if no transaction
  /// is open there.
  func takePostgres(from other: Session) async {
    guard let connection = other.postgresConnection, connection.transactionStatus == .idle else {
      return
    }
    do throws(Failure) {
      try await connection.renew()
    } catch {
      return connection.close()
    }
    other.postgresConnection = nil
    connection.trace = connectionTrace
    connection.gate = gate
    postgresConnection = connection
  }

  /// The same with MySQL.
  func takeMySQL(from other: Session) async {
    guard let connection = other.mysqlConnection, connection.transactionStatus == .idle else {
      return
    }
    do throws(Failure) {
      try await connection.renew()
    } catch {
      return connection.close()
    }
    other.mysqlConnection = nil
    connection.trace = connectionTrace
    connection.gate = gate
    mysqlConnection = connection
  }

  /// Starts a call.
  func begin(deadline: Int64) {
    self.deadline = deadline
    tookEffect = false
    transaction = nil
    hasMarked = false
    hasMarkedRow = false
    calls += 1
    trace.removeAll()
  }

  /// A name that no other call of the run uses.
  func freshTicket() -> String {
    tickets += 1
    return "\(process)-\(tickets)"
  }

  /// A number from 0 up to a bound; the same ones for the same seed and process.
  func random(upTo bound: Int64) -> Int64 { Int64.random(in: 0...max(0, bound), using: &random) }

  func noteEffect() { tookEffect = true }

  /// Notes that all the call did was undone by a later step of its own: in the end it has no effect,
  /// though others may have seen one meanwhile.
  func noteCompensated() { tookEffect = false }

  /// What a failure of the present call means for the call as a whole.
  func outcome(of failure: Failure) -> Failure {
    tookEffect ? .indefinite(failure.reason) : failure
  }

  /// Ends what a failed call left open (a transaction, a WATCH), so that the next one starts clean.
  /// A connection that can't be brought back is closed, which ends it on the server's side.
  func settle() async {
    let patience = commandDeadline(EventLoop.now() + 1_000_000_000)
    let own: [(any DatabaseConnection)?] = [postgresConnection, mysqlConnection]
    for connection in own.compactMap(\.self) + further.shards
    where connection.isOpen && connection.transactionStatus != .idle {
      do throws(Failure) {
        _ = try await connection.execute(.rollback, [], deadline: patience)
      } catch {
        connection.close()
      }
    }
    connectionUse.releaseTransactions()
    if let connection = redisConnection, connection.isOpen {
      do throws(Failure) {
        let leave = connection.inTransaction ? RedisCommand.discard : .unwatch
        _ = try await connection.send(leave, deadline: patience)
      } catch {
        connection.close()
      }
    }
  }

  /// What this client remembers of an item; the trace shows that no server was asked.
  func recall(_ item: Item) -> Int? {
    guard let units = memory[item.name] else { return nil }
    trace.note("memory", units)
    return units
  }

  /// Remembers what an item's units were; nil: forgets them.
  func remember(_ units: Int?, of item: Item) { memory[item.name] = units }

  /// Forgets what earlier calls left, but for the connections, the scripts the server knows and
  /// the commands encoded: the next call is a new process's first.
  func renew(seed: Seed = Seed(0)) {
    tickets = 0
    firstUnseen.removeAll(keepingCapacity: true)
    memory.removeAll(keepingCapacity: true)
    isInsideLock = false
    random = SplitMix64(seed: seed.value, stream: .max - UInt64(process), position: 0)
  }

  func close() {
    connectionUse.releaseAll()
    redisConnection?.close()
    postgresConnection?.close()
    mysqlConnection?.close()
    further.close()
  }
}
