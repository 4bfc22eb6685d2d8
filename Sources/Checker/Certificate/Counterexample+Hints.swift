// Hints that explain a counterexample without being part of its proof: a value was written by a
// call reported as failed, or differs from a written one only in kind.

internal import History

extension History {
  /// The counterexample, with sentences about values that nobody wrote.
  ///
  /// `partition` is its object.
  func hinted(
    _ counterexample: Counterexample, of partition: ModelEntry.Partition
  ) -> Counterexample {
    let positions = partition.operations
    var counterexample = counterexample
    if partition.initial != .null, partition.nils == .auto,
      counterexample.operations.contains(where: { operations[$0].isReadOfNil })
    {
      counterexample.reasons.append(
        "nil counts as a value once a write was answered; with --nil unknown it would not count")
    }
    var told = Set<Value>()
    for position in counterexample.operations where operations[position].outcome == .ok {
      told.formUnion(operations[position].valuesRead)
    }
    guard !told.isEmpty else { return counterexample }
    var written = Set<Value>()
    for position in positions where operations[position].outcome != .fail {
      written.formUnion(operations[position].valuesWritten)
    }
    var hinted = counterexample
    for value in told.subtracting(written).sorted(by: { $0.description < $1.description }) {
      if let failed = positions.first(where: { operations[$0].failedToWrite(value) }) {
        hinted.explain(value, by: operations[failed].failure(of: value))
      }
      if let other = written.filter({ $0.looksLike(value) }).min(by: { $0.kind < $1.kind }) {
        hinted.reasons.append(
          "\(value.literal) is \(value.kind), but \(other.literal), which was written, is "
            + other.kind)
      }
    }
    return hinted
  }
}

extension Counterexample {
  /// Puts where a value came from in the place of "nobody wrote it".
  fileprivate mutating func explain(_ value: Value, by reason: String) {
    let nobody = ", but nobody wrote \(value.literal)"
    if headline.hasSuffix(nobody) {
      headline.removeLast(nobody.count)
    }
    headline += "; \(reason)"
    reasons.insert("A call that is reported as failed had no effect", at: 0)
  }
}

extension Operation {
  fileprivate var isReadOfNil: Bool {
    function == "read" && outcome == .ok
      && (output == .null || valuesRead.contains(.null))
  }

  /// Values that the reply shows.
  fileprivate var valuesRead: [Value] {
    guard output != .null, output != input else { return [] }
    switch output {
    case .map(let entries): return entries.map(\.value)
    case .list(let items):
      return items.flatMap { item -> [Value] in
        if case .list(let parts) = item, parts.count == 3 { return [parts[2]] }
        return [item]
      } + [output]
    default: return [output]
    }
  }

  /// Values that the call may have brought.
  fileprivate var valuesWritten: [Value] {
    switch (function, input) {
    case ("read", _), ("get", _), ("dequeue", _): []
    case ("cas", .list(let pair)): Array(pair.suffix(1))
    case (_, .map(let entries)): entries.map(\.value) + [input]
    case (_, .list(let items)):
      items.compactMap { item in
        if case .list(let parts) = item, parts.count == 3 { parts[2] } else { nil }
      } + [input]
    default: [input]
    }
  }

  fileprivate func failedToWrite(_ value: Value) -> Bool {
    outcome == .fail && value != .null && valuesWritten.contains(value)
  }

  /// `638 was written by p1, but reported as failed (line 6)`.
  fileprivate func failure(of value: Value) -> String {
    let how = ["enqueue": "enqueued", "add": "added", "put": "put"][function] ?? "written"
    let line = reply.map { $0.line > 0 ? " (line \($0.line))" : "" } ?? ""
    return "\(value.literal) was \(how) by p\(process), but reported as failed\(line)"
  }
}

extension Value {
  /// Whether a person reads the same in both, though they are different values.
  fileprivate func looksLike(_ other: Value) -> Bool {
    self != other && description == other.description
      && (kind != other.kind)
  }
}
