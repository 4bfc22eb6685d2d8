// Judges schedules by the checker's own engine. Many schedules have the same history, so each history
// is judged once: a history is what the clients saw and in which order, not the steps between.

public import Checker
import Harness
public import History

/// What the clients of a schedule saw.
public struct HistoryFingerprint: Sendable, Hashable {
  /// Six numbers a call. Instead of times there are spans in which calls only begin, or only end:
  /// which of two neighbours of a kind came first is nothing that a model could tell.
  private(set) var numbers: [Int32]

  init(numbers: [Int32]) { self.numbers = numbers }

  /// Tells it from a history with the same calls in which nothing else was broken.
  mutating func noteBroken() { numbers.append(1) }

  /// Some fixed order.
  func precedes(_ other: HistoryFingerprint) -> Bool {
    numbers.lexicographicallyPrecedes(other.numbers)
  }

  init(_ schedule: Schedule) {
    let calls = schedule.calls
    // Calls and replies in order; of the same step, calls come first.
    var moments: [Int] = []
    moments.reserveCapacity(2 * calls.count)
    for call in calls {
      moments.append(2 * call.began)
      if let ended = call.ended { moments.append(2 * ended + 1) }
    }
    moments.sort()
    // So few that looking through them is quicker than a table. Calls have even moments and ranks,
    // replies odd ones.
    func rank(_ moment: Int) -> Int32 {
      var rank: Int32 = 0
      for other in moments where other <= moment && other % 2 != Int(rank) % 2 { rank += 1 }
      return rank
    }
    numbers = [Int32(clamping: schedule.left ?? -1)]
    numbers.reserveCapacity(1 + 6 * calls.count)
    let ranked = calls.map { (rank: rank(2 * $0.began), call: $0) }
      .sorted { ($0.rank, $0.call.process) < ($1.rank, $1.call.process) }
    for (began, call) in ranked {
      numbers.append(Int32(call.process))
      numbers.append(call.call.number)
      numbers.append(call.outcome == .ok ? 0 : call.outcome == .fail ? 1 : 2)
      numbers.append(call.reply?.number ?? -1)
      numbers.append(began)
      numbers.append(call.ended.map { rank(2 * $0 + 1) } ?? -1)
    }
  }
}

extension ShopCall {
  fileprivate var number: Int32 {
    switch self {
    case .read: 0
    case .take(let units): Int32(units)
    case .restock(let units): -Int32(units)
    case .claim(let buyer): Int32(buyer)
    // Numbers and units are 1000 at most.
    case .order(let id, let units): Int32(1001 * id + units)
    }
  }
}

extension ShopReply {
  fileprivate var number: Int32 {
    switch self {
    case .soldOut: -2
    case .taken: -3
    case .unread: -4
    case .restocked: -5
    case .already: -6
    case .left(let units): Self.number(units, 10_000)
    case .value(let units): Self.number(units, 10_001)
    case .stocked(let units): -Self.number(units, 10_000)
    }
  }

  /// Servers can answer any number; those beyond all stock are one.
  private static func number(_ units: Int, _ offset: Int) -> Int32 {
    Int32(2 * min(max(-1000, units), 1 << 29) + offset)
  }
}

/// What was found about one history.
public struct Finding: Sendable {
  public var verdict: Verdict
  /// Why, in sentences; empty unless it is a violation.
  public var reasons: [String]
  /// How many schedules had this history.
  public var schedules = 0
  /// Whether the history itself holds up, and a guarantee is broken beside it. By which clients differs
  /// between schedules of one history.
  var breaksGuaranteeAlone = false
}

/// Judges histories and remembers them, up to a number: of large trees most histories are rare, and
/// remembering all would take memory without end.
struct Judge {
  /// How many histories are remembered at most.
  static let capacity = 100_000

  private let configuration: Configuration
  private let model: ModelEntry?
  private(set) var findings: [HistoryFingerprint: Finding] = [:]
  /// Schedules whose histories were judged and not remembered.
  private(set) var unremembered = 0

  init(_ configuration: Configuration) {
    self.configuration = configuration
    model = ModelCatalogue[configuration.card.datatype.rawValue]
  }

  /// The verdict on a schedule.
  mutating func judge(_ schedule: Schedule) throws(Undecodable) -> Finding {
    var fingerprint = HistoryFingerprint(schedule)
    let broken = try schedule.brokenGuarantee(of: configuration)
    if broken != nil { fingerprint.noteBroken() }
    if let position = findings.index(forKey: fingerprint) {
      findings.values[position].schedules += 1
      var finding = findings.values[position]
      if let broken, finding.breaksGuaranteeAlone { finding.reasons = [broken] }
      return finding
    }
    guard let model else { return Finding(verdict: .unknown, reasons: []) }
    let history = schedule.history(of: configuration)
    let partition = ModelEntry.Partition(
      key: configuration.object, operations: Array(history.operations.indices),
      initial: .int(configuration.stock))
    let judgement = try model.search(partition, of: history)
    var reasons: [String] = []
    var verdict = Verdict.linearizable
    if configuration.guarantees.contains(.stock) {
      verdict = judgement.verdict
      if let found = judgement.counterexample {
        reasons = ([found.headline] + found.reasons).map(inWords)
      }
    }
    var breaksGuaranteeAlone = false
    if let broken, verdict != .violation {
      (verdict, reasons, breaksGuaranteeAlone) = (.violation, [broken], true)
    }
    let finding = Finding(
      verdict: verdict, reasons: reasons, schedules: 1,
      breaksGuaranteeAlone: breaksGuaranteeAlone)
    if findings.count < Self.capacity {
      findings[fingerprint] = finding
    } else {
      unremembered += 1
    }
    return finding
  }

  /// A reason in the words of the step table: a client's number for its processes'.
  private func inWords(_ reason: String) -> String {
    reason.replacing(/\bp(\d+)\b/) { match in
      let process = (Int(match.1) ?? 0) - 1
      let clients = configuration.clients
      return process < configuration.observer
        ? "client \(process % clients + 1)" : "the last reader"
    }
  }

  /// Takes over what an earlier part of the exploration has found.
  mutating func restore(_ fingerprint: HistoryFingerprint, _ finding: Finding) {
    findings[fingerprint] = finding
  }
}

extension Schedule {
  /// The schedule as a history, with steps for time: what `soldout check` would judge.
  public func history(of configuration: Configuration) -> History {
    let ordered = calls.sorted { ($0.began, $0.client) < ($1.began, $1.client) }
    // At equal moments calls come before replies, so that they are concurrent; the last read is
    // after everything.
    let end = transitions.count + 1
    var times = ordered.enumerated().map { (time: 2 * $1.began, call: $0, isReply: false) }
    for (position, call) in ordered.enumerated() {
      if let ended = call.ended { times.append((2 * ended + 1, position, true)) }
    }
    times.sort { ($0.time, $0.call) < ($1.time, $1.call) }
    var began = Array(repeating: Moment(rank: 0, index: 0), count: ordered.count)
    var ended: [Int: Moment] = [:]
    for (rank, entry) in times.enumerated() {
      let moment = Moment(rank: rank, index: rank, time: Int64(entry.time))
      if entry.isReply { ended[entry.call] = moment } else { began[entry.call] = moment }
    }
    let key = configuration.object
    var operations = ordered.indices.map { ordered[$0].operation(on: key, began[$0], ended[$0]) }
    if let left {
      let rank = times.count
      operations.append(
        Operation(
          process: configuration.observer + 1, function: "read",
          key: key, output: .int(left), outcome: .ok,
          call: Moment(rank: rank, index: rank, time: Int64(2 * end)),
          reply: Moment(rank: rank + 1, index: rank + 1, time: Int64(2 * end + 1))))
    }
    return History(
      header: Header(
        strategy: configuration.name, model: configuration.card.datatype.rawValue,
        initial: [key: .int(configuration.stock)]),
      operations: operations)
  }
}

extension Call {
  fileprivate func operation(on key: Value, _ began: Moment, _ ended: Moment?) -> Operation {
    // As people count clients, from 1.
    Operation(
      process: process + 1, function: call.function, key: key, input: call.input,
      output: reply?.output(to: call.input) ?? .null, outcome: outcome, call: began, reply: ended,
      error: error)
  }
}
