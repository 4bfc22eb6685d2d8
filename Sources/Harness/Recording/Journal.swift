// Records every call and reply of a run, in memory, in the order in which they happened.
// All clients live on one loop thread, so one journal takes their records without a lock and
// already in order; formatting and writing happen elsewhere (`HistoryFile`).

import Drivers
import History

/// One line of the history to be: a call, its reply, or an event.
struct Record: Sendable {
  enum Kind: UInt8 { case invoke, ok, fail, info, event }

  var time: Int64
  /// The schedule's start of the call, `Int64.min` if the loop is closed.
  var intended = Int64.min
  var process: Int32 = 0
  /// Position of the item, −1 if none.
  var item: Int32 = -1
  /// Position in the chunk's texts (an error, or an event's rendered fields), −1 if none.
  var text: Int32 = -1
  /// The operation's commands in the chunk's steps.
  var steps: Range<Int32> = 0..<0
  var kind: Kind
  var call = ShopCall.read
  /// Of an operation that is `ok`.
  var reply: ShopReply?
}

/// Records in order, with what they refer to; handed over whole to be written.
struct JournalChunk: Sendable {
  var records: [Record] = []
  var texts: [String] = []
  var steps: [CommandTrace.Step] = []
}

/// Counts of what happened so far, for the progress line.
public struct Tally: Sendable, Hashable {
  public var ok = 0
  public var soldOut = 0
  public var fail = 0
  public var info = 0
  public var faults = 0

  public var operations: Int { ok + soldOut + fail + info }
}

/// The recorder of one run. Confined to the loop's thread, as its clients are.
public final class Journal {
  /// The instant all times are counted from, on the loop's clock in ns.
  public let origin: Int64
  public private(set) var tally = Tally()
  /// What calls have failed with so far, by the history's text.
  private(set) var failures: [String: FailureKind] = [:]
  /// The same in order.
  var failureKinds: [FailureKind] { failures.values.sorted { $0.error < $1.error } }
  /// How long a call may take (ns).
  private let callTimeout: Int64
  private var chunk = JournalChunk()
  /// One command is the call itself; only several tell how a strategy went about it. But where a
  /// cache may answer instead of the database, even one tells who did.
  private let fewestSteps: Int

  /// `tellsSingleCommands`: steps are recorded of calls with one command too; `callTimeout` is how long
  /// a call may take.
  public init(
    origin: Int64, tellsSingleCommands: Bool = false,
    callTimeout: Duration = Workload.standardDeadline
  ) {
    self.origin = origin
    self.callTimeout = callTimeout.inNanoseconds
    fewestSteps = tellsSingleCommands ? 1 : 2
    chunk.records.reserveCapacity(1 << 14)
  }

  /// Takes what was recorded since the last time.
  func take() -> JournalChunk {
    var taken = JournalChunk()
    taken.records.reserveCapacity(chunk.records.count)
    swap(&taken, &chunk)
    return taken
  }

  var isEmpty: Bool { chunk.records.isEmpty }

  /// Stamps a call; the client sends its first byte only after this returns.
  func call(_ planned: PlannedCall, by process: Int, intended: Int64?) -> Int64 {
    let now = EventLoop.now()
    var record = Record(time: now - origin, kind: .invoke)
    record.process = Int32(truncatingIfNeeded: process)
    record.item = Int32(truncatingIfNeeded: planned.item)
    if let intended { record.intended = intended - origin }
    record.call = planned.call
    chunk.records.append(record)
    return now
  }

  /// Stamps a reply; its last byte has been read before this is called.
  func reply(
    _ reply: ShopReply, to planned: PlannedCall, by process: Int, trace: CommandTrace
  ) {
    var record = completion(.ok, of: planned, by: process, trace: trace)
    record.reply = reply
    chunk.records.append(record)
    if reply == .soldOut { tally.soldOut += 1 } else { tally.ok += 1 }
  }

  /// Stamps a failure: `fail` when it proves that nothing happened, else `info`.
  func failure(
    _ failure: Failure, to planned: PlannedCall, by process: Int, trace: CommandTrace
  ) {
    let kind: Record.Kind = failure.certainty == .definite ? .fail : .info
    var record = completion(kind, of: planned, by: process, trace: trace)
    record.text = Int32(chunk.texts.count)
    let error = failure.description
    if failures[error] == nil { failures[error] = FailureKind(failure, callTimeout: callTimeout) }
    chunk.texts.append("\"error\":" + Self.quoted(error))
    chunk.records.append(record)
    if kind == .fail { tally.fail += 1 } else { tally.info += 1 }
  }

  /// Notes something that no client called: a phase (from `run`), what a lock did (from `lock`). The
  /// key is an item's name.
  func event(
    _ function: String, from source: String, key: String? = nil, value: Value = .null
  ) {
    var record = Record(time: EventLoop.now() - origin, kind: .event)
    record.text = Int32(chunk.texts.count)
    let fields = Value.object([
      "process": .string(source), "type": .string("info"), "f": .string(function),
      "key": key.map(Value.string), "value": value,
    ])
    var bytes: [UInt8] = []
    JSONText.append(value: fields, to: &bytes)
    // The line's braces are the file's, which puts number and time before.
    chunk.texts.append(String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self))
    chunk.records.append(record)
  }

  /// Notes a command of a service's instance that may be one of several calls'.
  func command(_ step: CommandTrace.Step, of instance: Int) {
    event(
      "command", from: "i\(instance)",
      value: .object([
        "command": .string(step.command), "reply": .string(step.shownReply),
        "sent": .int(Int(step.sent - origin)), "received": .int(Int(step.received - origin)),
      ]))
  }

  /// Notes the start or the end of a fault.
  func fault(_ name: String, _ value: Value, isStart: Bool) {
    event(name, from: "nemesis", value: value)
    if isStart { tally.faults += 1 }
  }

  private func completion(
    _ kind: Record.Kind, of planned: PlannedCall, by process: Int, trace: CommandTrace
  ) -> Record {
    var record = Record(time: EventLoop.now() - origin, kind: kind)
    record.process = Int32(truncatingIfNeeded: process)
    record.item = Int32(truncatingIfNeeded: planned.item)
    record.call = planned.call
    if trace.steps.count >= fewestSteps {
      let start = Int32(chunk.steps.count)
      chunk.steps.append(contentsOf: trace.steps)
      record.steps = start..<Int32(chunk.steps.count)
    }
    return record
  }

  static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONText.append(string: text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension CommandTrace.Step {
  /// The command as lanes show it: `GET`, `SET 57`.
  var command: String {
    if let text { return text }
    return argument.map { "\(verb) \($0)" } ?? "\(verb)"
  }

  /// The reply as lanes show it.
  var shownReply: String {
    switch reply {
    case .null: "nil"
    case .ok: "ok"
    case .integer(let number): String(number)
    case .text(let text), .error(let text): text
    case .lost: "lost"
    }
  }
}
