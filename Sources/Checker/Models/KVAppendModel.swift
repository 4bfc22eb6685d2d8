// One text: a get returns what was put last with all that was appended since.

public import History

/// A key of Porcupine's key-value store.
public struct KVAppendModel: CatalogueModel {
  public typealias Data = KeyValue

  public static var name: String { "kv-append" }
  public static var summary: String { "a text per key: get, put, append" }
  public static var initialForm: String { "a text; default empty" }

  public let initial: String

  public init(_ text: String) {
    initial = text
  }

  public init(initial value: Value) throws(InvalidValue) {
    switch value {
    case .null: initial = ""
    // A bare word on a command line, a keyword in EDN.
    case .string(let text), .keyword(let text): initial = text
    default: throw InvalidValue("kv-append starts with a text, not \(value.told)")
    }
  }

  public func step(
    _ text: String, _ call: KeyValue.Call, _ reply: KeyValue.Reply?
  ) -> ModelStep<String> {
    switch (call, reply) {
    case (.get, nil), (.get, .unread): .next(text)
    case (.get, .text(let told)): told == text ? .next(text) : .refused
    case (.put(let new), nil), (.put(let new), .done): .next(new)
    case (.append(let more), nil), (.append(let more), .done): .next(text + more)
    default: .refused
    }
  }

  public func isPureRead(_ call: KeyValue.Call, _: KeyValue.Reply?) -> Bool {
    call == .get || call == .append("")
  }

  public func isOverwrite(_ call: KeyValue.Call, _: KeyValue.Reply?) -> Bool {
    if case .put = call { true } else { false }
  }

  public func refusal(_ text: String, _ call: KeyValue.Call, _ reply: KeyValue.Reply) -> String {
    switch (call, reply) {
    case (.get, .text(let told)):
      if told.hasPrefix(text) {
        "got \"\(told.dropFirst(text.count))\" at the end, which was not there"
      } else if text.hasPrefix(told) {
        "got a text without \"\(text.dropFirst(told.count))\" at its end, which was there"
      } else {
        "got \"\(told)\", but the text was \"\(text)\""
      }
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of _: KeyValue.Call, _ reply: KeyValue.Reply) -> String {
    if case .text(let told) = reply {
      "the text \(Self.quoted(told))"
    } else {
      "an impossible text"
    }
  }

  public func words(for text: String) -> String { Self.quoted(text) }

  /// Of a long text only the end, where texts that were appended to differ.
  private static func quoted(_ text: String) -> String {
    text.count <= 24 ? "\"\(text)\"" : "\"…\(text.suffix(22))\""
  }

  public func footprint(of text: String) -> Int { text.utf8.count > 15 ? text.utf8.count + 32 : 0 }
}
