// When faults were in force: start and end events of a history paired to spans.
// A history records them as Jepsen does, both `info`, by a process that is not a client.

public import History

/// A fault from its start to its end.
public struct FaultSpan: Sendable, Hashable {
  /// What it does, such as `client-pause`, and to what.
  public var fault: String
  public var start: Event
  /// Absent when the history ends first.
  public var end: Event?

  public init(fault: String, start: Event, end: Event?) {
    self.fault = fault
    self.start = start
    self.end = end
  }

  /// The process that reports faults.
  static let reporter = "nemesis"

  /// The spans of a history's faults, by start.
  ///
  /// Of soldout's own, two successive events of one function and one target are start and end. Jepsen
  /// has a name for each (`start` and `stop`, `start-partition` and `stop-partition`, `kill` and
  /// `start`, `pause` and `resume`), and logs both twice, called and done: the span is from the first
  /// event of the first name to the last of the second.
  public static func spans(of events: [Event]) -> [FaultSpan] {
    let reported = events.filter { $0.process == reporter }
    let names = JepsenFaults(reported.map(\.function))
    var spans: [FaultSpan] = []
    var open: [Target: Int] = [:]
    for event in reported {
      switch names.kind(of: event.function, isOpen: { open[Target($0, Event?.none)] != nil }) {
      case .start(let fault):
        let target = Target(fault, nil)
        // The second event says that it was done.
        if let place = open[target], spans[place].end == nil { continue }
        open[target] = spans.count
        spans.append(FaultSpan(fault: fault, start: event, end: nil))
      case .stop(let fault):
        if let place = open[Target(fault, nil)] { spans[place].end = event }
      case .own:
        let target = Target(event.function, event)
        if let place = open.removeValue(forKey: target) {
          spans[place].end = event
        } else {
          open[target] = spans.count
          spans.append(FaultSpan(fault: event.function, start: event, end: nil))
        }
      }
    }
    return spans
  }

  /// What an end event must have in common with its start.
  private struct Target: Hashable {
    var fault: String
    var key: Value?
    var process: Value?
    var instance: Value?
    var server: Value?

    init(_ fault: String, _ event: Event?) {
      self.fault = fault
      key = event?.key
      process = event?.value["process"]
      instance = event?.value["instance"]
      server = event?.value["server"]
    }
  }
}

/// Jepsen's pairs of names, as far as a history has both.
private struct JepsenFaults {
  enum EventKind {
    case start(String)
    case stop(String)
    case own
  }

  private var starts: [String: String] = [:]
  private var stops: [String: [String]] = [:]

  init(_ functions: [String]) {
    let present = Set(functions)
    func pair(_ start: String, _ stop: String, _ fault: String) {
      starts[start] = fault
      stops[stop, default: []].append(fault)
    }
    for (start, stop) in [("kill", "start"), ("pause", "resume")]
    where present.contains(start) && present.contains(stop) { pair(start, stop, start) }
    if present.contains("start"), present.contains("stop") || stops["start"] == nil {
      pair("start", "stop", "fault")
    }
    for name in present where name.hasPrefix("start-") {
      let fault = String(name.dropFirst("start-".count))
      pair(name, "stop-" + fault, fault)
    }
  }

  /// What an event does. `start` ends a `kill` that is in force, and begins a fault otherwise.
  func kind(of function: String, isOpen: (String) -> Bool) -> EventKind {
    if let fault = stops[function]?.first(where: isOpen) { return .stop(fault) }
    if let fault = starts[function] { return .start(fault) }
    if let fault = stops[function]?.first { return .stop(fault) }
    return .own
  }
}
