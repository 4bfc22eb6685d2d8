// A MySQL or MariaDB of a run: its place is a database.

package import Drivers
import Foundation

extension MySQLAddress: Backend {
  package static func name(of place: PlaceName) -> String { place.schema }

  /// The table that says whose a database is: MySQL's databases bear no comments.
  static let markedTable = "soldout_place"

  /// A session that is in no place: sessions begin in their run's database, which must exist.
  private func outside(
    on loop: EventLoop, by deadline: Int64, name: String? = nil
  ) async throws(Failure) -> MySQLConnection {
    var address = self
    address.schema = nil
    return try await MySQLConnection.open(address, on: loop, deadline: deadline, name: name)
  }

  package func makePlace(
    of topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await outside(on: loop, by: deadline)
    defer { connection.close() }
    for sql in [
      // Fails with 1007 if the database exists.
      "CREATE DATABASE \(topology.schema)",
      """
      CREATE TABLE \(topology.schema).\(Self.markedTable) (begun integer)
      COMMENT = '\(PlaceMark.text(Date()))'
      """,
    ] {
      _ = try await connection.execute(.definition(sql), deadline: deadline)
    }
  }

  package func removePlace(
    of topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await outside(on: loop, by: deadline)
    defer { connection.close() }
    _ = try await connection.execute(
      .definition("DROP DATABASE \(topology.schema)"), deadline: deadline)
  }

  /// A lock of GET_LOCK's by the place's name.
  package func openMarker(
    of place: PlaceName?, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) -> any Marker {
    // The run's database may not be there yet.
    let session = try await outside(on: loop, by: deadline)
    guard let place else { return session }
    let lock = Statement(
      "LOCK", "SELECT GET_LOCK('\(place)', 0)", effect: .read, prepared: false)
    _ = try await session.execute(lock, deadline: deadline)
    return session
  }

  package func ask(
    _ topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await outside(on: loop, by: deadline)
    defer { connection.close() }
    _ = try await connection.execute(.question("SELECT 1"), deadline: deadline)
  }

  package static var wire: Proxy.Wire { .mysql }

  package var endpoint: RedisAddress.Endpoint {
    socket.map { .unix(path: $0) } ?? .tcp(host: host, port: port)
  }

  package func fronted(as name: ServerName, inside folder: String, number: Int) -> MySQLAddress {
    var address = self
    address.socket = "\(folder)/\(name)"
    return address
  }

  package func entering(_ place: PlaceName) -> MySQLAddress {
    var address = self
    address.schema = place.schema
    return address
  }
}

extension MySQLConnection: Marker {}
