// What dead runs have left on a MySQL: databases, each with a table that bears soldout's comment, and the
// lock by the place's name that a living run holds.

package import Drivers

extension MySQLAddress {
  package func leftovers(on loop: EventLoop) async throws(Failure) -> [Leftover] {
    let deadline = EventLoop.now() + 60_000_000_000
    let session = try await MySQLConnection.open(self, on: loop, deadline: deadline)
    defer { session.close() }
    let rows = try await session.execute(Self.places, deadline: deadline)
    var found: [Leftover] = []
    for row in 0..<rows.count {
      guard let place = rows.text(row, 0).flatMap(PlaceName.init(schema:)) else { continue }
      // The table that says whose it is doesn't count.
      let tables = max(0, (rows.integer(row, 2) ?? 0) - 1)
      let note = rows.text(row, 1).flatMap(PlaceMark.begun(in:))
      var state = Leftover.State.unknown("it lacks soldout's comment; drop it by hand")
      if note != nil {
        let isFree = try await session.execute(
          .question("SELECT IS_FREE_LOCK('\(place)')"), deadline: deadline)
        state = isFree.boolean() == true ? .over : .underWay
      }
      found.append(
        Leftover(
          place: place, name: Self.name(of: place),
          size: "\(tables) table\(tables == 1 ? "" : "s"), \(rows.integer(row, 3) ?? 0) kB",
          age: note.map { "begun \($0)" }, state: state))
    }
    return found
  }

  private static let places = Statement.question(
    """
    SELECT s.schema_name, MAX(IF(t.table_name = '\(markedTable)', t.table_comment, NULL)),
      COUNT(t.table_name),
      CAST(COALESCE(SUM(t.data_length + t.index_length), 0) DIV 1024 AS SIGNED)
    FROM information_schema.schemata s
    LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name
    WHERE s.schema_name LIKE 'soldout\\\\_%' GROUP BY s.schema_name ORDER BY s.schema_name
    """)

  package func removeLeftover(
    _ place: PlaceName, on loop: EventLoop
  ) async throws(Failure) -> Bool {
    let deadline = EventLoop.now() + 30_000_000_000
    let session = try await MySQLConnection.open(self, on: loop, deadline: deadline)
    defer { session.close() }
    // Held while the database goes; a run that lives has it.
    let lock = Statement.question("SELECT GET_LOCK('\(place)', 0)")
    guard try await session.execute(lock, deadline: deadline).integer() == 1 else { return false }
    try await removePlace(of: Topology(of: place), on: loop, by: deadline)
    return true
  }
}
