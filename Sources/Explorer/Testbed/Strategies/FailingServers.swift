// The private servers of a testbed that may harm them: they are killed and come back, or a replica takes
// over. Everything is really done to real servers; what the clients make of it is the testbed's part.

import Drivers
import Harness

/// Servers that may be killed, and the proxy between them and the clients.
///
/// `@unchecked Sendable`: used by its testbed's tasks alone, on one loop.
final class FailingServers: @unchecked Sendable {
  private let handles: ServerHandles
  private let loop: EventLoop
  /// What clients reach Redis through, so that a new master is where the old one was.
  private let front: Proxy?
  private let replication: Replication?
  /// Whether the replica hears nothing any more.
  private(set) var isStalled = false
  private var hasFailedOver = false

  init(
    _ handles: ServerHandles, faultBudget: FaultBudget, on loop: EventLoop
  ) throws(Failure) {
    self.handles = handles
    self.loop = loop
    guard faultBudget.failovers > 0, let master = handles.redis, let replica = handles.replica
    else {
      (front, replication) = (nil, nil)
      return
    }
    replication = try Replication(of: master, by: replica, on: loop)
    front = try Proxy(
      at: .unix(path: "\(master.directory)/front"), to: master.address.endpoint, speaking: .opaque,
      on: loop)
  }

  /// The servers as clients reach them.
  func fronted(_ topology: Topology) -> Topology {
    var topology = topology
    if let front { topology.redis?.endpoint = front.endpoint }
    return topology
  }

  /// The servers that can be killed and started again.
  func restartable(of topology: Topology) -> [ServerName] {
    topology.namedRedis.map(\.name).filter { server($0) != nil }
      + (topology.postgres != nil && handles.postgres != nil ? [.postgres] : [])
  }

  private func server(_ name: ServerName) -> (any PrivateServer)? {
    // Where clients find it: the replica, once that has taken over.
    if name == .redis, hasFailedOver { return handles.replica }
    return Self.restartable.contains(name.role) ? handles.server(name) : nil
  }

  /// The roles whose servers are killed and started again.
  private static let restartable: [Role] = [.redis, .fiveRedis, .postgres]

  // MARK: What happens to them

  /// Before the first schedule.
  func begin() async throws(Failure) {
    try await replication?.hasten()
    try await replication?.renew()
  }

  /// SIGKILL, and a new start on what is left.
  func restart(_ name: ServerName) async throws(Failure) {
    guard let server = server(name) else { return }
    replication?.hangUp()
    do throws(ServerFailure) {
      try await loop.runBlocking { () throws(ServerFailure) in
        try server.kill()
        try server.restart()
      }
    } catch {
      throw .definite(.system(error.description))
    }
    guard name == .redis, let replication else { return }
    // It was told so when it ran.
    try await replication.hasten()
    guard !hasFailedOver, !isStalled else { return }
    // By itself the replica would look for its master once in a second.
    try await replication.promote()
    try await replication.attach()
  }

  /// Stops PostgreSQL's WAL writer, until the server is killed or ended.
  ///
  /// It would write commits that no client waits for (synchronous_commit = off) whenever its delay is
  /// over, a page is full, or it is woken from a long sleep (PostgreSQL manual §30.4): what a kill
  /// takes would be chance. Without it only a commit that waits writes, and all before it with it.
  /// It is stopped in its sleep, where it holds none of the locks that others need to write.
  func stopLogWriter(asking connection: PostgresConnection) async throws(Failure) {
    guard let postgres = handles.postgres else { return }
    func sleeping() async throws(Failure) -> Int? {
      try await connection.execute(Self.sleepingLogWriter).integer()
    }
    while true {
      if let writer = try await sleeping() {
        try Self.attempt { () throws(ServerFailure) in
          try postgres.pause(backend: Int32(writer))
        }
        if try await sleeping() == writer { return }
        try Self.attempt { () throws(ServerFailure) in try postgres.resume() }
      }
      await loop.sleep(for: .milliseconds(1))
    }
  }

  private static func attempt(_ body: () throws(ServerFailure) -> Void) throws(Failure) {
    do throws(ServerFailure) {
      try body()
    } catch {
      throw .definite(.system(error.description))
    }
  }

  private static let sleepingLogWriter = Statement(
    "SELECT",
    "SELECT max(pid) FROM pg_stat_activity "
      + "WHERE backend_type = 'walwriter' AND wait_event = 'WalWriterMain'", effect: .read)

  /// The replica has everything up to now, and nothing from now on.
  func stall() async throws(Failure) {
    try await replication?.awaitSync()
    replication?.hold()
    isStalled = true
  }

  /// The master dies, and clients find the replica in its place.
  ///
  /// It is dead to everybody but us: all connections to it end and none will lead there again,
  /// which no client can tell from its death. What the replica has not heard by now is lost.
  func failOver() async throws(Failure) {
    if !isStalled { try await replication?.awaitSync() }
    try await replication?.promote()
    if let replica = handles.replica { front?.upstream = replica.address.endpoint }
    front?.reset()
    hasFailedOver = true
  }

  /// Every server as it was before the schedule, but for what is stored; true if clients have to
  /// connect anew. What the replica has written as a master goes when it copies the old one.
  func heal() async throws(Failure) -> Bool {
    replication?.release()
    isStalled = false
    guard hasFailedOver else { return false }
    hasFailedOver = false
    if let master = handles.redis { front?.upstream = master.address.endpoint }
    front?.reset()
    // It knows none of the scripts that clients loaded when it was a master itself. Whoever needs it
    // to have what the master has waits for that.
    try await replication?.renew()
    return true
  }

  func close() {
    front?.close()
    replication?.close()
  }
}
