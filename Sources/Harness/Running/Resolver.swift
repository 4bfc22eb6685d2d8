// Settles indeterminate calls after the run, where the server can tell: by PostgreSQL's status of the
// call's transaction (manual §9.27, txid_status), by a row that a statement has written in the same
// step, or by a marker that a script has left in it. What nothing tells stays indeterminate. Never used where a fault could
// have lost the evidence: what is gone would be taken for what never was.

import Drivers
import History

/// An indeterminate call and what could tell its outcome.
struct Unsettled: Sendable {
  /// What the server knows of the call.
  enum Evidence: Sendable {
    /// The transaction's number.
    case transaction(Int)
    /// The number of the call among its process's, in a row if its statement has changed anything.
    case row(Int)
    /// The number of the call among its process's, as a script has marked it.
    case mark(Int)
  }

  let process: Int
  let planned: PlannedCall
  let evidence: Evidence
}

struct Resolver {
  let context: RunContext
  /// The servers themselves.
  let topology: Topology
  let datatype: Workload.Datatype
  /// What the run's faults may have taken away.
  let hazards: Hazards

  private var deadline: Int64 { EventLoop.now() + 10_000_000_000 }

  /// Asks the servers, which must answer, and notes in the history what they say.
  func settle() async throws(Failure) {
    for call in context.unsettled {
      switch call.evidence {
      case .transaction(let number) where !hazards.contains(.postgresForgets):
        try await settle(call, transaction: number)
      case .row(let number) where !hazards.contains(.postgresForgets):
        try await settle(call, row: number)
      case .mark(let number) where !hazards.contains(.redisForgets):
        try await settle(call, mark: number)
      default: continue
      }
    }
  }

  private func settle(_ call: Unsettled, transaction: Int) async throws(Failure) {
    guard let address = topology.postgres else { return }
    let connection = try await PostgresConnection.open(
      address, on: context.loop, deadline: deadline)
    defer { connection.close() }
    let question = Statement(
      "SELECT", "SELECT txid_status(\(transaction))", effect: .read, prepared: false)
    let end = deadline
    // In progress as long as the server has not noticed that its client is gone.
    while EventLoop.now() < end {
      switch try await connection.execute(question, deadline: end).text() {
      // A sale whose remaining units nobody was told.
      case "committed": return note(call, .taken)
      case "aborted": return note(call, nil)
      case "in progress": await context.loop.sleep(for: 5_000_000)
      default: return
      }
    }
  }

  private func settle(_ call: Unsettled, row number: Int) async throws(Failure) {
    guard let address = topology.postgres else { return }
    let end = deadline
    let connection = try await PostgresConnection.open(address, on: context.loop, deadline: end)
    defer { connection.close() }
    // A statement is over for good when its session is.
    let sessions = Statement(
      "SELECT",
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE application_name = '\(Session.name(of: call.process))'
      """, effect: .read, prepared: false)
    while try await connection.execute(sessions, deadline: end).integer() != 0 {
      guard EventLoop.now() < end else { return }
      await context.loop.sleep(for: 5_000_000)
    }
    let row = Statement(
      "SELECT",
      "SELECT answer FROM soldout.mark WHERE process = \(call.process) AND call = \(number)",
      effect: .read, prepared: false)
    let rows = try await connection.execute(row, deadline: end)
    guard rows.count > 0 else { return note(call, nil) }
    let told = rows.integer().flatMap {
      context.deployment.reply(to: call.planned.call, answer: $0)
    }
    note(call, told ?? .taken)
  }

  private func settle(_ call: Unsettled, mark number: Int) async throws(Failure) {
    guard let address = topology.redis else { return }
    let end = deadline
    let connection = try await RedisConnection.open(address, on: context.loop, deadline: end)
    defer { connection.close() }
    // A command that the server has read but not run yet goes with its connection.
    let list = RedisCommand("CLIENT", ["LIST"], effect: .read)
    let name = " name=\(Session.name(of: call.process)) "
    while try await connection.send(list, deadline: end).text?.contains(name) != false {
      guard EventLoop.now() < end else { return }
      await context.loop.sleep(for: 5_000_000)
    }
    let key = Session.mark(of: call.process, prefix: topology.prefix)
    let get = RedisCommand("GET", [.text(key)], effect: .read)
    let words = try await connection.send(get, deadline: end).text?.split(separator: " ") ?? []
    guard words.first.flatMap({ Int($0) }) == number else { return note(call, nil) }
    guard let answer = words.last.flatMap({ Int($0) }),
      let reply = context.deployment.reply(to: call.planned.call, answer: answer)
    else { return }
    note(call, reply)
  }

  /// The reply the call would have had; nil: it had no effect and never will.
  private func note(_ call: Unsettled, _ reply: Stock.Reply?) {
    let value: String
    switch (reply, call.planned.call) {
    case (.left(let left), _), (.value(let left), _): value = "\(left)"
    case (.soldOut, _): value = Journal.quoted(datatype.refusal)
    case (.some, .restock(let units)) where datatype.repeatsUnits: value = "\(units)"
    default: value = "null"
    }
    context.journal.event(
      reply == nil ? "fail" : "ok", from: History.resolver,
      key: context.items[call.planned.item].name,
      value: "{\"process\":\(call.process),\"value\":\(value)}")
  }
}

extension Session {
  /// What servers know a process's connections by.
  static func name(of process: Int) -> String { "p\(process)" }

  /// Where a process's scripts leave their mark: the call's number and the answer.
  static func mark(of process: Int, prefix: String) -> String { "\(prefix)mark:\(process)" }

  /// What could tell, after the run, how the present call ended; nil where nothing could, or where an
  /// earlier step of the call took effect, so that one transaction doesn't tell of the whole.
  var evidence: Unsettled.Evidence? {
    guard call.isResolvable, !call.tookEffect else { return nil }
    if let transaction = call.transaction { return .transaction(transaction) }
    return call.hasMarkedRow ? .row(call.number) : call.hasMarked ? .mark(call.number) : nil
  }

  /// Makes the place for rows that statements leave.
  func makeMarks() async throws(Failure) {
    for server in topology.databases where server.isAlone {
      guard let table = server.kind.database?.markTable else { continue }
      try await SQLCommands(session: self, line: DatabaseLine(server: server)).define(table)
    }
  }

  /// A statement that leaves a row, and the values for it; nil where it can't change any stock by
  /// itself.
  func marking(
    _ statement: Statement, _ values: [SQLValue], on kind: BackendKind
  ) -> (Statement, [SQLValue])? {
    guard statement.effect == .write, statement.isPrepared, let database = kind.database,
      let marking = prepared.marking(
        statement, { database.marking(statement, values: values.count) })
    else { return nil }
    return (marking, values + [.integer(process), .integer(call.number)])
  }
}

extension Script {
  /// The same script, leaving a mark in the same step: the last key gets the last argument and the
  /// answer.
  var marking: Script {
    Script(
      """
      local function perform()
      \(source)
      end
      local answer = perform()
      redis.call('SET', KEYS[#KEYS], ARGV[#ARGV] .. ' ' .. tostring(answer))
      return answer
      """, effect: effect, caption: caption)
  }
}
