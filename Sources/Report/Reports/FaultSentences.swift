// Which faults struck the operations of a counterexample, and at which step: a sentence each.
// The history says that a fault was in force then, not that it is the cause.

import History

struct FaultSentences {
  private let history: History
  /// By their calls.
  private let positions: [Int]
  private var operations: [Operation] { positions.map { history.operations[$0] } }

  /// Positions outside of the history are ignored.
  init(_ positions: [Int], of history: History) {
    self.history = history
    self.positions = positions.filter(history.operations.indices.contains)
      .sorted { history.operations[$0].call.rank < history.operations[$1].call.rank }
  }

  /// Sentences told at most.
  private static let most = 4

  /// The faults in force during the operations, those that struck one of their processes first;
  /// where there is none, the last one before.
  var all: [String] {
    let times = operations.flatMap { [$0.call.time, $0.reply?.time].compactMap(\.self) }
    guard let first = times.min(), let last = times.max() else { return [] }
    let spans = FaultSpan.spans(of: history.events)
    let processes = Set(operations.map { Value.int($0.process) })
    func struck(_ span: FaultSpan) -> Bool? {
      span.start.value["process"].map(processes.contains)
    }
    let during = spans.filter { span in
      guard let start = span.start.moment.time, start <= last else { return false }
      return (span.end?.moment.time ?? .max) >= first && struck(span) != false
    }
    let own = during.filter { struck($0) == true }
    let told =
      (own.isEmpty ? nearby(spans, from: first, to: last) : own)
      + during.filter { struck($0) == nil }
    if !told.isEmpty { return told.prefix(Self.most).map { sentence($0, since: first) } }
    let before = spans.last { ($0.start.moment.time ?? .max) <= last && struck($0) == nil }
    return before.map { [sentence($0, since: first)] } ?? []
  }

  /// The last faults that struck others at work on the same keys and ended meanwhile: what such a
  /// client wrote late makes two others wrong who did nothing late themselves.
  private func nearby(_ spans: [FaultSpan], from first: Int64, to last: Int64) -> [FaultSpan] {
    let keys = Set(operations.map(\.key))
    let ended = spans.filter { span in
      guard span.start.value["process"] != nil, let end = span.end?.moment.time else {
        return false
      }
      return first <= end && end <= last
    }
    let processes = Set(ended.compactMap { $0.start.value["process"] })
    let others = history.operations.filter {
      keys.contains($0.key) && processes.contains(.int($0.process))
    }
    let hit = ended.filter { span in
      others.contains { operation in
        guard let call = operation.call.time, let start = span.start.moment.time else {
          return false
        }
        return .int(operation.process) == span.start.value["process"] && call <= start
          && start <= operation.reply?.time ?? .max
      }
    }
    return hit.suffix(Self.mostNearby)
  }

  /// Of others' faults.
  private static let mostNearby = 2

  /// `client-pause struck p3 between SELECT and UPDATE, +1.20ms to +401ms`.
  private func sentence(_ span: FaultSpan, since origin: Int64) -> String {
    let details = span.start.value
    var text = span.fault
    if let process = details["process"] {
      text += " struck p\(process)"
      text += details["server"].map { " at \($0.text)" } ?? ""
    } else if let instance = details["instance"] {
      text += " struck instance \(instance)"
      text += details["server"].map { " at \($0.text)" } ?? ""
    } else if let server = details["server"] {
      text += " struck \(server.text)"
    } else {
      text += " struck"
    }
    switch (details["after"], details["before"]) {
    case (let after?, let before?): text += " between \(after.text) and \(before.text)"
    case (nil, let before?): text += " before \(before.text)"
    case (let after?, nil): text += " after \(after.text)"
    default: break
    }
    text += details["at"].map { " at \($0.text)" } ?? ""
    text += details["of"].map { ", the reply of \($0.text)" } ?? ""
    text += ", \(moment(span.start, since: origin))"
    if let end = span.end { text += " to \(moment(end, since: origin))" }
    if details["process"] == nil, let step = step(in: span) { text += "; \(step)" }
    return text.printable
  }

  /// What a fault of a server hit: `at its end p2 was between SELECT and UPDATE`, and who had been
  /// answered before it began: what was promised to them it may have taken back.
  private func step(in span: FaultSpan) -> String? {
    guard let start = span.start.moment.time else { return nil }
    let end = span.end?.moment.time
    let step = end.flatMap { longestStep(at: $0) }.map { "at its end " + $0 }
    if let before = answered(by: start) {
      return "before it \(before) had been answered" + (step.map { ", " + $0 } ?? "")
    }
    return step ?? end.flatMap { answered(by: $0) }.map { "meanwhile \($0) was answered" }
  }

  /// The last of the operations, in the order of their calls, that had its reply by a moment.
  private func answered(by moment: Int64) -> String? {
    operations.last { $0.reply?.time ?? .max <= moment }
      .map { "\(OperationText.process($0.process))'s \($0.function)" }
  }

  /// Of the operations that had done a step by a moment and were not done, the one whose next step
  /// was longest in coming.
  private func longestStep(at moment: Int64) -> String? {
    var longest: (length: Int64, words: String)?
    for position in positions {
      let steps = history.steps[position] ?? []
      guard let next = steps.firstIndex(where: { $0.received > moment }), next > 0 else { continue }
      let (before, after) = (steps[next - 1], steps[next])
      let length = after.received - before.received
      if let known = longest, known.length >= length { continue }
      let process = OperationText.process(history.operations[position].process)
      let words =
        after.sent <= moment
        ? "\(process)'s \(after.verb) was under way"
        : "\(process) was between \(before.verb) and \(after.verb)"
      longest = (length, words)
    }
    return longest?.words
  }

  /// As pictures count time: from the first call on.
  private func moment(_ event: Event, since origin: Int64) -> String {
    let (time, overflow) = (event.moment.time ?? origin).subtractingReportingOverflow(origin)
    if overflow { return "long ago" }
    return (time < 0 ? "" : "+") + Units.duration(time)
  }
}

extension Value {
  /// A string without its quotes; anything else as it is written.
  fileprivate var text: String { name ?? description }
}
