// The smallest set of operations that must be kept in full for the rest, weakened, to stay
// non-linearizable. Delta debugging (Zeller & Hildebrandt 2002) with the general engine as judge.

internal import History

/// The calls, by index, that must be kept in full to show that these calls are a violation, as few
/// as can be found within the budget; nil if the general engine doesn't find that they are one.
public func smallestViolation<M: Model>(
  _ calls: [TimedCall<M.Data>], model: M, budget: Budget = .unlimited
) -> [Int]? {
  let result = search(calls, model: model, budget: budget)
  guard result.verdict == .violation, let stuck = result.stuck else { return nil }
  return Shrink(
    calls, model: model, explained: stuck.explained, failing: stuck.failing, budget: budget
  ).full
}

/// Shrinks one violation. At every moment `full` is a set that shows it, so it can stop any time.
struct Shrink<M: Model> {
  let calls: [TimedCall<M.Data>]
  let model: M
  let budget: Budget
  private(set) var full: [Int] = []
  /// The longest prefix, by replies, found to be linearizable.
  private(set) var explained: Int
  /// Whether one reply more is known to be a violation.
  private(set) var isTight = false
  /// Calls looked at so far, over all judgements.
  private var spent = 0

  /// Calls it may look at in all: a big history gets few judgements, a small one many.
  private static var mostCalls: Int { 1_000_000 }
  /// What one judgement may visit; where that is not enough the weakening is not taken.
  private static var mostConfigurations: Int { 20_000 }
  private static var mostBytes: Int { 256 << 20 }
  /// Most judgements are of histories with little left in full, which a relaxation refutes at once.
  private static var tuning: Tuning { Tuning(relaxedAfter: 200) }

  /// Shrinks a violation of which the first `explained` replies are known to be linearizable, and
  /// the first `failing` known not to be.
  init(
    _ calls: [TimedCall<M.Data>], model: M, explained: Int, failing: Int, budget: Budget
  ) {
    self.calls = calls
    self.model = model
    self.budget = budget
    self.explained = explained
    let replies = calls.indices.filter { !calls[$0].isIndeterminate }
      .sorted { (calls[$0].end, $0) < (calls[$1].end, $1) }
    // What can never be answered so, such as a read of what nobody wrote, needs nothing beside it.
    let last = failing > 0 && failing <= replies.count ? replies[failing - 1] : nil
    let isAlone = last.map { shows([$0]) } ?? false
    let failing = shortestPrefix(upTo: min(failing, replies.count))
    if isAlone, let last {
      full = [last]
      return
    }
    // Replies of the same rank are one moment: either all of them are in, or none is.
    let limit = failing > 0 ? calls[replies[failing - 1]].end : Int.min
    full = Array(replies.prefix { calls[$0].end <= limit })
    keepTheLast()
    dropChunks()
    full.sort()
  }

  private var isSpent: Bool { spent > Self.mostCalls || budget.shouldStop() }

  private mutating func verdict(of calls: [TimedCall<M.Data>]) -> Verdict {
    let budget = Budget(
      bytes: min(budget.bytes, Self.mostBytes), configurations: Self.mostConfigurations,
      shouldStop: budget.shouldStop)
    let result = search(calls, model: model, budget: budget, tuning: Self.tuning)
    // A configuration costs about what twenty calls do.
    spent += calls.count + 1000 + 20 * result.effort.configurations
    return result.verdict
  }

  private mutating func shows(_ full: some Sequence<Int>) -> Bool {
    verdict(of: Weakening(full: Array(full)).apply(to: calls, model: model)) == .violation
  }

  /// The fewest replies that are a violation: adding replies never repairs one.
  private mutating func shortestPrefix(upTo failing: Int) -> Int {
    var low = explained
    var high = failing
    while high - low > 1, !isSpent {
      // What fails is as a rule the very last reply of a violation.
      let middle = high == failing ? high - 1 : (low + high) / 2
      switch verdict(of: prefix(calls, replies: middle)) {
      case .violation: high = middle
      case .linearizable:
        explained = middle
        low = middle
      case .unknown: low = middle
      }
    }
    isTight = explained + 1 == high
    return high
  }

  /// Keeps the last 1, 2, 4, … replies only, if that is enough: what is wrong is often near.
  private mutating func keepTheLast() {
    var last = 1
    while last < full.count, !isSpent {
      let tail = Array(full.suffix(last))
      if shows(tail) {
        full = tail
        return
      }
      last *= 2
    }
  }

  /// Weakens chunk after chunk, halving the chunks until single calls have been tried.
  private mutating func dropChunks() {
    var size = max(1, full.count / 2)
    while !isSpent {
      var start = 0
      var dropped = false
      while start < full.count, full.count > 1, !isSpent {
        let rest = full[..<start] + full[min(start + size, full.count)...]
        if !rest.isEmpty, shows(rest) {
          full = Array(rest)
          dropped = true
        } else {
          start += size
        }
      }
      if size == 1 && !dropped { return }
      size = max(1, min(size, full.count) / 2)
    }
  }
}
