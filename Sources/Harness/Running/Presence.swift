// The sign that a run is still going on: one connection to each server, from before its place is made
// until after it is removed. Whoever removes what dead runs have left looks for it. Redis shows the
// connection's name in CLIENT LIST; PostgreSQL keeps an advisory lock for as long as the session lives,
// which a pooler of sessions can't hide and every role can try for; MySQL a lock of GET_LOCK's.

package import Drivers

/// A run's connections that do nothing but be there.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
package final class Presence: @unchecked Sendable {
  private let topology: Topology
  private let loop: EventLoop
  private var redis: [RedisConnection?]
  private var postgres: [PostgresConnection?]
  private var mysql: MySQLConnection?

  package init(of topology: Topology, on loop: EventLoop) {
    self.topology = topology
    self.loop = loop
    redis = Array(repeating: nil, count: topology.allRedis.count)
    postgres = Array(repeating: nil, count: topology.allPostgres.count)
  }

  /// Opens what is not open, within so many ns.
  package func keep(within patience: Int64 = 10_000_000_000) async throws(Failure) {
    let deadline = EventLoop.now() + patience
    for (place, address) in topology.allRedis.enumerated() where redis[place]?.isOpen != true {
      redis[place] = try await RedisConnection.open(
        address, on: loop, deadline: deadline, name: topology.place?.description)
    }
    for (place, address) in topology.allPostgres.enumerated()
    where postgres[place]?.isOpen != true {
      let session = try await PostgresConnection.open(
        address, on: loop, deadline: deadline, name: topology.place?.description)
      postgres[place] = session
      guard let key = topology.place?.lockKey else { continue }
      let lock = Statement(
        "LOCK", "SELECT pg_try_advisory_lock(\(key))", effect: .read, prepared: false)
      _ = try await session.execute(lock, deadline: deadline)
    }
    if var address = topology.mysql, mysql?.isOpen != true {
      // The run's database may not be there yet.
      address.schema = nil
      let session = try await MySQLConnection.open(address, on: loop, deadline: deadline)
      mysql = session
      guard let name = topology.place?.description else { return }
      let lock = Statement(
        "LOCK", "SELECT GET_LOCK('\(name)', 0)", effect: .read, prepared: false)
      _ = try await session.execute(lock, deadline: deadline)
    }
  }

  package func close() {
    for connection in redis { connection?.close() }
    for connection in postgres { connection?.close() }
    mysql?.close()
  }
}
