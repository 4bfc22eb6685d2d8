// Settles indeterminate calls after the run, where the server can tell: by the status of the call's
// transaction, by a row that a statement has written in the same step, or by a mark that a script has left
// in it (`Backend.end`). What nothing tells stays indeterminate. Never used where a fault could
// have lost the evidence: what is gone would be taken for what never was.

import Drivers
import History

/// An indeterminate call and what could tell its outcome.
struct Unsettled: Sendable {
  let process: Int
  let planned: PlannedCall
  /// Where, and what.
  let evidence: CallEvidence
}

struct Resolver {
  let context: RunContext
  /// The servers themselves.
  let topology: Topology
  let datatype: Workload.Datatype
  /// What the run's faults may have taken away.
  let hazards: Hazards

  /// Asks the servers, which must answer, and notes in the history what they say.
  func settle() async throws(Failure) {
    for call in context.unsettled where !hazards.contains(call.evidence.server.kind.forgets) {
      let end = try await topology[call.evidence.server]?.end(
        of: call.evidence.left, process: call.process, prefix: topology.prefix, on: context.loop,
        by: EventLoop.now() + 10_000_000_000)
      switch end {
      case .noEffect: note(call, nil)
      // A sale whose remaining units nobody was told.
      case .tookEffect(let answer): note(call, answer.flatMap { reply(to: call, $0) } ?? .taken)
      case .answered(let answer):
        if let reply = reply(to: call, answer) { note(call, reply) }
      case nil: break
      }
    }
  }

  private func reply(to call: Unsettled, _ answer: Int) -> ShopReply? {
    context.deployment.reply(to: call.planned.call, answer: answer)
  }

  /// The reply the call would have had; nil: it had no effect and never will.
  private func note(_ call: Unsettled, _ reply: ShopReply?) {
    let made = call.planned.call
    var reply = reply
    if case .restock = made, reply == .taken { reply = .restocked }
    let value = reply.map { datatype.output(of: $0, to: made) } ?? .null
    context.journal.event(
      reply == nil ? "fail" : "ok", from: History.resolver,
      key: context.items[call.planned.item].name,
      value: .object(["process": .int(call.process), "value": value]))
  }
}

extension Session {
  /// What servers know a process's connections by.
  static func name(of process: Int) -> String { "p\(process)" }

  /// Where a process's scripts leave their mark: the call's number and the answer.
  static func mark(of process: Int, prefix: String) -> String { "\(prefix)mark:\(process)" }

  /// What could tell, after the run, how the present call ended; nil where nothing could, or where an
  /// earlier step of the call took effect, so that one transaction doesn't tell of the whole.
  var evidence: CallEvidence? {
    guard call.isResolvable, !call.tookEffect else { return nil }
    if let transaction = call.transaction {
      return CallEvidence(server: transaction.server, left: .transaction(transaction.number))
    }
    if let server = call.rowLeftOn { return CallEvidence(server: server, left: .row(call.number)) }
    return call.markLeftOn.map { CallEvidence(server: $0, left: .mark(call.number)) }
  }

  /// Makes the place for rows that statements leave.
  func makeMarks() async throws(Failure) {
    for server in topology.databases where server.isAlone {
      guard let table = server.kind.database?.markTable else { continue }
      try await SQLCommands(session: self, route: DatabaseRoute(server: server)).define(table)
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
