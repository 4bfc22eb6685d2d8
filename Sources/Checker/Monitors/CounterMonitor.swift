// Decides a counter to which the same amount is added every time, in O(n log n).
// It refuses histories with additions of several amounts.

public import History

/// The exact monitor for a counter whose additions are all of one amount.
///
/// After `k` additions of `a` the sum is `start + k·a`, and that is level `k`; the levels never end.
/// `LevelSequence` has the method and its proof.
public struct CounterMonitor: Monitor {
  public typealias Data = Counter

  public static var name: String { "counter-monitor" }

  /// The sum at the start.
  public let start: Int

  public init(_ start: Int) {
    self.start = start
  }

  public func judge(
    _ calls: [TimedCall<Counter>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    let stairs = CounterStairs(start: start, amount: try amount(of: calls))
    let (levels, evidence) = StairLevels.decide(calls, stairs)
    let finding: Finding =
      if let evidence {
        .violation(CounterExplanation(calls: calls, stairs: stairs).contradiction(evidence))
      } else {
        .order(levels.order())
      }
    return judgement(of: finding, calls, key: key, bytes: levels.bytes)
  }

  private func amount(of calls: [TimedCall<Counter>]) throws(NotApplicable) -> Int {
    var amount: Int?
    for call in calls {
      guard case .add(let added) = call.call, added != 0 else { continue }
      if let amount, amount != added {
        throw NotApplicable("some additions are of \(amount) and some of \(added)")
      }
      amount = added
    }
    return amount ?? 1
  }
}

/// The levels of a counter when every addition is of the same amount.
struct CounterStairs: LevelSequence {
  let start: Int
  /// Not 0.
  let amount: Int

  var last: Int { Int.max }

  func claim(of call: TimedCall<Counter>) -> StairClaim {
    switch (call.call, call.reply) {
    case (.add(0), .added): .seesNothing
    case (.add(0), nil), (.read, nil): .nothing
    case (.add, .added): .steps
    case (.add, nil): .mayStep
    case (.read, .value(let told)): level(at: told).map(StairClaim.sees) ?? .impossible
    case (.read, .unread): .seesNothing
    default: .impossible
    }
  }

  /// No sum of additions is so far from the start that the difference overflows. A file may name any
  /// sum; magnitudes, unlike Int's own division, have room for Int.min / −1.
  private func level(at sum: Int) -> Int? {
    let (difference, overflow) = sum.subtractingReportingOverflow(start)
    guard !overflow, difference == 0 || (difference < 0) == (amount < 0) else { return nil }
    let (level, remainder) = difference.magnitude.quotientAndRemainder(dividingBy: amount.magnitude)
    return remainder == 0 ? Int(exactly: level) : nil
  }
}

/// The evidence of a conflict in a counter's levels, in words.
struct CounterExplanation {
  let calls: [TimedCall<Counter>]
  let stairs: CounterStairs

  func contradiction(_ evidence: StairEvidence) -> Contradiction {
    let (headline, reasons) = words(for: evidence)
    return Contradiction(calls: evidence.calls, headline: headline, reasons: reasons)
  }

  private func words(for evidence: StairEvidence) -> (headline: String, reasons: [String]) {
    let rule =
      "The counter starts with \(stairs.start), and every addition is of \(stairs.amount)."
    switch evidence {
    case .impossible(let index):
      return ("\(said(index)), which no number of additions makes", [rule])
    case .duplicate(let first, let second):
      return ("\(who(first)) and \(who(second)) made the same addition", [rule])
    case .reversed(let before, let after):
      return (
        "\(said(after)) after \(said(before, past: true))",
        ["\(who(before)) had its answer before \(who(after)) called.", rule]
      )
    case .shortage(let index, let needed, let called, _):
      return (
        "\(said(index)), which needs \(count(needed, "addition")) before it, but "
          + (called == 0 ? "none" : "only \(called)") + " had been called by then",
        [rule]
      )
    case .crowded(let steps, let room, let floor, let ceiling):
      return (crowd(steps, room, floor, ceiling), [rule])
    }
  }

  private func crowd(_ steps: [Int], _ room: Int, _ floor: Int?, _ ceiling: Int?) -> String {
    let were =
      steps.count == 1
      ? "\(who(steps[0]))'s addition was ok" : "\(count(steps.count, "addition")) were ok"
    let after = floor.map { "after \(said($0, past: true))" }
    let before = ceiling.map { "before \(said($0))" }
    let between = [after, before].compactMap(\.self).joined(separator: " and ")
    return "\(were) \(between), which leaves room for " + (room == 0 ? "none" : "\(room)")
  }

  private func who(_ index: Int) -> String { CallNames.marked(calls, index) }

  private func said(_ index: Int, past: Bool = false) -> String {
    guard case .value(let sum) = calls[index].reply else {
      return "\(who(index)) \(past ? "had added" : "added") \(stairs.amount)"
    }
    return "\(who(index)) \(past ? "had read" : "read") \(sum)"
  }
}
