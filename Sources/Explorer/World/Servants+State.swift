// What the servers hold, in words: the last column of a step table.

import Drivers
import Harness

extension Servants {
  /// What is held under known keys, and in the tables as others see them: one fact each. The
  /// world's random names are not told: they are others each time.
  func state(of keys: KeyTable, in topology: Topology) async throws(Failure) -> [String] {
    var facts: [String] = []
    for server in redis {
      for key in keys.keys where key.server == server.number {
        let value = try await value(of: topology.prefix + key.name, on: server.connection)?
          .replacing(topology.schema, with: "soldout")
        let place = redis.count > 1 ? "\(server.number):" : ""
        if let value { facts.append("\(place)\(key.name)=\(value)") }
      }
    }
    for database in databases { facts += try await rows(on: database.connection) }
    facts += try await mysql?.rows() ?? []
    return facts
  }

  private func value(
    of key: String, on connection: RedisConnection
  ) async throws(Failure) -> String? {
    func ask(_ verb: StaticString, _ more: RedisArgument...) async throws(Failure) -> RedisReply {
      try await connection.send(RedisCommand(verb, [.text(key)] + more, effect: .read))
    }
    switch try await ask("TYPE").text {
    case "string": return try await ask("GET").text ?? "…"
    case "hash": return "{\(Self.words(try await ask("HGETALL")))}"
    case "list": return "[\(Self.words(try await ask("LRANGE", 0, -1)))]"
    case "set": return "{\(Self.words(try await ask("SMEMBERS")))}"
    case "zset": return "<\(Self.words(try await ask("ZRANGE", 0, -1)))>"
    case "stream": return "stream of \(try await ask("XLEN").integer ?? 0)"
    default: return nil
    }
  }

  private static func words(_ reply: RedisReply) -> String {
    (reply.elements ?? []).map { $0.text ?? "…" }.joined(separator: " ")
  }

  private static let tables = Statement(
    "SELECT",
    """
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND c.relname NOT LIKE 'soldout\\_start\\_%' ORDER BY 1
    """, effect: .read)

  private func rows(on connection: PostgresConnection) async throws(Failure) -> [String] {
    let tables = try await connection.execute(Self.tables)
    var facts: [String] = []
    for table in (0..<tables.count).compactMap({ tables.text($0, 0) }) {
      // Prepared under a name of its own each time, it would pile up; it is asked for rarely.
      let statement = Statement(
        "SELECT", "SELECT * FROM soldout.\(table) t ORDER BY t", effect: .read, prepared: false)
      let rows = try await connection.execute(statement)
      for row in 0..<rows.count {
        let values = (0..<rows.columns).map { rows.text(row, $0) ?? "NULL" }
        facts.append("\(table)(\(values.joined(separator: ",")))")
      }
    }
    return facts
  }
}
