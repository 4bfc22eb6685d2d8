// `prepare:` and `truth:` of a service: by SQL or a command of Redis past the service, or by a request to
// it.

import Yams

extension WorkloadMap {
  func servicePreparation(
    _ key: String, _ servers: [String]
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
        try check(mapping, keys: ["sql", "redis", "request"], what: "step of `\(key)`")
        steps.append(.store(try serviceStore(mapping, node, key, servers)))
      }
    }
    return steps
  }

  func serviceTruth(
    _ key: String, _ servers: [String], _ captured: [String]
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
          node, "`\(key)` doesn't say where the answer tells what is left: left: $.quantity")
      }
      guard request.mentions(.item) || request.mentions(.itemNumber) else {
        throw error(
          node, "`\(key)` is asked for each item; say which by {{item}} or {{item.number}}")
      }
      return .request(
        ServiceCall(request: request, rules: try replyRules(mapping, node, key)), settle: settle)
    }
    try check(mapping, keys: ["sql", "redis", "request", "settle"], what: "`\(key)`")
    let command = try serviceStore(mapping, node, key, servers)
    guard command.isPerItem else {
      throw error(node, "`\(key)` is asked for each item; say which by {{item}} or {{item.number}}")
    }
    return .store(StoreTruth(command: command, settle: settle))
  }

  private func serviceStore(
    _ mapping: Node.Mapping, _ node: Node, _ key: String, _ servers: [String]
  ) throws(WorkloadError) -> StoreCommand {
    let (sql, redis) = (mapping["sql"], mapping["redis"])
    guard let value = sql ?? redis, sql == nil || redis == nil else {
      throw error(node, "`\(key)` says one of `sql`, `redis` and `request`")
    }
    let server = sql == nil ? "redis" : "postgres"
    guard servers.contains(server) else {
      throw error(
        value, "`\(key)` speaks to a \(server) that the service's `servers` don't name")
    }
    if sql == nil {
      return StoreCommand(kind: .redis(try commandWords(value, "redis")), place: place(value))
    }
    guard let text = value.string, !text.isEmpty else { throw error(value, "`sql` is a statement") }
    return StoreCommand(kind: .sql(text), place: place(value))
  }
}
