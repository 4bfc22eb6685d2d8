// How often each rule was met, and what no rule knew: the part of a report by which a wrong rule shows.

/// The answers of one kind of call, counted.
public struct ReplyTally: Sendable, Hashable {
  /// Answers that no rule knew, of one status.
  public struct Unmapped: Sendable, Hashable {
    public var count: Int
    /// The first of them.
    public var example: String
  }

  /// By the rules' positions.
  public private(set) var byRule: [Int]
  /// By status, where the calls have no rules.
  public private(set) var byStatus: [Int: Int] = [:]
  public private(set) var unmapped: [Int: Unmapped] = [:]

  public init(rules: Int) {
    byRule = Array(repeating: 0, count: rules)
  }

  public mutating func add(_ reading: ReplyReading, _ answer: ServiceAnswer) {
    if let rule = reading.rule {
      byRule[rule] += 1
    } else if reading.meaning == .unknown {
      let first = Unmapped(count: 0, example: answer.example)
      unmapped[answer.status, default: first].count += 1
    } else {
      byStatus[answer.status, default: 0] += 1
    }
  }

  /// The positions of rules that no answer met.
  public var unmet: [Int] { byRule.indices.filter { byRule[$0] == 0 } }
}
