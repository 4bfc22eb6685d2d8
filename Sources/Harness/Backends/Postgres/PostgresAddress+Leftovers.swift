// What dead runs have left on a PostgreSQL: schemas that bear soldout's comment, and the advisory locks
// that living runs hold.

package import Drivers

extension PostgresAddress {
  package func leftovers(on loop: EventLoop) async throws(Failure) -> [Leftover] {
    let deadline = EventLoop.now() + 60_000_000_000
    let session = try await PostgresConnection.open(self, on: loop, deadline: deadline)
    defer { session.close() }
    let rows = try await session.execute(Self.places, deadline: deadline)
    var found: [Leftover] = []
    for row in 0..<rows.count {
      guard let place = rows.text(row, 0).flatMap(PlaceName.init(schema:)) else { continue }
      let tables = rows.integer(row, 2) ?? 0
      let size = "\(tables) table\(tables == 1 ? "" : "s"), \(rows.text(row, 3) ?? "")"
      let note = rows.text(row, 1).flatMap(PlaceMark.begun(in:))
      var state = Leftover.State.unknown("it lacks soldout's comment; drop it by hand")
      if note != nil {
        let isFree = try await session.execute(Self.lock(of: place), deadline: deadline)
        state = isFree.boolean() == true ? .over : .underWay
        _ = try await session.execute(
          .question("SELECT pg_advisory_unlock_all()"), deadline: deadline)
      }
      found.append(
        Leftover(
          place: place, name: Self.name(of: place), size: size, age: note.map { "begun \($0)" },
          state: state))
    }
    return found
  }

  private static let places = Statement.question(
    """
    SELECT n.nspname, obj_description(n.oid, 'pg_namespace'), count(c.oid),
      pg_size_pretty(coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint)
    FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
    WHERE n.nspname LIKE 'soldout\\_%' GROUP BY n.oid, n.nspname ORDER BY n.nspname
    """)

  private static func lock(of place: PlaceName) -> Statement {
    .question("SELECT pg_try_advisory_lock(\(place.lockKey))")
  }

  package func removeLeftover(
    _ place: PlaceName, on loop: EventLoop
  ) async throws(Failure) -> Bool {
    let deadline = EventLoop.now() + 30_000_000_000
    let session = try await PostgresConnection.open(self, on: loop, deadline: deadline)
    defer { session.close() }
    // Held while the schema goes; a run that lives has it.
    guard
      try await session.execute(Self.lock(of: place), deadline: deadline).boolean() == true
    else { return false }
    try await removePlace(of: Topology(of: place), on: loop, by: deadline)
    _ = try await session.execute(
      .question("SELECT pg_advisory_unlock(\(place.lockKey))"), deadline: deadline)
    return true
  }
}
