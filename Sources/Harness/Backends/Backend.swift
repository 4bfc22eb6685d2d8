// One server as a run deals with it, whatever its kind: what is done there beside the calls. Each kind
// conforms in its folder.

package import Drivers
package import History

/// A server at an address.
package protocol Backend: Sendable {
  /// Comes by the servers of a role: the user's own where it is one and there is one, or private ones.
  static func provide(
    _ role: Role, from external: (any Backend)?, by start: inout ServerStart
  ) throws(ServerFailure)

  /// What a run's place is called there: `soldout:TAG:*` in Redis, `soldout_TAG` in a database.
  static func name(of place: PlaceName) -> String

  /// Makes the place of a run: a prefix or a schema that nobody uses. Throws if it exists already.
  func makePlace(of topology: Topology, on loop: EventLoop, by deadline: Int64)
    async throws(Failure)

  /// Removes it with all that is in it.
  func removePlace(of topology: Topology, on loop: EventLoop, by deadline: Int64)
    async throws(Failure)

  /// Opens a connection that says, for as long as it is open, that a run is going on there.
  func openMarker(of place: PlaceName?, on loop: EventLoop, by deadline: Int64)
    async throws(Failure) -> any Marker

  /// Connects anew and asks a question that only a server that can be used answers.
  func ask(_ topology: Topology, on loop: EventLoop, by deadline: Int64) async throws(Failure)

  /// The places of runs that are there, by name.
  func leftovers(on loop: EventLoop) async throws(Failure) -> [Leftover]

  /// Removes the place of a run that is over; false where it has turned out to be in use.
  func removeLeftover(_ place: PlaceName, on loop: EventLoop) async throws(Failure) -> Bool

  /// What its clients speak.
  static var wire: Proxy.Wire { get }

  /// Where it is reached.
  var endpoint: RedisAddress.Endpoint { get }

  /// How a proxy speaks to it by TLS; nil: in plain.
  var tls: TLSSettings? { get }

  /// Why no proxy can stand before it, after the name of the fault that wants one; nil: one can.
  var proxyObstacle: String? { get }

  /// The same server behind a proxy's socket in a folder; `number` tells proxies of one folder apart.
  func fronted(as name: ServerName, inside folder: String, number: Int) -> Self

  /// Ends the session of a client chosen at random, as an operator would. `note` is called before and after
  /// with the client's process, nil where the server doesn't know it.
  func endSession(
    on loop: EventLoop, by deadline: Int64, _ random: inout SplitMix64,
    noting note: (_ process: Int?, _ isOver: Bool) -> Void
  ) async throws(Failure)

  /// What became of a process's call by what it has left here, once it can't go on any more; nil: not
  /// known.
  func end(
    of left: CallEvidence.Left, process: Int, prefix: String, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) -> CallEnd?

  /// The same server in a run's place.
  func entering(_ place: PlaceName) -> Self

  /// The same with sessions whose commits wait until they are on the disk, whatever its settings say.
  func committingAtOnce() -> Self

  /// How processes of a program reach it, the private server of this address; nil: they don't.
  func door(of server: (any PrivateServer)?) -> ProgramDoor?

  /// The usual names by which programs find such a server in their environment, and what they say.
  var programVariables: [String: String] { get }
}

extension Backend {
  package var tls: TLSSettings? { nil }

  package var proxyObstacle: String? { nil }

  package func end(
    of left: CallEvidence.Left, process: Int, prefix: String, on loop: EventLoop, by deadline: Int64
  ) async throws(Failure) -> CallEnd? { nil }

  package func committingAtOnce() -> Self { self }
}

/// A connection that does nothing but be there.
package protocol Marker: AnyObject, Sendable {
  var isOpen: Bool { get }
  func close()
}
