// Whether the user's Redis is fit for runs: it takes writes, lets us do what
// every run does, has room for the clients, and forgets nothing by itself. Checked before anything is
// created there; the one key written for it is removed at once and would expire by itself.

/// A look at whether runs can be made on a Redis that we did not start.
public struct RedisFitness {
  private let address: RedisAddress
  /// Connections that a run holds at once, at least.
  private let connections: Int

  /// For runs of this many clients.
  public init(of address: RedisAddress, clients: Int) {
    self.address = address
    // The run itself keeps one.
    connections = clients + 1
  }

  /// Refuses, as `ServerFailure.unfit`, a server on which a run would fail or mean nothing; returns what
  /// the user should know of it, a sentence each.
  public func check() throws(ServerFailure) -> [String] {
    let found: Result<[String], ServerFailure>
    do throws(BlockingRedis.Broken) {
      found = try look()
    } catch {
      throw .unreachable(address: address.description, reason: error.reason)
    }
    return try found.get()
  }

  private func look() throws(BlockingRedis.Broken) -> Result<[String], ServerFailure> {
    let connection = try BlockingRedis(address, seconds: 5)
    if let password = address.password {
      _ = try connection.send(["AUTH"] + [address.user, password].compactMap { $0 })
    }
    _ = try connection.send(["SELECT", "\(address.database)"])
    // Of a server that keeps INFO to itself what follows finds less.
    let facts = Self.facts(try connection.send(["INFO"]))
    if let failure = unfitness(facts) { return .failure(failure) }
    let (failure, notes) = try tryOut(connection)
    if let failure { return .failure(failure) }
    return .success(notes + Self.notes(on: facts))
  }

  private func unfit(_ reason: String, _ advice: String) -> ServerFailure {
    .unfit(address: address.description, reason: reason, advice: advice)
  }

  // MARK: What it says of itself

  /// The fields of INFO.
  static func facts(_ reply: BlockingRedis.Reply) -> [String: String] {
    guard case .text(let text) = reply else { return [:] }
    var facts: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let sides = line.split(separator: ":", maxSplits: 1)
      if sides.count == 2 { facts[String(sides[0])] = String(sides[1]) }
    }
    return facts
  }

  func unfitness(_ facts: [String: String]) -> ServerFailure? {
    if facts["role"] == "slave" {
      return unfit("it is a replica, which takes no writes (READONLY)", "name the master")
    }
    if facts["cluster_enabled"] == "1" {
      return unfit(
        "it is a node of a cluster, and a run's keys lie in many slots",
        "name a Redis that is none, or use private servers")
    }
    if let most = facts["maxclients"].flatMap({ Int($0) }), most < connections {
      return unfit(
        "\(connections - 1) clients need \(connections) connections, and its maxclients is \(most)",
        "raise it, or take fewer with --clients")
    }
    return nil
  }

  /// What a run can be made in spite of.
  static func notes(on facts: [String: String]) -> [String] {
    guard let most = facts["maxmemory"].flatMap({ Int($0) }), most > 0,
      let policy = facts["maxmemory_policy"], policy != "noeviction"
    else { return [] }
    let used = facts["used_memory"].flatMap { Int($0) } ?? 0
    return [
      "Redis evicts keys when its memory is full (\(policy), \(used * 100 / most) % of maxmemory "
        + "used): stock or locks that are evicted count as lost"
    ]
  }

  // MARK: What it lets us do

  /// Tries what every run does, and what some strategies do, as a harmless example.
  private func tryOut(
    _ connection: borrowing BlockingRedis
  ) throws(BlockingRedis.Broken) -> (ServerFailure?, [String]) {
    let tag = String(UInt64.random(in: 0x1000_0000_0000...0xffff_ffff_ffff), radix: 16)
    let key = "soldout:\(tag):probe"
    let general = [
      ["CLIENT", "SETNAME", "soldout:\(tag)"], ["SET", key, "1", "EX", "60"], ["GET", key],
      ["SCAN", "0", "MATCH", key, "COUNT", "1"], ["UNLINK", key],
    ]
    var denied: [String] = []
    for command in general {
      guard case .error(let text) = try connection.send(command) else { continue }
      guard text.hasPrefix("NOPERM") else {
        return (unfit("it refuses \(command[0]): \(text.prefix(160))", "fix that first"), [])
      }
      denied.append(command[0] == "CLIENT" ? "CLIENT SETNAME" : command[0])
    }
    let user = address.user ?? "default"
    guard denied.isEmpty else {
      let reason = "user \(user) may not run \(denied.joined(separator: ", ")) on soldout:*"
      return (
        unfit(reason, "ACL SETUSER \(user) ~soldout:* &soldout:* +@all -@admin gives all it takes"),
        []
      )
    }
    let special = [
      ["EVAL", "return 1", "0"], ["SCRIPT", "LOAD", "return 1"], ["WATCH", key],
      ["PUBLISH", "soldout:\(tag):probe", ""], ["HGET", key, "f"], ["ZCARD", key], ["LLEN", key],
      ["XLEN", key], ["TTL", key],
    ]
    for command in special {
      if case .error(let text) = try connection.send(command), text.hasPrefix("NOPERM") {
        denied.append(command[0])
      }
    }
    guard !denied.isEmpty else { return (nil, []) }
    let names = denied.joined(separator: ", ")
    return (
      nil, ["Redis does not let user \(user) run \(names): strategies that need it will fail"]
    )
  }
}
