// What stands for a call's own values in a request: `{{item}}`. A text is taken apart once, when the
// workload is read, so that a misspelt name is refused there and not sent to a service as it is.

import History

/// A name in double braces.
public enum Placeholder: Sendable, Hashable {
  /// The item's name, `item-0`, and its number from 0.
  case item
  case itemNumber
  /// The units of this call, and those that each item starts with.
  case units
  case stock
  /// The buyer of a claim, `u7`, and the number of an order, `o7`.
  case buyer
  case order
  /// A text that no other call has, and the number of the client that makes it.
  case call
  case client
  case uuid
  /// The port of the instance that is asked.
  case port
  /// What the client captured when it logged in.
  case captured(String)

  static let names: [(name: String, placeholder: Placeholder)] = [
    ("item", .item), ("item.number", .itemNumber), ("units", .units), ("stock", .stock),
    ("buyer", .buyer), ("order", .order), ("call", .call), ("client", .client), ("uuid", .uuid),
    ("port", .port),
  ]
}

/// What placeholders stand for in one call.
public struct PlaceholderValues: Sendable, Hashable {
  public var item = "item-0"
  public var itemNumber = 0
  public var units = 1
  public var stock = 0
  public var buyer = "u0"
  public var order = "o0"
  public var call = ""
  public var client = 0
  public var uuid = ""
  public var port = 0
  public var captured: [String: String] = [:]

  public init() {}

  /// The value, as a number where it is one.
  func value(of placeholder: Placeholder) -> Value {
    switch placeholder {
    case .item: .string(item)
    case .itemNumber: .int(itemNumber)
    case .units: .int(units)
    case .stock: .int(stock)
    case .buyer: .string(buyer)
    case .order: .string(order)
    case .call: .string(call)
    case .client: .int(client)
    case .uuid: .string(uuid)
    case .port: .int(port)
    case .captured(let name): .string(captured[name] ?? "")
    }
  }
}

/// Why a text is no template: a clause, and the name that it is about.
struct TemplateRefusal: Error, Hashable {
  var reason: String
  var name: String?
}

/// A text with placeholders.
public struct Template: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case text(String)
    case placeholder(Placeholder)
  }

  let parts: [Part]

  /// Takes a text apart; `known` can be named, and `captured`, which a login gives. Braces around what
  /// can be no name, such as those of an array in SQL, are text.
  ///
  ///     try Template("/stocks/{{item.number}}").filled(values)  // "/stocks/3"
  init(
    _ text: String, among known: [(name: String, placeholder: Placeholder)] = Placeholder.names,
    captured: [String] = []
  ) throws(TemplateRefusal) {
    var parts: [Part] = []
    var literal = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "{{") {
      literal += rest[..<start.lowerBound]
      let inside = rest[start.upperBound...]
      let word = inside.prefix { $0.isLetter || $0.isNumber || " ._-".contains($0) }
      if word.endIndex == inside.endIndex { throw TemplateRefusal(reason: "a {{ is never closed") }
      guard !word.isEmpty, inside[word.endIndex...].hasPrefix("}}") else {
        literal += "{"
        rest = rest[start.lowerBound...].dropFirst()
        continue
      }
      if !literal.isEmpty { parts.append(.text(literal)) }
      literal = ""
      parts.append(.placeholder(try Self.placeholder(word, known, captured)))
      rest = inside[word.endIndex...].dropFirst(2)
    }
    literal += rest
    if !literal.isEmpty { parts.append(.text(literal)) }
    self.parts = parts
  }

  private static func placeholder(
    _ text: Substring, _ known: [(name: String, placeholder: Placeholder)], _ captured: [String]
  ) throws(TemplateRefusal) -> Placeholder {
    let name = String(text.filter { !$0.isWhitespace })
    if let known = known.first(where: { $0.name == name }) { return known.placeholder }
    if captured.contains(name) { return .captured(name) }
    throw TemplateRefusal(reason: "{{\(name)}} is not available here", name: name)
  }

  /// The placeholder, where that is all there is.
  var lone: Placeholder? {
    if parts.count == 1, case .placeholder(let placeholder) = parts[0] { return placeholder }
    return nil
  }

  /// Whether a placeholder is in it.
  func mentions(_ placeholder: Placeholder) -> Bool { parts.contains(.placeholder(placeholder)) }

  /// The text; `encode` is applied to what placeholders stand for.
  public func filled(
    _ values: PlaceholderValues, encode: (String) -> String = { $0 }
  ) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .placeholder(let placeholder): encode(values.value(of: placeholder).description)
      }
    }.joined()
  }

  /// The value: that of a lone placeholder as it is, a number as a number.
  func value(_ values: PlaceholderValues) -> Value {
    lone.map(values.value(of:)) ?? .string(filled(values))
  }
}

/// Text in an address or a form.
enum PercentEncoding {
  /// What may stand anywhere in a path or a query (RFC 3986 §2.3); all else by its bytes.
  static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
        || (0x61...0x7a).contains(byte) || "-._~".utf8.contains(byte)
      if isPlain { return String(Unicode.Scalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
