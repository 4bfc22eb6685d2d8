// The part of a workload file about a service of the user's: `service:` and what is asked of it.
// Everything is checked before anything starts, and refused with line and column.

import Yams

extension WorkloadMap {
  static let keysOfServices = [
    "about", "datatype", "service", "prepare", "take", "claim", "order", "read", "restock", "truth",
    "login",
    "clients", "mix", "skew", "operations", "duration", "rate", "deadline", "max-failures", "seed",
    "faults", "expect", "explore",
  ]

  /// The service, with what the file says of its calls and stores; nil: the file has none.
  func service(_ key: String) throws(WorkloadError) -> ServiceSetup? {
    guard let node = root[key] else { return nil }
    for other in ["strategies", "program"] {
      if let node = root[other] {
        throw error(node, "`\(other)` and `\(key)` are both given; leave one out")
      }
    }
    guard let mapping = node.mapping else {
      throw error(
        node, "`\(key)` is a mapping such as {command: python3 shop.py, ready: GET /health}")
    }
    try check(
      mapping,
      keys: [
        "command", "url", "directory", "env", "instances", "servers", "ready", "stop", "connection",
      ], what: "service")
    let captured = try captures()
    let datatype: Workload.Datatype =
      root["claim"] != nil ? .coupon : root["order"] != nil ? .orders : .stock
    let taking = datatype.keys.mix[0]
    guard let take = try serviceCall(taking, captured) else {
      throw error(
        node,
        "a service needs `take`: say which request buys, such as "
          + "take: {request: POST /items/{{item.number}}/take}; or `claim` for one coupon per buyer, "
          + "or `order` for orders that are sent again")
    }
    for other in ["take", "claim", "order"] where other != taking {
      if let node = root[other] {
        throw error(node, "`\(taking)` and `\(other)` are both given; leave one out")
      }
    }
    var setup = ServiceSetup(
      origin: try origin(mapping, node), take: take, place: place(node))
    setup.datatype = datatype
    setup.read = try serviceCall("read", captured)
    setup.restock = try serviceCall("restock", captured)
    setup.login = try login(captured)
    setup.keepsConnections = try keepsConnections(mapping["connection"])
    let servers = setup.needs
    setup.prepare = try servicePreparation("prepare", servers)
    setup.truth = try serviceTruth("truth", servers, captured)
    guard setup.truth != nil || setup.read != nil else {
      throw error(
        node,
        "nothing tells what is left at the end: add `truth`, such as "
          + "truth: {redis: \"GET {{item}}\"}, or `read`")
    }
    return setup
  }

  private func origin(
    _ mapping: Node.Mapping, _ node: Node
  ) throws(WorkloadError) -> ServiceSetup.Origin {
    switch (mapping["command"], mapping["url"]) {
    case (let command?, nil): return .command(try serviceCommand(command, mapping))
    case (nil, let url?):
      for key in ["directory", "env", "instances", "servers", "ready", "stop"] {
        if let node = mapping[key] {
          throw error(node, "`\(key)` is for a service that soldout starts; this one runs already")
        }
      }
      guard let address = url.string.flatMap({ ServiceURL($0) }) else {
        throw error(url, "`url` is an address such as http://127.0.0.1:8080, not \(shown(url))")
      }
      return .url(address)
    case (nil, nil):
      throw error(
        node,
        "a service has neither `command` nor `url`: say how an instance is started, or where "
          + "one runs")
    case (_?, let url?):
      throw error(url, "`command` and `url` are both given; leave one out")
    }
  }

  private func serviceCommand(
    _ node: Node, _ mapping: Node.Mapping
  ) throws(WorkloadError) -> ServiceCommand {
    var command = ServiceCommand(
      words: try commandWords(node, "command"),
      directory: try commandDirectory(mapping["directory"]), place: place(node))
    command.environment = try commandEnvironment(mapping["env"])
    if let node = mapping["instances"] {
      command.instances = try whole(node, "instances", in: 1...100)
    }
    command.servers = try serviceServers(mapping["servers"])
    command.ready = try serviceReady(mapping["ready"])
    command.stop = try stretch(mapping["stop"], "stop") ?? command.stop
    let pinned = command.servers.first { $0.port != nil }
    if let pinned, command.instances > 1 {
      throw error(
        mapping["servers"],
        "every instance has its own port for `\(pinned.name)`, so a fixed port serves only one "
          + "instance; give instances: 1, or let the code read the port")
    }
    return command
  }

  private func keepsConnections(_ node: Node?) throws(WorkloadError) -> Bool {
    guard let node else { return true }
    guard let text = node.string, ["keep", "new"].contains(text) else {
      throw error(node, "`connection` is keep or new, not \(shown(node))")
    }
    return text == "keep"
  }

  // MARK: Instances

  private func serviceServers(_ node: Node?) throws(WorkloadError) -> [ServiceServer] {
    guard let node else { return [] }
    var servers: [ServiceServer] = []
    for node in node.sequence.map(Array.init) ?? [node] {
      let pairs = node.mapping.map { $0.map { ($0.key, Optional($0.value)) } } ?? [(node, nil)]
      for (key, settings) in pairs {
        let name = try privateServer(key).name
        guard !servers.contains(where: { $0.name == name }) else {
          throw error(key, "\(name) is named twice")
        }
        servers.append(
          ServiceServer(name: name, port: try pin(settings, of: name), place: place(key)))
      }
    }
    return servers
  }

  private func pin(_ node: Node?, of name: String) throws(WorkloadError) -> UInt16? {
    guard let node else { return nil }
    guard let mapping = node.mapping else {
      throw error(node, "the settings of \(name) are a mapping such as {port: 6379}")
    }
    try check(mapping, keys: ["port"], what: "server's settings")
    guard let port = mapping["port"] else { return nil }
    return UInt16(try whole(port, "port", in: 1...65_535))
  }

  private func serviceReady(_ node: Node?) throws(WorkloadError) -> ServiceReady? {
    guard let node else { return nil }
    guard let mapping = node.mapping else {
      return ServiceReady(request: try requestLine(node, "ready", []))
    }
    try check(mapping, keys: ["request", "within", "every"], what: "`ready`")
    guard let line = mapping["request"] else {
      throw error(node, "`ready` has no `request`, such as GET /health")
    }
    var ready = ServiceReady(request: try requestLine(line, "request", []))
    ready.within = try stretch(mapping["within"], "within") ?? ready.within
    ready.every = try stretch(mapping["every"], "every") ?? ready.every
    return ready
  }

  // MARK: What is common

  func place(_ node: Node) -> String {
    "\(file):\(node.mark?.line ?? 0):\(node.mark?.column ?? 0)"
  }

  func stretch(_ node: Node?, _ key: String) throws(WorkloadError) -> Duration? {
    guard let node else { return nil }
    guard let time = Duration(text: node.string ?? ""), time >= .milliseconds(1) else {
      throw error(node, "`\(key)` is a time such as 500ms, 10s or 2m, not \(shown(node))")
    }
    return time
  }
}

extension WorkloadMap {
  /// Takes calls that a service hasn't got out of the standard mix, and refuses them in a mix that was
  /// stated; so too quantities that its requests don't mention.
  func check(
    _ mix: inout Mix, _ quantity: ClosedRange<Int>, against service: ServiceSetup?
  ) throws(WorkloadError) {
    guard let service else { return }
    if let node = root["mix"] {
      for (call, weight, isKnown) in [
        ("read", mix.read, service.read != nil), ("restock", mix.restock, service.restock != nil),
      ] where weight > 0 && !isKnown {
        throw error(node, "`mix` has \(call), but nothing says how to request it: add `\(call)`")
      }
    } else {
      if service.read == nil { mix.read = 0 }
      if service.restock == nil { mix.restock = 0 }
    }
    if quantity != 1...1, !service.take.request.mentions(.units) {
      throw error(
        root["quantity"],
        "`\(service.datatype.keys.mix[0])` doesn't say how many units: put {{units}} into it, or leave out "
          + "`quantity`")
    }
    if let restock = service.restock, !restock.request.mentions(.units) {
      throw error(root["restock"], "`restock` doesn't say how many units: put {{units}} into it")
    }
  }
}
