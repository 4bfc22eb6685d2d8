// A PostgreSQL of a run: its place is a schema.

package import Drivers
import Foundation

extension PostgresAddress: Backend {
  package static func name(of place: PlaceName) -> String { place.schema }

  /// Makes the schema, and makes sure that it is where tables without a schema go, before any is made.
  package func makePlace(
    of topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await PostgresConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    // Fails with 42P06 if the schema exists.
    let create = Statement.definition(
      """
      CREATE SCHEMA \(topology.schema);
      COMMENT ON SCHEMA \(topology.schema) IS '\(PlaceMark.text(Date()))'
      """)
    _ = try await connection.execute(create, deadline: deadline)
    let look = Statement.question("SELECT current_schema()")
    let schema = try await connection.execute(look, deadline: deadline).text()
    guard schema == topology.schema else {
      throw .definite(
        .gaveUp(
          "tables would go to schema \(schema ?? "(none)") instead of \(topology.schema), as behind "
            + "a pooler that drops session settings"))
    }
  }

  package func removePlace(
    of topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await PostgresConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    _ = try await connection.execute(
      .definition("DROP SCHEMA \(topology.schema) CASCADE"), deadline: deadline)
  }

  /// An advisory lock, which a pooler of sessions can't hide and every role can try for.
  package func openMarker(
    of place: PlaceName?, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) -> any Marker {
    let session = try await PostgresConnection.open(
      self, on: loop, deadline: deadline, name: place?.description)
    guard let key = place?.lockKey else { return session }
    let lock = Statement(
      "LOCK", "SELECT pg_try_advisory_lock(\(key))", effect: .read, prepared: false)
    _ = try await session.execute(lock, deadline: deadline)
    return session
  }

  package func ask(
    _ topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await PostgresConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    _ = try await connection.execute(.question("SELECT 1"), deadline: deadline)
  }

  package static var wire: Proxy.Wire { .postgres }

  /// Its socket: a host that is a path is the folder of a unix socket (PostgreSQL manual §34.1.2).
  package var endpoint: RedisAddress.Endpoint {
    host.hasPrefix("/")
      ? .unix(path: "\(host)/.s.PGSQL.\(port)") : .tcp(host: host, port: port)
  }

  /// libpq finds a server by folder and port; ports tell servers of one folder apart.
  package func fronted(
    as name: ServerName, inside folder: String, number: Int
  ) -> PostgresAddress {
    var address = self
    address.host = folder
    address.port = UInt16(5432 + number)
    return address
  }

  package func entering(_ place: PlaceName) -> PostgresAddress {
    var address = self
    address.schema = place.schema
    return address
  }

  /// The first such commit takes all before it along (PostgreSQL manual §30.4).
  package func committingAtOnce() -> PostgresAddress {
    var address = self
    let set = "-c synchronous_commit=on"
    address.options["options"] = address.options["options"].map { "\($0) \(set)" } ?? set
    return address
  }

  package var proxyObstacle: String? {
    if let mode = options["sslmode"], mode.hasPrefix("verify") || mode == "require" {
      return "reads what passes between clients and server, which sslmode=\(mode) hides; "
        + "leave out the fault, or use a private PostgreSQL"
    }
    return host.isEmpty ? "needs to know where the server is; name its host in --postgres" : nil
  }
}

extension PostgresConnection: Marker {}
