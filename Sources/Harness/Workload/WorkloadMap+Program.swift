// The part of a workload file about a program of the user's: `program:`, and `prepare:` and `truth:` where
// its stores are reached without it. Everything is checked before anything starts.

import Yams

extension WorkloadMap {
  /// The program, with what the file says of its stores; nil: the file has none.
  func program(_ key: String) throws(WorkloadError) -> ProgramSetup? {
    guard let node = root[key] else { return nil }
    guard let mapping = node.mapping else {
      throw error(
        node, "`\(key)` is a mapping such as {command: python3 shop.py, servers: [redis]}")
    }
    if let strategies = root["strategies"] {
      throw error(strategies, "`strategies` and `\(key)` are both given; leave one out")
    }
    try check(
      mapping, keys: ["command", "directory", "env", "servers", "ready", "stop"], what: "program")
    guard let command = mapping["command"] else {
      throw error(
        node, "a program has no `command`: say how one is started, such as python3 shop.py")
    }
    var setup = ProgramSetup(
      command: try commandWords(command, "command"),
      directory: try commandDirectory(mapping["directory"]),
      place: place(command))
    setup.environment = try commandEnvironment(mapping["env"])
    setup.servers = try servers(mapping["servers"])
    setup.ready = try stretch(mapping["ready"], "ready") ?? setup.ready
    setup.stop = try stretch(mapping["stop"], "stop") ?? setup.stop
    setup.prepare = try storeCommands("prepare", for: setup.servers)
    setup.truth = try truth("truth", for: setup.servers)
    return setup
  }

  private func servers(_ node: Node?) throws(WorkloadError) -> Needs {
    guard let node else { return [] }
    var needs: Needs = []
    for node in node.sequence.map(Array.init) ?? [node] {
      needs.formUnion(try privateServer(node).need)
    }
    return needs
  }

  // MARK: Stores

  private func storeCommands(
    _ key: String, for servers: Needs
  ) throws(WorkloadError) -> [StoreCommand] {
    guard let node = root[key] else { return [] }
    var commands: [StoreCommand] = []
    for node in node.sequence.map(Array.init) ?? [node] {
      guard let mapping = node.mapping else {
        throw error(
          node, "a step of `\(key)` is a mapping such as {redis: \"SET {{item}} {{stock}}\"}")
      }
      try check(mapping, keys: ["sql", "server", "redis"], what: "step of `\(key)`")
      commands.append(try storeCommand(mapping, node, key, of: "program", with: servers))
    }
    return commands
  }

  private func truth(_ key: String, for servers: Needs) throws(WorkloadError) -> StoreTruth? {
    guard let node = root[key] else { return nil }
    guard let mapping = node.mapping else {
      throw error(node, "`\(key)` is a mapping such as {redis: \"GET {{item}}\"}")
    }
    try check(mapping, keys: ["sql", "server", "redis", "settle"], what: "`\(key)`")
    let command = try storeCommand(mapping, node, key, of: "program", with: servers)
    guard command.isPerItem else {
      throw error(node, "`\(key)` is read for each item; name it by {{item}} or {{item.number}}")
    }
    return StoreTruth(command: command, settle: try stretch(mapping["settle"], "settle"))
  }
}
