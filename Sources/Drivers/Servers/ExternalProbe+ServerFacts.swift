// What is out of the ordinary about the user's server and matters to a run: read
// before the run, noted in its record, shown in its report. It judges nothing; what a server doesn't
// disclose is left out.

extension ExternalProbe {
  /// What is out of the ordinary about a Redis, a clause each: `maxmemory 3.0 MB, allkeys-lru`.
  public static func facts(of address: RedisAddress, seconds: Int = 5) -> [String] {
    // Whether it can be used at all the probe has said before.
    guard let answers = try? ask(address, seconds: seconds) else { return [] }
    return redisFacts(information: answers.information, settings: answers.settings)
  }

  private static func ask(
    _ address: RedisAddress, seconds: Int
  ) throws(BlockingRedis.Broken) -> (information: String, settings: [String: String]) {
    let connection = try BlockingRedis(address, seconds: seconds)
    if let password = address.password {
      _ = try connection.send(["AUTH"] + [address.user, password].compactMap { $0 })
    }
    guard case .text(let text) = try connection.send(["INFO"]) else { return ("", [:]) }
    var settings: [String: String] = [:]
    // A user without the right to CONFIG, or a hosted Redis without it, tells only what INFO does.
    if case .array(let pairs) = try connection.send(["CONFIG", "GET", "appendfsync"]),
      pairs.count == 2
    {
      settings[pairs[0]] = pairs[1]
    }
    return (text, settings)
  }

  /// The facts in the reply of INFO, with settings by name.
  static func redisFacts(information: String, settings: [String: String] = [:]) -> [String] {
    var fields = settings
    for line in information.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
    }
    var facts: [String] = []
    if fields["cluster_enabled"] == "1" { facts.append("cluster mode") }
    if fields["role"] == "slave" { facts.append("a replica") }
    if let limit = fields["maxmemory"].flatMap({ Int($0) }), limit > 0 {
      let policy = fields["maxmemory_policy"].map { ", \($0)" } ?? ""
      facts.append("maxmemory \(bytes(limit))\(policy)")
    }
    if fields["aof_enabled"] == "1" {
      facts.append("append-only file" + (fields["appendfsync"].map { ", fsync \($0)" } ?? ""))
    }
    if let replicas = fields["connected_slaves"].flatMap({ Int($0) }), replicas > 0 {
      facts.append("\(replicas) replica\(replicas == 1 ? "" : "s")")
    }
    return facts
  }

  private static func bytes(_ count: Int) -> String {
    for (size, unit) in [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")] where count >= size {
      let tenths = count * 10 / size
      return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return "\(count) bytes"
  }

  /// What is out of the ordinary about a PostgreSQL, as the role and the database of the address
  /// have it: `default_transaction_isolation serializable`.
  public static func facts(of address: PostgresAddress, seconds: Int = 5) -> [String] {
    guard let session = try? BlockingPostgres(address, seconds: seconds) else { return [] }
    let names = ordinary.map(\.name)
    let query = "SELECT " + names.map { "current_setting('\($0)', true)" }.joined(separator: ", ")
    let values = session.row(query).map { $0 ?? "" }
    guard values.count == names.count else { return [] }
    return postgresFacts(Dictionary(uniqueKeysWithValues: zip(names, values)))
  }

  /// Settings that differ from what they ordinarily are, by name.
  static func postgresFacts(_ settings: [String: String]) -> [String] {
    ordinary.compactMap { name, value in
      guard let found = settings[name], found != value else { return nil }
      return "\(name) \(found)"
    }
  }

  /// Settings that decide the outcome of commits and conflicts, with PostgreSQL's defaults (manual §20).
  private static let ordinary = [
    (name: "default_transaction_isolation", value: "read committed"),
    (name: "default_transaction_read_only", value: "off"), (name: "in_hot_standby", value: "off"),
    (name: "synchronous_commit", value: "on"), (name: "synchronous_standby_names", value: ""),
    (name: "fsync", value: "on"), (name: "statement_timeout", value: "0"),
    (name: "lock_timeout", value: "0"),
    (name: "idle_in_transaction_session_timeout", value: "0"),
  ]
}
