// A drain empties a queue: one dequeue for each element it answered, each
// somewhere within its interval. Their order is not known, so none is required.

enum Drains {
  static let models = ["fifo-queue", "unordered-queue"]

  /// Puts dequeues in the place of drains.
  static func expand(_ history: inout History) throws(Ambiguity) -> [String] {
    guard history.operations.contains(where: { $0.function == "drain" }) else { return [] }
    var operations: [Operation] = []
    /// By old position: the new one of the operation, of a drain that of its first dequeue.
    var places: [Int] = []
    var drains = 0
    for operation in history.operations {
      places.append(operations.count)
      guard operation.function == "drain" else {
        operations.append(operation)
        continue
      }
      drains += 1
      operations += try dequeues(of: operation)
    }
    history.move(operations, from: places)
    return [
      "\(drains) drain\(drains == 1 ? " was" : "s were") read as dequeues, one for each element "
        + "answered, all within its interval."
    ]
  }

  private static func dequeues(of drain: Operation) throws(Ambiguity) -> [Operation] {
    var dequeue = drain
    dequeue.function = "dequeue"
    dequeue.input = .null
    dequeue.output = .null
    switch (drain.outcome, drain.output) {
    // It took nothing; it stays as a call that failed, so that none is lost.
    case (.fail, _): return [dequeue]
    case (.info, _):
      throw Ambiguity(
        drain.call,
        "the drain was not answered, so how much it took is not known; drain by single dequeues")
    case (.ok, .list(let elements)) where !elements.isEmpty,
      (.ok, .set(let elements)) where !elements.isEmpty:
      return elements.map { element in
        dequeue.output = element
        return dequeue
      }
    // It found the queue empty at once.
    case (.ok, .list), (.ok, .set), (.ok, .null): return [dequeue]
    case (.ok, let other):
      throw Ambiguity(
        drain.reply ?? drain.call, "drain answers a list of elements, not \(other.told)")
    }
  }
}

extension History {
  /// Takes other operations, and what was known of the old ones by their position with them.
  fileprivate mutating func move(_ operations: [Operation], from places: [Int]) {
    steps = Dictionary(uniqueKeysWithValues: steps.map { (places[$0.key], $0.value) })
    givenUp = Dictionary(uniqueKeysWithValues: givenUp.map { (places[$0.key], $0.value) })
    extra = Dictionary(
      uniqueKeysWithValues: extra.map { place, entries in
        switch place {
        case .call(let position): (.call(places[position]), entries)
        case .reply(let position): (.reply(places[position]), entries)
        case .event: (place, entries)
        }
      })
    self.operations = operations
  }
}
