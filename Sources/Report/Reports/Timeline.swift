// What happened when, in a few lines: the main phase, faults, the first of each kind of outcome,
// the moment each key sold out, and the operations of the counterexample.

import Checker
import History

/// The milestones of a run. Times count from the first call, as in the plots.
struct Timeline: Sendable {
  private struct Entry {
    var time: Int64
    var text: Span
  }

  /// Entries of one kind at most; of more, the first are listed and the rest counted.
  private static let mostOfAKind = 6

  private let history: History
  private let start: Int64
  private var entries: [Entry] = []
  private var leftOut: [String] = []

  /// Nil where the history has no times.
  init?(_ history: History, counterexample: Counterexample?) {
    guard let start = history.operations.lazy.compactMap(\.call.time).min() else { return nil }
    self.history = history
    self.start = start
    addPhases()
    addFaults()
    addOutcomes()
    addSoldOut()
    addCounterexample(counterexample)
    entries.sort { $0.time < $1.time }
  }

  func lines(width: Int) -> [Line] {
    // A phase may begin before the first call.
    let times = entries.map {
      $0.time < start ? Units.duration($0.time - start) : Units.since(start, $0.time)
    }
    let widest = times.reduce(0) { max($0, $1.columns) }
    var lines = Paragraph("What happened when, from the first call", ink: .plain)
      .lines(width: width)
    for (entry, time) in zip(entries, times) {
      lines += Paragraph(
        entry.text.text, lead: Span(time.rightAligned(to: widest) + "  ", .faint), margin: 2,
        ink: entry.text.ink
      ).lines(width: width)
    }
    for more in leftOut { lines += Paragraph(more, margin: 2, ink: .faint).lines(width: width) }
    return lines
  }

  // MARK: What there is to tell

  /// What the run itself said: `main` with `start` and `end`.
  private mutating func addPhases() {
    for event in history.events where event.process == "run" {
      guard let time = event.moment.time else { continue }
      let word = event.value.name.map { " \($0)" } ?? ""
      let name = event.function == "main" ? "main phase" : event.function
      entries.append(Entry(time: time, text: Span("\(name)\(word)", .faint)))
    }
  }

  private mutating func addFaults() {
    add("faults", FaultSpan.spans(of: history.events)) { fault, _ in
      guard let from = fault.start.moment.time else { return nil }
      let length = fault.end?.moment.time.map { "for \(Units.duration($0 - from))" } ?? "to the end"
      return Entry(
        time: from, text: Span("fault: \(OperationText.event(fault.start)), \(length)", .fault))
    }
  }

  /// The first call that failed, and the first that stayed indeterminate.
  private mutating func addOutcomes() {
    for outcome in [Outcome.fail, .info] {
      guard let operation = history.operations.first(where: { $0.outcome == outcome }),
        let time = operation.reply?.time ?? operation.call.time
      else { continue }
      entries.append(Entry(time: time, text: Span("first \(words(operation))", .doubtful)))
    }
  }

  private mutating func addSoldOut() {
    var first: [(key: Value?, position: Int)] = []
    var known: Set<Value?> = []
    for (position, operation) in history.operations.enumerated()
    where OperationText.isSoldOut(operation) && known.insert(operation.key).inserted {
      first.append((operation.key, position))
    }
    add("keys that sold out", first) { found, history in
      let operation = history.operations[found.position]
      guard let time = operation.reply?.time else { return nil }
      return Entry(time: time, text: Span("first sold out: \(words(operation))"))
    }
  }

  private mutating func addCounterexample(_ counterexample: Counterexample?) {
    let positions = (counterexample?.operations ?? []).filter(history.operations.indices.contains)
    add("operations of the counterexample", positions) { position, history in
      let operation = history.operations[position]
      guard let time = operation.call.time else { return nil }
      return Entry(time: time, text: Span("counterexample: \(words(operation))", .bad))
    }
  }

  private mutating func add<Item>(
    _ kind: String, _ items: [Item], _ entry: (Item, History) -> Entry?
  ) {
    for item in items.prefix(Self.mostOfAKind) {
      if let entry = entry(item, history) { entries.append(entry) }
    }
    if items.count > Self.mostOfAKind {
      leftOut.append("and \(Units.count(items.count - Self.mostOfAKind)) more \(kind)")
    }
  }
}

/// `p3 #33 take item-4: ok, 57 left`.
private func words(_ operation: Operation) -> String {
  "\(OperationText.process(operation.process)) #\(operation.call.index) "
    + "\(OperationText.call(operation, withKey: true)): \(OperationText.reply(operation))"
}
