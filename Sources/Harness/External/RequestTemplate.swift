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
    case .json(let template): Array(template.text(values).utf8)
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
    switch self {
    case .text(let template): Self.text(template.value(values))
    case .constant(let value): Self.text(value)
    case .list(let members): "[" + members.map { $0.text(values) }.joined(separator: ",") + "]"
    case .map(let entries):
      "{"
        + entries.map { "\(Self.quoted($0.name)):\($0.value.text(values))" }
        .joined(separator: ",") + "}"
    }
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .null, .bool, .int, .double: value.description
    default: quoted(value.description)
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
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
