// What the queues of a run noted (events of `queue`), as waits to be examined. An order that was
// never answered noted nothing: whether it was served is not known.

public import History

/// The waits of a history's queues.
public struct QueueLog: Sendable, Hashable {
  /// One for each order that was answered, by item.
  public private(set) var waits: [String: [Wait]] = [:]

  /// Reads the events `served` of the process `queue`, whose key is the item; their value has the
  /// times at which an order was asked for, known to be in line, and begun with.
  public init(of history: History) {
    for event in history.events { note(event) }
  }

  /// A log of nothing yet.
  public init() {}

  /// Reads the next event; one of another process says nothing of a queue.
  public mutating func note(_ event: Event) {
    guard event.process == "queue" && event.function == "served",
      let process = event.value["process"]?.integer,
      let called = event.value["called"]?.integer, let queued = event.value["queued"]?.integer,
      let served = event.value["served"]?.integer
    else { return }
    waits[event.key?.description ?? "queue", default: []].append(
      Wait(
        process: process, called: Int64(called), queued: Int64(queued), served: Int64(served)))
  }
}
