// Sessions with databases end later than their connections: the server first rolls back what was open, and
// keeps its locks until then. So a testbed waits for those that were closed.

/// The sessions with databases that were seen open, by the server's numbers.
struct DatabaseSessions {
  private var seen: Set<Int32> = []
  /// Whether one may have been closed since they were last compared.
  private(set) var mayHaveEnded = false

  /// Connections are about to be closed; `open` are open now.
  mutating func noteClosing(_ open: some Sequence<Int32>) {
    mayHaveEnded = true
    seen.formUnion(open)
  }

  /// Sessions that were open and are not.
  mutating func takeEnded(_ open: Set<Int32>) -> [Int32] {
    mayHaveEnded = false
    defer { seen = open }
    return Array(seen.subtracting(open))
  }
}
