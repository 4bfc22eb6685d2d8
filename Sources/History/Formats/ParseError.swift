// Why a file is not a history: one sentence with its place, and the rule it breaks.
// Messages say what was found and what was expected; they never quote more than one value.

/// What a history must keep to. Reading stops at the first rule broken; `Lint` collects them all.
public enum Rule: String, Sendable, Hashable, CaseIterable {
  /// The text is no JSON, no EDN, no log line.
  case syntax
  /// A file with nothing in it, or of a kind that is not read here.
  case content
  /// A key of an entry is missing, stands twice or holds the wrong kind of value.
  case field
  /// The type is none of invoke, ok, fail, info.
  case type
  /// The header is of another version, stands twice, or not on the first line.
  case header
  /// A process that is no number makes a call; only clients do.
  case process
  /// A value is no `[key value]` pair although keys were asked for (`--independent`).
  case pair
  /// An operation of a kind that has no meaning here (etcd's transactions on several keys).
  case unmapped
  case replyWithoutCall
  case callWhileOpen
  case functionMismatch
  case keyMismatch
  case timeBackwards
  case timeSometimes
  case timeRange
  // Warnings: a history may be read in spite of them.
  case truncated
  /// Lines or operations that say nothing of the history were left out.
  case passedOver
  /// No entry names a process.
  case anonymous
  /// Times stand under another name, and do not count.
  case timeColumn
  case reuseAfterInfo
  case indexRepeated
  case indexBackwards
  case clockBackwards
  case unanswered
  case failValue

  /// Whether a file that breaks it can't be read as a history.
  public var severity: Severity {
    switch self {
    case .truncated, .passedOver, .anonymous, .timeColumn, .reuseAfterInfo, .indexRepeated,
      .indexBackwards,
      .clockBackwards, .unanswered,
      .failValue:
      .warning
    default: .error
    }
  }

  public enum Severity: String, Sendable, Hashable { case error, warning }
}

/// Why a file is not a history.
public struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Line, counted from 1; 0 where the whole file is meant.
  public var line: Int
  /// Column in bytes, counted from 1; 0 where the whole line is meant.
  public var column: Int
  public var rule: Rule
  /// What is wrong and what was expected, in one sentence without the position.
  public var message: String

  public init(line: Int, column: Int = 0, rule: Rule = .syntax, _ message: String) {
    self.line = line
    self.column = column
    self.rule = rule
    self.message = message
  }

  public var description: String {
    switch (line, column) {
    case (0, _): message
    case (_, 0): "\(line): \(message)"
    default: "\(line):\(column): \(message)"
    }
  }
}

/// Text of a file as a message can carry it: short, on one line, in characters that a
/// terminal shows and doesn't obey.
func brief(_ text: String) -> String {
  let short = Printable.text(String(text.unicodeScalars.prefix(40)))
  return text.unicodeScalars.count > 40 ? short + "…" : short
}

func brief(_ value: Value?) -> String {
  value.map { brief($0.description) } ?? "nothing"
}
