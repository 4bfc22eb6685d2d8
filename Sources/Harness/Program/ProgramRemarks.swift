// What was odd about a program while it was driven: counted, told with the first line of its kind, and
// never believed. None of it makes a verdict; it says what a verdict rests on.

/// A kind of oddity.
public enum ProgramOddity: String, Codable, Sendable, Hashable, CaseIterable {
  case noMessage
  case unknownAnswer
  case unasked
  case answeredTwice
  case late
  case endedInCall
  case endedBetweenCalls
  case notStarted
  case leftRunning
  case untold

  /// What happened and how often, without a full stop.
  public func words(_ count: Int) -> String {
    let (is_, s) = count == 1 ? ("is", "") : ("are", "s")
    let was = count == 1 ? "was" : "were"
    return switch self {
    case .noMessage:
      "\(count) line\(s) that \(is_) \(count == 1 ? "not a message" : "not messages")"
    case .unknownAnswer: "\(count) answer\(s) unknown to the protocol"
    case .unasked: "\(count) answer\(s) to no request"
    case .answeredTwice: "\(count) second answer\(s) to the same call"
    case .late: "\(count) answer\(s) after the deadline"
    case .endedInCall: "\(count) process\(count == 1 ? "" : "es") ended inside a call"
    case .endedBetweenCalls: "\(count) process\(count == 1 ? "" : "es") ended between calls"
    case .notStarted: "\(count) process\(count == 1 ? "" : "es") could not be started again"
    case .leftRunning:
      "\(count) process\(count == 1 ? "" : "es") \(was) left running and killed"
    case .untold: "it did not tell what was left"
    }
  }
}

/// What is worth telling of a program after a run.
public struct ProgramRemarks: Codable, Sendable, Hashable {
  /// One kind of oddity.
  public struct Entry: Codable, Sendable, Hashable {
    public var oddity: ProgramOddity
    public var count: Int
    /// The first one: whose, and what.
    public var example: String
    /// Its line in `program.log`; absent where it stands in none.
    public var line: Int?
  }

  /// The command line.
  public var command: String
  /// Processes started in all.
  public var processes = 0
  public var entries: [Entry] = []
  /// Sentences on what a service answered; absent if there is no service.
  public var replies: [String]?
  /// The rules that no answer of a service matched, a sentence each; absent if there is no service.
  public var unmet: [String]?
  /// The rules by which a service's answers were read; absent if there is no service.
  public var rules: [RuleCount]?
  /// Commands to servers that passed its proxies; absent where it has none.
  public var commands: CommandCounts?
  /// Lines on standard output that are meant for no one, since they don't begin with a brace.
  public var stray = 0
  /// Lines that the log had no room for.
  public var unlogged = 0

  public init(command: String) {
    self.command = command
  }

  /// Counts one more.
  mutating func note(_ oddity: ProgramOddity, count: Int = 1, _ example: String, line: Int?) {
    if let place = entries.firstIndex(where: { $0.oddity == oddity }) {
      entries[place].count += count
    } else {
      entries.append(Entry(oddity: oddity, count: count, example: example, line: line))
    }
  }

  /// What follows where nothing tells what is left at the end.
  public static let untold =
    "without `remaining` or `truth` nothing tells what is left at the end, so lost or duplicated units "
    + "may not show"

  /// Which rules would be wrong if the service were right, given how many units were sold and how many went
  /// from the store; a sentence without a full stop. nil: no rule would.
  public func suspects(gone: ClosedRange<Int>, sold: ClosedRange<Int>) -> String? {
    let isLost = gone.lowerBound > sold.upperBound
    let wrong = (rules ?? []).filter { rule in
      rule.call == "take" && (isLost ? ["sold-out", "fail"] : ["taken"]).contains(rule.meaning)
    }
    guard !wrong.isEmpty, isLost || gone.upperBound < sold.lowerBound else { return nil }
    return
      "if the service is right, \(wrong.count == 1 ? "this rule" : "one of these rules") is not: "
      + wrong.map(\.words).joined(separator: ", ")
  }

  /// All of it in one sentence, without a full stop; nil: nothing was odd.
  public var sentence: String? {
    var sentences = entries.sorted { $0.oddity.order < $1.oddity.order }.map { entry in
      "\(entry.oddity.words(entry.count)), first: \(entry.example)"
        + (entry.line.map { " (program.log:\($0))" } ?? "")
    }
    sentences = (replies ?? []) + sentences
    if stray > 0 {
      let (lines, are) = stray == 1 ? ("line", "is") : ("lines", "are")
      sentences.append("\(stray) \(lines) of standard output \(are) in program.log")
    }
    if unlogged > 0 {
      sentences.append("\(unlogged) lines are not in program.log, which was full")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
  }
}

extension ProgramOddity {
  fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
