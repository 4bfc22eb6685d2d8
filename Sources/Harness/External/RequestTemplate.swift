// A request to a service with places for a call's own values: what a workload's `request:`, `json:`,
// `form:` and `headers:` say.

public import Drivers
public import History

/// A body with places for values.
public enum BodyTemplate: Sendable, Hashable {
  case json(JSONTemplate)
  case form([FormField])

  public struct FormField: Sendable, Hashable {
    var name: String
    var value: Template
  }

  var contentType: String {
    switch self {
    case .json: "application/json"
    case .form: "application/x-www-form-urlencoded"
    }
  }

  func bytes(_ values: PlaceholderValues) -> [UInt8] {
    switch self {
    case .json(let template): template.bytes(values)
    case .form(let fields):
      Array(
        fields.map { field in
          PercentEncoding.encoded(field.name) + "="
            + PercentEncoding.encoded(field.value.filled(values))
        }.joined(separator: "&").utf8)
    }
  }
}

/// JSON in which texts may be templates: of a lone placeholder that stands for a number comes a number.
public indirect enum JSONTemplate: Sendable, Hashable {
  case text(Template)
  case constant(Value)
  case list([JSONTemplate])
  case map([Entry])

  public struct Entry: Sendable, Hashable {
    var name: String
    var value: JSONTemplate
  }

  func text(_ values: PlaceholderValues) -> String {
    String(decoding: bytes(values), as: UTF8.self)
  }

  func bytes(_ values: PlaceholderValues) -> [UInt8] {
    var bytes: [UInt8] = []
    append(values, to: &bytes)
    return bytes
  }

  private func append(_ values: PlaceholderValues, to bytes: inout [UInt8]) {
    switch self {
    case .text(let template): JSONText.append(value: template.value(values), to: &bytes)
    case .constant(let value): JSONText.append(value: value, to: &bytes)
    case .list(let members):
      Self.append(members, between: "[]", to: &bytes) { $0.append(values, to: &$1) }
    case .map(let entries):
      Self.append(entries, between: "{}", to: &bytes) { entry, bytes in
        JSONText.append(string: entry.name, to: &bytes)
        JSONText.append(raw: ":", to: &bytes)
        entry.value.append(values, to: &bytes)
      }
    }
  }

  private static func append<Member>(
    _ members: [Member], between brackets: String, to bytes: inout [UInt8],
    _ append: (Member, inout [UInt8]) -> Void
  ) {
    JSONText.append(raw: String(brackets.prefix(1)), to: &bytes)
    for (place, member) in members.enumerated() {
      if place > 0 { JSONText.append(raw: ",", to: &bytes) }
      append(member, &bytes)
    }
    JSONText.append(raw: String(brackets.suffix(1)), to: &bytes)
  }
}

/// A request with places for values.
public struct RequestTemplate: Sendable, Hashable {
  public var method: String
  public var target: Template
  public var headers: [Header] = []
  public var body: BodyTemplate?
  /// Where it stands, `shop.yaml:12:12`.
  public var place: String

  public struct Header: Sendable, Hashable {
    var name: String
    var value: Template
  }

  init(method: String, target: Template, place: String) {
    self.method = method
    self.target = target
    self.place = place
  }

  /// The request of one call; `base` is what its address begins with, such as `/api`.
  public func request(
    _ values: PlaceholderValues, base: String = ""
  ) throws(HTTPRequest.Refusal) -> HTTPRequest {
    var all = headers.map { HTTPHeader($0.name, $0.value.filled(values)) }
    if let body, !all.contains(where: { $0.name.lowercased() == "content-type" }) {
      all.append(HTTPHeader("Content-Type", body.contentType))
    }
    return try HTTPRequest(
      method, base + target.filled(values, encode: PercentEncoding.encoded), headers: all,
      body: body?.bytes(values) ?? [])
  }

  func mentions(_ placeholder: Placeholder) -> Bool {
    func isIn(_ json: JSONTemplate) -> Bool {
      switch json {
      case .text(let template): template.mentions(placeholder)
      case .constant: false
      case .list(let members): members.contains(where: isIn)
      case .map(let entries): entries.contains { isIn($0.value) }
      }
    }
    let isInBody =
      switch body {
      case .json(let template)?: isIn(template)
      case .form(let fields)?: fields.contains { $0.value.mentions(placeholder) }
      case nil: false
      }
    return isInBody || target.mentions(placeholder)
      || headers.contains { $0.value.mentions(placeholder) }
  }
}
