// Operations sorted into equal slices of time, for plots: a column each.

import History

/// A run cut into slices.
struct TimeSeries: Sendable {
  /// One slice of time.
  struct Slice: Sendable {
    /// Latencies of the operations answered in it (ns), ascending.
    var latencies: [Int64] = []
    var answered = 0
    var failed = 0
    /// Calls made in it that stayed indeterminate.
    var indeterminate = 0

    /// A quantile by nearest rank, in per mille.
    func quantile(_ perMille: Int) -> Int64? {
      guard !latencies.isEmpty else { return nil }
      return latencies[max(0, (latencies.count * perMille + 999) / 1000 - 1)]
    }
  }

  let start: Int64
  /// Nanoseconds from the first call to the end; at least 1.
  let span: Int64
  private(set) var slices: [Slice]
  let faults: [FaultSpan]

  /// The series of a history in this many slices; nil if it has no times.
  init?(_ history: History, slices count: Int) {
    let moments = history.operations.lazy.flatMap { [$0.call.time, $0.reply?.time] }
    var first = Int64.max
    var last = Int64.min
    for case let time? in moments {
      first = min(first, time)
      last = max(last, time)
    }
    guard first <= last, count > 0 else { return nil }
    start = first
    let (span, overflow) = last.subtractingReportingOverflow(first)
    self.span = overflow ? .max : max(1, span)
    slices = Array(repeating: Slice(), count: count)
    faults = FaultSpan.spans(of: history.events)
    for operation in history.operations { add(operation) }
    for place in slices.indices { slices[place].latencies.sort() }
  }

  private mutating func add(_ operation: Operation) {
    switch operation.outcome {
    case .ok:
      guard let place = operation.reply?.time.map(slice) else { return }
      slices[place].answered += 1
      if let latency = operation.latency { slices[place].latencies.append(latency) }
    case .fail:
      guard let place = operation.reply?.time.map(slice) else { return }
      slices[place].failed += 1
    case .info:
      guard let place = operation.call.time.map(slice) else { return }
      slices[place].indeterminate += 1
    }
  }

  /// The slice a time falls in; before the first and after the last count to those.
  func slice(of time: Int64) -> Int {
    let part = (Double(time) - Double(start)) / Double(span) * Double(slices.count)
    return Int(min(Double(slices.count - 1), max(0, part)))
  }

  /// The slices in which a fault was in force; nil when it was not within the series.
  func slices(of fault: FaultSpan) -> ClosedRange<Int>? {
    guard let from = fault.start.moment.time else { return nil }
    let to = fault.end?.moment.time ?? .max
    guard from <= start.addingReportingOverflow(span).partialValue, to >= start else { return nil }
    return slice(of: from)...max(slice(of: from), slice(of: to))
  }
}
