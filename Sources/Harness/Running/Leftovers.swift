// What dead runs have left on servers of the user's: found by the pattern of a place's name and nothing
// else, told apart from runs that are still going on by their markers (`RunMarker`), and removed one
// place at a time. What can't be told from a living run's is never removed.

import Drivers

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
  /// As its server knows it: `soldout:TAG:*`, `soldout_TAG`.
  public var name: String
  /// `12 keys`, `2 tables, 48 kB`.
  public var size: String
  /// `untouched for 3 h`, `begun 2026-11-28T20:05:00Z`; nil: not known.
  public var age: String?
  public var state: State
}

/// The places of runs on one server.
public struct Leftovers: Sendable {
  private let server: any Backend

  /// In the database of its address; on a MySQL each place is a database.
  package init(on server: any Backend) { self.server = server }

  /// All there are, by name.
  public func find() throws(RunFailure) -> [Leftover] {
    do throws(Failure) {
      return try EventLoop.run { (loop) async throws(Failure) -> [Leftover] in
        try await server.leftovers(on: loop)
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
        try await server.removeLeftover(leftover.place, on: loop)
      }
    } catch {
      throw .phase("removing \(leftover.name)", error)
    }
  }
}
