// Requests to a service in a workload file: `request:` with `json:`, `form:` and `headers:`, the rules by
// which answers are read, and what a login captures.

import Drivers
import History
import Yams

extension WorkloadMap {
  static let requestKeys = ["request", "json", "form", "headers"]

  /// `take`, `read` or `restock`; nil: the file has none.
  func serviceCall(_ key: String, _ captured: [String]) throws(WorkloadError) -> ServiceCall? {
    guard let node = root[key] else { return nil }
    guard let mapping = node.mapping else {
      throw error(node, "`\(key)` is a mapping such as {request: POST /items/{{item.number}}/take}")
    }
    try check(mapping, keys: Self.requestKeys + ["replies", "left"], what: "`\(key)`")
    let request = try requestTemplate(mapping, node, key, captured)
    guard request.mentions(.item) || request.mentions(.itemNumber) else {
      throw error(
        node,
        "`\(key)` doesn't say which item it is about: put {{item}} or {{item.number}} into it")
    }
    for (call, placeholder, name) in [
      ("claim", Placeholder.buyer, "buyer"), ("order", .order, "order"),
    ] {
      if key == call, !request.mentions(placeholder) {
        throw error(node, "`\(key)` doesn't say which \(name) it is: put {{\(name)}} into it")
      }
      if key != call, request.mentions(placeholder) {
        throw error(node, "{{\(name)}} is for `\(call)`, not for `\(key)`")
      }
    }
    return ServiceCall(request: request, rules: try replyRules(mapping, node, key))
  }

  /// A request with its body and headers.
  func requestTemplate(
    _ mapping: Node.Mapping, _ node: Node, _ key: String, _ captured: [String]
  ) throws(WorkloadError) -> RequestTemplate {
    guard let line = mapping["request"] else {
      throw error(node, "`\(key)` has no `request`, such as POST /items/{{item.number}}/take")
    }
    var request = try requestLine(line, "request", captured)
    if let node = mapping["headers"] {
      guard let headers = node.mapping else {
        throw error(node, "`headers` is a mapping such as {Authorization: \"Bearer {{token}}\"}")
      }
      for (key, value) in headers {
        request.headers.append(
          RequestTemplate.Header(
            name: key.string ?? "", value: try template(value, "a header", captured)))
      }
    }
    if let json = mapping["json"] {
      if let form = mapping["form"] {
        throw error(form, "`json` and `form` are both given; leave one out")
      }
      request.body = .json(try jsonTemplate(json, captured))
    } else if let node = mapping["form"] {
      request.body = .form(try formFields(node, captured))
    }
    // With values of the kind that they will have, so that what can be refused is refused now.
    do throws(HTTPRequest.Refusal) {
      _ = try request.request(PlaceholderValues())
    } catch {
      throw self.error(line, error.reason)
    }
    return request
  }

  /// `POST /items/3/take`.
  func requestLine(
    _ node: Node, _ key: String, _ captured: [String]
  ) throws(WorkloadError) -> RequestTemplate {
    let words = (node.string ?? "").split(separator: " ", maxSplits: 1)
    guard words.count == 2 else {
      throw error(node, "`\(key)` is a method and a path such as GET /health, not \(shown(node))")
    }
    let path = words[1].drop { $0 == " " }
    let request = RequestTemplate(
      method: String(words[0]),
      target: try template(
        String(path), node, among: Placeholder.names, captured: captured),
      place: place(node))
    do throws(HTTPRequest.Refusal) {
      _ = try request.request(PlaceholderValues())
    } catch {
      throw self.error(node, error.reason)
    }
    return request
  }

  private func template(
    _ node: Node, _ what: String, _ captured: [String]
  ) throws(WorkloadError) -> Template {
    guard let text = node.string else { throw error(node, "\(what) is a text") }
    return try template(text, node, among: Placeholder.names, captured: captured)
  }

  private func jsonTemplate(
    _ node: Node, _ captured: [String]
  ) throws(WorkloadError) -> JSONTemplate {
    if let mapping = node.mapping {
      var entries: [JSONTemplate.Entry] = []
      for (key, value) in mapping {
        entries.append(
          JSONTemplate.Entry(name: key.string ?? "", value: try jsonTemplate(value, captured)))
      }
      return .map(entries)
    }
    if let sequence = node.sequence {
      var members: [JSONTemplate] = []
      for member in sequence { members.append(try jsonTemplate(member, captured)) }
      return .list(members)
    }
    let value = scalar(node)
    guard case .string(let text) = value else { return .constant(value) }
    return .text(try template(text, node, among: Placeholder.names, captured: captured))
  }

  private func formFields(
    _ node: Node, _ captured: [String]
  ) throws(WorkloadError) -> [BodyTemplate.FormField] {
    guard let mapping = node.mapping else {
      throw error(node, "`form` is a mapping such as {quantity: \"{{units}}\"}")
    }
    var fields: [BodyTemplate.FormField] = []
    for (key, value) in mapping {
      fields.append(
        BodyTemplate.FormField(
          name: key.string ?? "", value: try template(value, "a field", captured)))
    }
    return fields
  }

  /// A scalar as JSON has it: in quotes it is a text, whatever it looks like.
  func scalar(_ node: Node) -> Value {
    guard let scalar = node.scalar else { return .null }
    if scalar.style == .singleQuoted || scalar.style == .doubleQuoted {
      return .string(scalar.string)
    }
    if let number = node.int { return .int(number) }
    if let flag = node.bool { return .bool(flag) }
    if let number = node.float { return .double(number) }
    return node.null == nil ? .string(scalar.string) : .null
  }

  // MARK: Login

  /// The names that a login captures.
  func captures() throws(WorkloadError) -> [String] {
    guard let node = root["login"]?.mapping?["capture"] else { return [] }
    guard let mapping = node.mapping else {
      throw error(node, "`capture` is a mapping such as {token: $.token}")
    }
    var names: [String] = []
    for (key, _) in mapping {
      guard let name = key.string, !name.isEmpty,
        name.allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) }),
        !Placeholder.names.contains(where: { $0.name == name })
      else {
        throw error(
          key,
          "`\(shown(key))` can't be captured: a name has letters and digits, and is none of "
            + "soldout's own, such as item")
      }
      names.append(name)
    }
    return names
  }

  func login(_ captured: [String]) throws(WorkloadError) -> ServiceLogin? {
    guard let node = root["login"] else { return nil }
    guard let mapping = node.mapping else {
      throw error(
        node, "`login` is a mapping such as {request: POST /login, capture: {token: $.token}}")
    }
    try check(mapping, keys: Self.requestKeys + ["capture"], what: "`login`")
    var login = ServiceLogin(request: try requestTemplate(mapping, node, "login", []))
    for (key, value) in mapping["capture"]?.mapping ?? [:] {
      let text = value.string ?? ""
      let source: ServiceLogin.Source
      if let path = JSONPath(text) {
        source = .json(path)
      } else if text.hasPrefix("header "), text.count > 7 {
        source = .header(String(text.dropFirst(7)))
      } else {
        throw error(
          value,
          "what is captured is a JSON path such as $.token, or `header` and its name, not "
            + shown(value))
      }
      login.captures.append(
        ServiceLogin.Capture(name: key.string ?? "", source: source, place: place(value)))
    }
    return login
  }
}
