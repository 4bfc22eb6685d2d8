// What dead runs have left on servers of the user's: found by the pattern of a place's name and nothing
// else, told apart from runs that are still going on by the sign these give (`Presence`), and removed one
// place at a time. What can't be told from a living run's is never removed.

public import Drivers

/// A place on a server that a run has left, or is using.
public struct Leftover: Sendable, Hashable {
  /// Whether the run is over.
  public enum State: Sendable, Hashable {
    case over
    case underWay
    /// Not known, and why, as the end of a sentence.
    case unknown(String)
  }

  public var place: PlaceName
  public var isRedis: Bool
  /// `12 keys`, `2 tables, 48 kB`.
  public var size: String
  /// `untouched for 3 h`, `begun 2026-11-28T20:05:00Z`; nil: not known.
  public var age: String?
  public var state: State

  /// As its server knows it.
  public var name: String { isRedis ? place.prefix + "*" : place.schema }
}

/// The places of runs on one server.
public struct Leftovers: Sendable {
  private var redis: RedisAddress?
  private var postgres: PostgresAddress?
  private var mysql: MySQLAddress?

  /// On a Redis, in the database of its address.
  public init(on redis: RedisAddress) { self.redis = redis }

  /// On a PostgreSQL, in the database of its address.
  public init(on postgres: PostgresAddress) { self.postgres = postgres }

  /// On a MySQL, where each is a database.
  public init(on mysql: MySQLAddress) { self.mysql = mysql }

  /// All there are, by name.
  public func find() throws(RunFailure) -> [Leftover] {
    do throws(Failure) {
      return try EventLoop.run { (loop) async throws(Failure) -> [Leftover] in
        if let mysql { return try await Self.find(mysql, on: loop) }
        if let redis { return try await Self.find(redis, on: loop) }
        guard let postgres else { return [] }
        return try await Self.find(postgres, on: loop)
      }
    } catch {
      throw .phase("looking for what runs have left", error)
    }
  }

  /// Removes one whose run is over; false where it has turned out to be in use.
  public func remove(_ leftover: Leftover) throws(RunFailure) -> Bool {
    guard leftover.state == .over else { return false }
    do throws(Failure) {
      return try EventLoop.run { (loop) async throws(Failure) -> Bool in
        try await remove(leftover.place, on: loop)
      }
    } catch {
      throw .phase("removing \(leftover.name)", error)
    }
  }

  private func remove(_ place: PlaceName, on loop: EventLoop) async throws(Failure) -> Bool {
    var topology = Topology()
    (topology.redis, topology.postgres, topology.mysql) = (redis, postgres, mysql)
    (topology.prefix, topology.schema) = (place.prefix, place.schema)
    if let mysql { return try await remove(place, topology, at: mysql, on: loop) }
    guard let postgres else {
      try await Namespace(topology, on: loop).remove()
      return true
    }
    let deadline = EventLoop.now() + 30_000_000_000
    let session = try await PostgresConnection.open(postgres, on: loop, deadline: deadline)
    defer { session.close() }
    // Held while the schema goes; a run that lives has it.
    let lock = Self.question("SELECT pg_try_advisory_lock(\(place.lockKey))")
    guard try await session.execute(lock, deadline: deadline).boolean() == true else {
      return false
    }
    try await Namespace(topology, on: loop).remove()
    _ = try await session.execute(
      Self.question("SELECT pg_advisory_unlock(\(place.lockKey))"), deadline: deadline)
    return true
  }

  static func question(_ sql: String) -> Statement {
    Statement("SELECT", sql, effect: .read, prepared: false)
  }
}

extension Leftovers {
  private static func find(
    _ address: PostgresAddress, on loop: EventLoop
  ) async throws(Failure) -> [Leftover] {
    let deadline = EventLoop.now() + 60_000_000_000
    let session = try await PostgresConnection.open(address, on: loop, deadline: deadline)
    defer { session.close() }
    let rows = try await session.execute(
      question(
        """
        SELECT n.nspname, obj_description(n.oid, 'pg_namespace'), count(c.oid),
          pg_size_pretty(coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint)
        FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
        WHERE n.nspname LIKE 'soldout\\_%' GROUP BY n.oid, n.nspname ORDER BY n.nspname
        """), deadline: deadline)
    var found: [Leftover] = []
    for row in 0..<rows.count {
      guard let place = rows.text(row, 0).flatMap(PlaceName.init(schema:)) else { continue }
      let tables = rows.integer(row, 2) ?? 0
      let size = "\(tables) table\(tables == 1 ? "" : "s"), \(rows.text(row, 3) ?? "")"
      let note = rows.text(row, 1).flatMap(Namespace.begun(in:))
      var state = Leftover.State.unknown("it does not bear soldout's comment; drop it by hand")
      if note != nil {
        let isFree = try await session.execute(
          question("SELECT pg_try_advisory_lock(\(place.lockKey))"), deadline: deadline)
        state = isFree.boolean() == true ? .over : .underWay
        _ = try await session.execute(
          question("SELECT pg_advisory_unlock_all()"), deadline: deadline)
      }
      found.append(
        Leftover(
          place: place, isRedis: false, size: size, age: note.map { "begun \($0)" }, state: state))
    }
    return found
  }

  private static func find(
    _ address: RedisAddress, on loop: EventLoop
  ) async throws(Failure) -> [Leftover] {
    let deadline = EventLoop.now() + 300_000_000_000
    let connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
    defer { connection.close() }
    var keys: [PlaceName: [String]] = [:]
    var cursor = "0"
    repeat {
      let scan = RedisCommand(
        "SCAN", [.text(cursor), "MATCH", "soldout:*", "COUNT", 1000], effect: .read)
      guard let page = try await connection.send(scan, deadline: deadline).elements,
        page.count == 2, let next = page[0].text
      else { throw .definite(.protocolViolation("SCAN answered something else")) }
      for key in (page[1].elements ?? []).compactMap(\.text) {
        if let place = PlaceName(key: key) { keys[place, default: []].append(key) }
      }
      cursor = next
    } while cursor != "0"
    // After the keys: whoever has written one had given the sign before.
    let living = try await living(on: connection, deadline)
    var found: [Leftover] = []
    for (place, keys) in keys.sorted(by: { $0.key.number < $1.key.number }) {
      let count = Set(keys).count
      let idle = try await idle(keys, on: connection, deadline)
      let state: Leftover.State =
        switch living {
        case nil: .unknown("CLIENT LIST is not allowed, so nobody can say that its run is over")
        case let living?: living.contains(place.description) ? .underWay : .over
        }
      found.append(
        Leftover(
          place: place, isRedis: true, size: "\(count) key\(count == 1 ? "" : "s")",
          age: idle.map { "untouched for \($0) s" }, state: state))
    }
    return found
  }

  /// The names of all connections; nil where nobody may know them.
  private static func living(
    on connection: RedisConnection, _ deadline: Int64
  ) async throws(Failure) -> Set<String>? {
    do throws(Failure) {
      let list = RedisCommand("CLIENT", ["LIST"], effect: .read)
      let text = try await connection.send(list, deadline: deadline).text ?? ""
      let names = text.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("name=") }
      return Set(names.map { String($0.dropFirst(5)) })
    } catch {
      guard case .server = error.reason else { throw error }
      return nil
    }
  }

  /// Seconds since one of the first keys was touched last (OBJECT IDLETIME, which a server that counts
  /// how often keys are used doesn't know).
  private static func idle(
    _ keys: [String], on connection: RedisConnection, _ deadline: Int64
  ) async throws(Failure) -> Int? {
    var least: Int?
    for key in keys.prefix(20) {
      do throws(Failure) {
        let ask = RedisCommand("OBJECT", ["IDLETIME", .text(key)], effect: .read)
        guard let seconds = try await connection.send(ask, deadline: deadline).integer else {
          continue
        }
        least = min(least ?? seconds, seconds)
      } catch {
        guard case .server = error.reason else { throw error }
        return nil
      }
    }
    return least
  }
}
