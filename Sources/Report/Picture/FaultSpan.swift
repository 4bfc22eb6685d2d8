// When faults were in force: start and end events of a history paired to spans.
// A history records them as Jepsen does, both `info`, by a process that is no client.

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
  /// Two successive events of one function and one target are start and end; of names that begin
  /// with `start-` and `stop-` (Jepsen's) the rest is the fault.
  public static func spans(of events: [Event]) -> [FaultSpan] {
    var spans: [FaultSpan] = []
    var open: [Target: Int] = [:]
    for event in events where event.process == reporter {
      let target = Target(event)
      if let place = open[target], target.canEnd(event) {
        spans[place].end = event
        open[target] = nil
      } else {
        open[target] = spans.count
        spans.append(FaultSpan(fault: target.fault, start: event, end: nil))
      }
    }
    return spans
  }

  /// What an end event must have in common with its start.
  private struct Target: Hashable {
    var fault: String
    var key: Value?
    var process: Value?
    var server: Value?

    init(_ event: Event) {
      fault = event.function
      for prefix in ["start-", "stop-"] where fault.hasPrefix(prefix) {
        fault.removeFirst(prefix.count)
      }
      key = event.key
      process = event.value["process"]
      server = event.value["server"]
    }

    func canEnd(_ event: Event) -> Bool { !event.function.hasPrefix("start-") }
  }
}
