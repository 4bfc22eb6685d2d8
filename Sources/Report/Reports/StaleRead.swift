// Where a stale answer came from: the cache entry or client memory that answered the read,
// and, if the recorded steps show it, how the entry became stale.

import History

/// A read that was answered from a cache.
struct StaleRead {
  private let history: History
  private let reader: Operation
  /// What answered it: `GET 1996` from a shared cache, `memory 1998` from the client's own.
  private let lookup: Step

  /// What is to be said of the first such read among the operations of a counterexample.
  static func sentence(among positions: [Int], in history: History) -> String? {
    for position in positions {
      guard let read = StaleRead(position, of: history) else { continue }
      if let sentence = read.racedFill() ?? read.outlived(among: positions) { return sentence }
    }
    return nil
  }

  private init?(_ position: Int, of history: History) {
    let operation = history.operations[position]
    guard operation.function == "read", operation.outcome == .ok,
      let steps = history.steps[position], steps.count == 1, let only = steps.first,
      ["GET", "memory"].contains(only.verb), case .int(let units) = operation.output,
      only.reply == String(units)
    else { return nil }
    self.history = history
    reader = operation
    lookup = only
  }

  /// Who put the entry there had read it before another's write, and put it there after.
  private func racedFill() -> String? {
    guard lookup.verb == "GET", let fill = lastFill() else { return nil }
    let (read, put) = (fill.read, fill.put)
    let writes = steps { $0.verb == "UPDATE" && !["0", "nil"].contains($0.reply) }
    let certain = writes.last { $0.step.sent > read.received && $0.step.received < put.sent }
    let possible = writes.last { $0.step.received > read.sent && $0.step.sent < put.received }
    guard let write = certain ?? possible else { return nil }
    return "\(name(fill.filler))'s \(put.command) rests on its \(read.verb) \(read.reply), but "
      + "\(name(write.operation))'s \(write.step.command) came between"
  }

  /// The last to have put into the cache what was found there.
  private func lastFill() -> (filler: Operation, read: Step, put: Step)? {
    let puts = steps { $0.verb == "SET" && $0.argument == lookup.reply }
    for put in puts.reversed() where put.step.received <= lookup.received {
      let read = history.steps[put.position]?.last {
        $0.verb == "SELECT" && $0.reply == lookup.reply && $0.received <= put.step.sent
      }
      if let read { return (put.operation, read, put.step) }
    }
    return nil
  }

  /// What was found had been outdated by a call that was already answered.
  private func outlived(among positions: [Int]) -> String? {
    let earlier = positions.map { history.operations[$0] }.last { operation in
      guard operation.outcome == .ok, let answered = operation.reply?.time else { return false }
      return answered < lookup.sent && operation.process != reader.process
    }
    guard let earlier else { return nil }
    return "\(name(reader))'s read was answered by \(lookup.command == "memory" ? "its own " : "")"
      + "\(lookup.command) \(lookup.reply), but \(name(earlier))'s "
      + "\(OperationText.call(earlier)) had already been told: \(OperationText.reply(earlier))"
  }

  /// The steps on the reader's key that are meant, in the order of their replies.
  private func steps(
    where isMeant: (Step) -> Bool
  ) -> [(position: Int, operation: Operation, step: Step)] {
    var found: [(position: Int, operation: Operation, step: Step)] = []
    for (position, steps) in history.steps where history.operations[position].key == reader.key {
      found += steps.filter(isMeant).map { (position, history.operations[position], $0) }
    }
    return found.sorted { ($0.step.received, $0.position) < ($1.step.received, $1.position) }
  }

  private func name(_ operation: Operation) -> String { OperationText.process(operation.process) }
}
