// What dead runs have left on a Redis: keys under prefixes, and the names of connections by which living
// runs are known.

package import Drivers

extension RedisAddress {
  package func leftovers(on loop: EventLoop) async throws(Failure) -> [Leftover] {
    let deadline = EventLoop.now() + 300_000_000_000
    let connection = try await RedisConnection.open(self, on: loop, deadline: deadline)
    defer { connection.close() }
    var places: [PlaceName: [String]] = [:]
    try await connection.forEachKey("soldout:*", by: deadline) { (keys) async throws(Failure) in
      for key in keys {
        if let place = PlaceName(key: key) { places[place, default: []].append(key) }
      }
    }
    // After the keys: a run that has written one had given the sign before.
    let living = try await living(on: connection, deadline)
    var found: [Leftover] = []
    for (place, keys) in places.sorted(by: { $0.key.number < $1.key.number }) {
      let count = Set(keys).count
      let idle = try await idle(keys, on: connection, deadline)
      let state: Leftover.State =
        switch living {
        case nil: .unknown("CLIENT LIST is not allowed, so its run may not be over")
        case let living?: living.contains(place.description) ? .underWay : .over
        }
      found.append(
        Leftover(
          place: place, name: Self.name(of: place), size: "\(count) key\(count == 1 ? "" : "s")",
          age: idle.map { "untouched for \($0) s" }, state: state))
    }
    return found
  }

  package func removeLeftover(
    _ place: PlaceName, on loop: EventLoop
  ) async throws(Failure) -> Bool {
    try await removePlace(
      of: Topology(of: place), on: loop, by: EventLoop.now() + 30_000_000_000)
    return true
  }

  /// The names of all connections; nil where nobody may know them.
  private func living(
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
  private func idle(
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
