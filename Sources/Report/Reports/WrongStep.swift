// Which command went wrong, in one line: among a counterexample's operations, the read that another's
// write made stale before the reader wrote. It reads the recorded steps and guesses nothing: if no
// step shows it, the operation itself is named.

import Checker
import History

/// The step that broke a run.
struct WrongStep: Sendable, Hashable {
  /// One sentence without a full stop.
  var sentence: String

  /// Nil where the history holds no operation to name.
  init?(_ evidence: Evidence) {
    guard let counterexample = evidence.counterexample else { return nil }
    let history = evidence.history
    let shown = counterexample.operations.filter(history.operations.indices.contains)
    let near = Self.around(shown, in: history)
    if let sentence = StaleRead.sentence(among: shown, in: history)
      ?? Sale.lostUpdate(among: shown.compactMap { Sale($0, of: history) })
      ?? Sale.lostUpdate(among: near.compactMap { Sale($0, of: history) })
      ?? Self.belowZero(among: shown + near, in: history)
      ?? Self.soldFromTheSame(among: shown, in: history)
    {
      self.sentence = sentence
    } else if let last = shown.last {
      let operation = history.operations[last]
      sentence =
        "\(OperationText.process(operation.process))'s \(OperationText.call(operation)) was "
        + "answered: \(OperationText.reply(operation))"
    } else {
      return nil
    }
  }

  /// The operations that overlap the counterexample's, on its keys.
  private static func around(_ shown: [Int], in history: History) -> [Int] {
    let keys = Set(shown.map { history.operations[$0].key })
    let times = shown.flatMap { position -> [Int64] in
      let operation = history.operations[position]
      return [operation.call.time, operation.reply?.time].compactMap(\.self)
    }
    guard let first = times.min(), let last = times.max() else { return [] }
    return history.operations.indices.filter { position in
      let operation = history.operations[position]
      guard keys.contains(operation.key), let call = operation.call.time,
        let reply = operation.reply?.time
      else { return false }
      return call <= last && first <= reply
    }
  }

  /// Two consumers of a queue that read the same number and both sold from it.
  private static func soldFromTheSame(among positions: [Int], in history: History) -> String? {
    var sellers: [Value: Value] = [:]
    for position in positions {
      let operation = history.operations[position]
      guard let event = served(operation, in: history), let consumer = event.value["consumer"],
        let read = event.value["read"]
      else { continue }
      guard let other = sellers[read], other != consumer else {
        sellers[read] = consumer
        continue
      }
      return "consumers \(other) and \(consumer) both read \(read) and sold from it"
    }
    return nil
  }

  /// What the queue noted of the order behind a call.
  private static func served(_ operation: Operation, in history: History) -> Event? {
    guard let reply = operation.reply else { return nil }
    return history.events.first { event in
      guard event.process == "queue", event.function == "served",
        event.value["process"] == .int(operation.process)
      else { return false }
      return operation.call.rank < event.moment.rank && event.moment.rank < reply.rank
    }
  }

  /// A sale that took the stock below zero and put it back, as a DECR does.
  private static func belowZero(among positions: [Int], in history: History) -> String? {
    for position in positions where OperationText.isSoldOut(history.operations[position]) {
      guard let steps = history.steps[position], steps.count > 1,
        let below = steps.firstIndex(where: { ($0.number ?? 0) < 0 }), below + 1 < steps.count
      else { continue }
      let process = OperationText.process(history.operations[position].process)
      return "\(process)'s \(steps[below].command) went to \(steps[below].reply); until its "
        + "\(steps[below + 1].command), everyone saw too little"
    }
    return nil
  }
}

/// An operation that read a number and wrote another one.
private struct Sale {
  var process: String
  var read: Step
  var write: Step
  /// What made the write take effect: itself, or its transaction's COMMIT.
  var effect: Step

  init?(_ position: Int, of history: History) {
    let operation = history.operations[position]
    guard operation.outcome == .ok, let steps = history.steps[position],
      // The last attempt, where there were several.
      let written = steps.lastIndex(where: \.isWrite),
      let read = steps[..<written].last(where: \.isRead),
      // A number put into a cache as it was read sells nothing.
      steps[written].argument != read.reply
    else { return nil }
    process = OperationText.process(operation.process)
    self.read = read
    write = steps[written]
    effect = steps[written...].first { $0.verb == "COMMIT" } ?? steps[written]
  }

  /// The first sale whose read was certainly old when it wrote, else the first that may have been.
  static func lostUpdate(among sales: [Sale]) -> String? {
    let ordered = sales.sorted { $0.effect.received < $1.effect.received }
    for isCertain in [true, false] {
      for sale in ordered {
        let between = ordered.first { $0.came(between: sale, certainly: isCertain) }
        if let between {
          return "\(sale.process)'s \(sale.write.command) rests on its \(sale.read.verb) "
            + "\(sale.read.reply), but \(between.process)'s \(between.phrase) came between"
        }
      }
    }
    return nil
  }

  /// Whether this sale took effect after another's read and before its write.
  private func came(between other: Sale, certainly: Bool) -> Bool {
    guard process != other.process, effect.received <= other.effect.received else { return false }
    if certainly { return effect.sent > other.read.received }
    // What the other read was not what this one wrote.
    return effect.received > other.read.sent && write.argument != other.read.reply
  }

  /// `SET 57`, `COMMIT of UPDATE 57`.
  private var phrase: String {
    effect == write ? write.command : "\(effect.verb) of \(write.command)"
  }
}

extension Step {
  var verb: String { String(command.prefix { $0 != " " }) }

  /// The last word of the command.
  var argument: String { command.split(separator: " ").last.map(String.init) ?? "" }

  /// The number it answered.
  fileprivate var number: Int? { Int(reply) }

  var isRead: Bool { ["GET", "SELECT"].contains(verb) && number != nil }

  /// A number put into the store; a lock's SET shows none.
  var isWrite: Bool {
    ["SET", "UPDATE"].contains(verb) && Int(argument) != nil && reply != "0"
  }
}
