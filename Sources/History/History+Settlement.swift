// Indeterminate operations that were settled after the run: an event of the
// resolver says that one took effect, or never will. The line it was recorded with stays as it is;
// read with its settlement, it is an operation that ended when it was settled.

extension History {
  /// Who settles: `{"process":"resolver","f":"ok","value":{"process":9,"value":41}}`.
  public static let resolver = "resolver"

  /// Gives every indeterminate operation that an event settles its outcome.
  ///
  /// The process number tells the operation: a process is retired after `info`. An operation that
  /// took effect did so between its call and the event, where its reply is put. An event that finds
  /// no such operation settles nothing.
  mutating func settle() {
    let words = events.filter { $0.process == Self.resolver }
    guard !words.isEmpty else { return }
    var open: [Int: Int] = [:]
    for (position, operation) in operations.enumerated() where operation.outcome == .info {
      open[operation.process] = position
    }
    for word in words {
      guard case .int(let process)? = word.value["process"], let position = open[process],
        word.key == operations[position].key, let outcome = Outcome(rawValue: word.function),
        outcome != .info
      else { continue }
      operations[position].outcome = outcome
      operations[position].reply = word.moment
      operations[position].output = outcome == .ok ? word.value["value"] ?? .null : .null
      operations[position].error = nil
      open[process] = nil
    }
  }

  /// How many operations were settled: those that took effect, and those that did not.
  public var settled: (ok: Int, fail: Int) {
    let words = events.filter { $0.process == Self.resolver }
    return (words.count { $0.function == "ok" }, words.count { $0.function == "fail" })
  }
}
