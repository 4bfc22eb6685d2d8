// Whether anything was concurrent in a history, seen while it is read: two operations on one key that were
// open at the same time.

public import History

/// A look for two operations on one key that were open at once. An indeterminate one counts as open until
/// its client gave up, of which the history has no stamp: it counts at its call only.
public struct OverlapCount: Sendable {
  /// Whether there were two.
  public private(set) var isFound = false
  /// Until then, of each key: the call before, and where it ended, if it is over.
  private var last: [Value?: (position: Int, end: Int?)] = [:]
  /// By an operation not over yet: where the next call on its key began.
  private var next: [Int: Int] = [:]

  public init() {}

  /// The same for a whole history.
  public init(_ history: History) {
    self.init()
    for (position, operation) in history.operations.enumerated() where !isFound {
      call(operation, at: position)
      end(operation, at: position)
    }
  }

  public mutating func call(_ operation: Operation, at position: Int) {
    if isFound { return }
    if let last = last[operation.key] {
      if let end = last.end {
        note(operation.call.rank <= end)
      } else {
        next[last.position] = operation.call.rank
      }
    }
    last[operation.key] = (position, nil)
  }

  /// Notes an operation that is over, after its call.
  public mutating func end(_ operation: Operation, at position: Int) {
    if isFound { return }
    let end = operation.reply?.rank ?? operation.call.rank
    if let next = next.removeValue(forKey: position) { note(next <= end) }
    if last[operation.key]?.position == position { last[operation.key]?.end = end }
  }

  private mutating func note(_ isOverlap: Bool) {
    guard isOverlap else { return }
    isFound = true
    last = [:]
    next = [:]
  }
}
