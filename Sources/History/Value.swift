// What a call carries and a reply returns, before a datatype gives it a meaning.
// Rich enough for EDN (Jepsen) and JSON; it interprets nothing.

/// A value read from, or written to, a history file.
public enum Value: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  /// An EDN keyword or symbol, without its colon; JSON has only strings.
  case keyword(String)
  /// A JSON array, an EDN vector or list.
  case list([Value])
  /// An EDN set, in the order of the file.
  case set([Value])
  /// A JSON object or EDN map, in the order of the file.
  case map([Entry])
  /// An EDN tagged literal, such as `#inst "2026-…"`.
  indirect case tagged(String, Value)

  /// One key of a map with its value.
  public struct Entry: Hashable, Sendable {
    public let key: Value
    public let value: Value

    public init(_ key: Value, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// The text of a string or keyword: formats differ in which of the two they use for names.
  public var name: String? {
    switch self {
    case .string(let text), .keyword(let text): text
    default: nil
    }
  }

  /// The value under a name (string or keyword key) of a map.
  public subscript(_ name: String) -> Value? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key.name == name }?.value
  }
}

extension Value: CustomStringConvertible {
  /// Short text for people: `null`, `3`, `sold-out`, `[0 3]`.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): String(number)
    case .string(let text), .keyword(let text): text
    case .list(let items): "[" + items.map(\.description).joined(separator: " ") + "]"
    case .set(let items): "#{" + items.map(\.description).joined(separator: " ") + "}"
    case .map(let entries):
      "{" + entries.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + "}"
    case .tagged(let tag, let value): "#\(tag) \(value)"
    }
  }
}

extension Value {
  /// A map of these names, in this order, without those that have no value.
  package static func object(_ entries: KeyValuePairs<String, Value?>) -> Value {
    .map(entries.compactMap { name, value in value.map { Entry(.string(name), $0) } })
  }
}
