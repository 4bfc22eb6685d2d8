// A Redis of a run: its place is a key prefix.

package import Drivers

extension RedisAddress: Backend {
  package static func name(of place: PlaceName) -> String { place.prefix + "*" }

  package func makePlace(
    of topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await RedisConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    var found = 0
    try await connection.forEachKey("\(topology.prefix)*", by: deadline) {
      (keys) async throws(Failure) in found += keys.count
    }
    guard found == 0 else {
      throw .definite(.gaveUp("\(found) keys begin with \(topology.prefix) already"))
    }
  }

  package func removePlace(
    of topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await RedisConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    try await connection.forEachKey("\(topology.prefix)*", by: deadline) {
      (keys) async throws(Failure) in
      guard !keys.isEmpty else { return }
      // One by one, in one piece: on a cluster one command's keys share a slot.
      let unlinks = keys.map { RedisCommand("UNLINK", [.text($0)], effect: .write) }
      for case .error(let message) in try await connection.send(unlinks, deadline: deadline) {
        throw .indefinite(.server(code: RedisErrors.code(of: message), message: message))
      }
    }
  }

  /// The connection's name, which CLIENT LIST shows.
  package func openMarker(
    of place: PlaceName?, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) -> any Marker {
    try await RedisConnection.open(
      self, on: loop, deadline: deadline, name: place?.description)
  }

  package func ask(
    _ topology: Topology, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await RedisConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    // Opening asks PING, which a server answers before it can be written to.
    let ask = RedisCommand("EXISTS", [.text(topology.prefix)], effect: .read)
    do throws(Failure) {
      _ = try await connection.send(ask, deadline: deadline)
    } catch {
      // A cluster's node that knows who has the slot serves its own.
      guard case .server(code: "MOVED", message: _) = error.reason else { throw error }
    }
  }

  package static var wire: Proxy.Wire { .redis }

  package func fronted(as name: ServerName, inside folder: String, number: Int) -> RedisAddress {
    var address = self
    address.endpoint = .unix(path: "\(folder)/\(name)")
    // The proxy reads what passes, so that TLS ends there.
    address.tls = nil
    return address
  }

  package func entering(_ place: PlaceName) -> RedisAddress { self }
}

extension RedisConnection {
  /// Visits every key of a pattern, some at a time (SCAN: each at least once).
  ///
  /// `deadline` is in ns of `EventLoop.now()`; nil allows each command what the connection does.
  package func forEachKey(
    _ pattern: String, by deadline: Int64? = nil, _ body: ([String]) async throws(Failure) -> Void
  ) async throws(Failure) {
    var cursor = "0"
    repeat {
      let scan = RedisCommand(
        "SCAN", [.text(cursor), "MATCH", .text(pattern), "COUNT", 1000], effect: .read)
      guard let page = try await send(scan, deadline: deadline).elements,
        page.count == 2, let next = page[0].text, let keys = page[1].elements
      else { throw .definite(.protocolViolation("SCAN answered something else")) }
      try await body(keys.compactMap(\.text))
      cursor = next
    } while cursor != "0"
  }
}

extension RedisConnection: Marker {}
