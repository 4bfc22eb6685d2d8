// `prepare:` and `truth:` of a service: by SQL or a command of Redis past the service, or by a request to
// it.

import Yams

extension WorkloadMap {
  func servicePreparation(
    _ key: String, _ servers: Needs
  ) throws(WorkloadError) -> [ServiceStep] {
    guard let node = root[key] else { return [] }
    var steps: [ServiceStep] = []
    for node in node.sequence.map(Array.init) ?? [node] {
      guard let mapping = node.mapping else {
        throw error(
          node, "a step of `\(key)` is a mapping such as {redis: \"SET {{item}} {{stock}}\"}")
      }
      if mapping["request"] != nil {
        try check(mapping, keys: Self.requestKeys, what: "step of `\(key)`")
        steps.append(.request(try requestTemplate(mapping, node, key, [])))
      } else {
        try check(mapping, keys: ["sql", "server", "redis", "request"], what: "step of `\(key)`")
        steps.append(.store(try serviceStore(mapping, node, key, servers)))
      }
    }
    return steps
  }

  func serviceTruth(
    _ key: String, _ servers: Needs, _ captured: [String]
  ) throws(WorkloadError) -> ServiceTruth? {
    guard let node = root[key] else { return nil }
    guard let mapping = node.mapping else {
      throw error(node, "`\(key)` is a mapping such as {redis: \"GET {{item}}\"}")
    }
    let settle = try stretch(mapping["settle"], "settle")
    if mapping["request"] != nil {
      try check(mapping, keys: Self.requestKeys + ["left", "settle"], what: "`\(key)`")
      let request = try requestTemplate(mapping, node, key, [])
      guard mapping["left"] != nil else {
        throw error(
          node, "`\(key)` doesn't say where its answer tells what is left, such as left: $.quantity"
        )
      }
      guard request.mentions(.item) || request.mentions(.itemNumber) else {
        throw error(
          node, "`\(key)` is read for each item; name it by {{item}} or {{item.number}}")
      }
      return .request(
        ServiceCall(request: request, rules: try replyRules(mapping, node, key)), settle: settle)
    }
    try check(mapping, keys: ["sql", "server", "redis", "request", "settle"], what: "`\(key)`")
    let command = try serviceStore(mapping, node, key, servers)
    guard command.isPerItem else {
      throw error(node, "`\(key)` is read for each item; name it by {{item}} or {{item.number}}")
    }
    return .store(StoreTruth(command: command, settle: settle))
  }

  private func serviceStore(
    _ mapping: Node.Mapping, _ node: Node, _ key: String, _ servers: Needs
  ) throws(WorkloadError) -> StoreCommand {
    try storeCommand(
      mapping, node, key, of: "service", with: servers, ways: "`sql`, `redis` and `request`")
  }
}

// MARK: Commands to a program's and a service's stores

extension WorkloadMap {
  /// Private servers that a program or a service can be given.
  static let privateServers: [(name: String, need: Needs)] = BackendKind.allCases.map {
    ($0.name, .one($0))
  }

  /// The private server that a text names.
  func privateServer(_ node: Node) throws(WorkloadError) -> (name: String, need: Needs) {
    guard let server = Self.privateServers.first(where: { $0.name == node.string }) else {
      let written = shown(node)
      throw error(
        node,
        "unknown server \(written)"
          + nearest(to: written, among: Self.privateServers.map(\.name)))
    }
    return server
  }

  /// `sql` or `redis`, for one of the servers that a program or a service (`owner`) has; `ways` are the
  /// keys by which such a step can speak.
  func storeCommand(
    _ mapping: Node.Mapping, _ node: Node, _ key: String, of owner: String, with servers: Needs,
    ways: String = "`sql` and `redis`"
  ) throws(WorkloadError) -> StoreCommand {
    let (sql, redis) = (mapping["sql"], mapping["redis"])
    guard let value = sql ?? redis, sql == nil || redis == nil else {
      throw error(node, "`\(key)` needs one of \(ways)")
    }
    let database = try database(mapping, of: owner, key, with: servers)
    guard sql != nil || servers.contains(.redis) else {
      throw error(value, "`\(key)` uses a Redis that the \(owner)'s `servers` don't name")
    }
    guard sql == nil || value.string?.isEmpty == false else {
      throw error(value, "`sql` is a statement")
    }
    let texts = sql == nil ? try commandWords(value, "redis") : [value.string ?? ""]
    var templates: [Template] = []
    for text in texts {
      templates.append(try template(text, value, among: StoreCommand.placeholders))
    }
    return StoreCommand(
      kind: database.map { .sql(templates[0], $0) } ?? .redis(templates), place: place(value))
  }

  /// The database that a step's `sql` is for: the only one, or the one that `server` names; nil: the step
  /// has none.
  private func database(
    _ mapping: Node.Mapping, of owner: String, _ key: String, with servers: Needs
  ) throws(WorkloadError) -> BackendKind? {
    guard let value = mapping["sql"] else {
      guard let node = mapping["server"] else { return nil }
      throw error(node, "`server` says which database `sql` is for; leave it out")
    }
    let known = BackendKind.databases
    let databases = known.filter { servers.contains(.one($0)) }
    guard let only = databases.last else {
      throw error(
        value,
        "`\(key)` uses a \(known.map(\.title).joined(separator: " or ")) that the \(owner)'s "
          + "`servers` don't name")
    }
    if let node = mapping["server"] {
      guard let named = databases.first(where: { $0.name == node.string }) else {
        throw error(
          node, "`server` is \(databases.map(\.name).joined(separator: " or ")) here")
      }
      return named
    }
    guard databases.count == 1 else {
      throw error(
        value,
        "`sql` could be for \(databases.map(\.title).joined(separator: " or ")): say which by "
          + "server: \(only.name) beside it")
    }
    return only
  }

  /// A text with places for values, of which these can be named.
  func template(
    _ text: String, _ node: Node, among known: [(name: String, placeholder: Placeholder)],
    captured: [String] = []
  ) throws(WorkloadError) -> Template {
    do throws(TemplateRefusal) {
      return try Template(text, among: known, captured: captured)
    } catch {
      let names = known.map(\.name) + captured
      throw self.error(
        node, error.reason + (error.name.map { nearest(to: $0, among: names) } ?? ""))
    }
  }
}
