// Values as sentences show them: text in quotes, so that "1" is seen to differ from 1, and the kind
// named if it is what is wrong. `description` is the short text for tables.

extension Value {
  /// As a sentence shows it: `3`, `"3"`, `["a" null]`. Names without quotes (EDN's keywords, and what
  /// stands for a key) stay without.
  public var literal: String {
    switch self {
    case .string(let text): "\"\(text)\""
    case .list(let items): "[" + items.map(\.literal).joined(separator: " ") + "]"
    case .set(let items): "#{" + items.map(\.literal).joined(separator: " ") + "}"
    case .map(let entries):
      "{" + entries.map { "\($0.key) \($0.value.literal)" }.joined(separator: ", ") + "}"
    case .tagged("number", .string(let digits)): digits
    case .tagged(let tag, let value): "#\(tag) \(value.literal)"
    case .null, .bool, .int, .double, .keyword: description
    }
  }

  /// With its kind, for a sentence that refuses it: `the text "1"`, `null`, `1.5`.
  public var told: String {
    if case .string = self { "the text \(literal)" } else { literal }
  }

  /// The kind in words: "a number", "text".
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .int, .double, .tagged("number", _), .tagged("ratio", _): "a number"
    case .string: "text"
    case .keyword: "a name"
    case .list: "a list"
    case .set: "a set"
    case .map: "a map"
    case .tagged(let tag, _): "tagged \(tag)"
    }
  }

  /// What clients answer to a call that returns nothing: `true`, "ok", "OK".
  var isDone: Bool {
    if self == .bool(true) { return true }
    return ["ok", "OK", "done"].contains(name)
  }
}
