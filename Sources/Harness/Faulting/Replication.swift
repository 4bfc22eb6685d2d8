// A Redis, its asynchronous replica, and a link between them that can be held: what a failover takes.
// It is the link that is held, not the replica: to a replica that stands still the bytes wait in its
// socket, and it applies them when it goes on. Whether anything was lost is not for it to say.

package import Drivers

/// A master and its replica.
///
/// `@unchecked Sendable`: made on a run's loop, and never touched off its thread.
package final class Replication: @unchecked Sendable {
  private let master: RedisServer
  private let replica: RedisServer
  private let loop: EventLoop
  /// What the replica hears the master through.
  private let link: Proxy
  /// Our own connections to both.
  private var connections: [String: RedisConnection] = [:]

  /// Puts a link before the master; nil if it doesn't listen on a port, which replicas need.
  package init?(
    of master: RedisServer, by replica: RedisServer, on loop: EventLoop
  ) throws(Failure) {
    guard let address = master.tcpAddress else { return nil }
    self.master = master
    self.replica = replica
    self.loop = loop
    link = try Proxy(
      at: .tcp(host: "127.0.0.1", port: 0), to: address.endpoint, speaking: .opaque, on: loop)
  }

  /// Makes the replica one, and waits until it has what the master has.
  package func begin() async throws(Failure) {
    try await attach()
    try await awaitSync()
  }

  /// Makes the replica one, of which it may have nothing yet.
  package func attach() async throws(Failure) {
    guard case .tcp(let host, let port) = link.endpoint else { return }
    link.hold([])
    try await tell(replica, "REPLICAOF", [host, "\(port)"])
  }

  /// Waits until the replica has everything that the master has written: both say how far their
  /// streams are (Redis manual, INFO: replication). Its append-only file, if it keeps one, is written
  /// anew after a copy, and has nothing before that is done.
  package func awaitSync() async throws(Failure) {
    let end = EventLoop.now() + 20_000_000_000
    // Nobody writes meanwhile but the master itself, which greets its replicas.
    let state = try await info(master, "replication")
    guard let written = state["master_repl_offset"].flatMap({ Int($0) }) else {
      throw .definite(.protocolViolation("INFO without master_repl_offset"))
    }
    while EventLoop.now() < end {
      if try await hasHeard(written), try await hasFile { return }
      await loop.sleep(for: .milliseconds(1))
    }
    throw .definite(.timeout)
  }

  /// Whether the replica follows its master, and has come so far.
  private func hasHeard(_ written: Int) async throws(Failure) -> Bool {
    // Both facts at one moment: before it follows, the offset is one of its own.
    let state = try await info(replica, "replication")
    guard state["master_link_status"] == "up", let heard = state["slave_repl_offset"] else {
      return false
    }
    return Int(heard).map { $0 >= written } ?? false
  }

  /// Whether the replica's append-only file, if it keeps one, is complete.
  private var hasFile: Bool {
    get async throws(Failure) {
      let state = try await info(replica, "persistence")
      return state["aof_rewrite_in_progress"] == "0" && state["aof_rewrite_scheduled"] == "0"
    }
  }

  /// From now on the replica hears nothing.
  package func hold() { link.hold(.both) }

  /// It hears again, also what it has missed.
  package func release() { link.hold([]) }

  /// Kills the master and makes the replica one.
  package func failOver() async throws(FaultFailure) {
    let master = master
    hangUp()
    do throws(ServerFailure) {
      try await loop.runBlocking { () throws(ServerFailure) in try master.kill() }
    } catch {
      throw .server(error)
    }
    do throws(Failure) {
      try await promote()
    } catch {
      throw .command("promoting the replica", error)
    }
  }

  /// Makes the replica a master, and leaves the old one alone: nobody may reach that from here on.
  package func promote() async throws(Failure) {
    try await tell(replica, "REPLICAOF", ["NO", "ONE"])
    link.reset()
  }

  /// Lets the replica copy its master in a few ms each time, not in a hundred: the master then sends
  /// a file that it notices to be complete in its cron, and what it writes afterwards follows at once
  /// (sent without a file, it may wait for an acknowledgement that comes once in a second). The
  /// replica reads it off the connection: Valkey 9 would save it first, aside, and notice the end of
  /// that once in a second.
  package func hasten() async throws(Failure) {
    for server in [master, replica] {
      try await tell(server, "CONFIG", ["SET", "repl-diskless-sync", "no"])
      try await tell(server, "CONFIG", ["SET", "repl-diskless-load", "swapdb"])
      try await tell(server, "CONFIG", ["SET", "hz", "500"])
    }
  }

  /// Makes the replica, which may be a master now, one of which nothing is left but what it copies.
  ///
  /// Before 6.2 a replica looks for its master once in a second, but at its start at once (Redis
  /// 6.0, replication.c: replicationCron); there it is started anew.
  package func renew() async throws(Failure) {
    guard replica.version < ServerVersion(6, 2), case .tcp(_, let port) = link.endpoint else {
      try await forgetScripts()
      return try await attach()
    }
    link.hold([])
    connections.removeValue(forKey: replica.directory)?.close()
    let replica = replica
    do throws(ServerFailure) {
      try await loop.runBlocking { () throws(ServerFailure) in
        try replica.kill()
        try replica.restart(copying: port)
      }
    } catch {
      throw .definite(.system(error.description))
    }
    try await hasten()
  }

  /// Lets the replica, still a master, forget all scripts that it was sent.
  private func forgetScripts() async throws(Failure) {
    try await tell(replica, "SCRIPT", ["FLUSH"])
  }

  /// Starts a dead master again, and lets the replica be a server of its own, with nothing on it.
  package func end() async throws(FaultFailure) {
    let master = master
    link.hold([])
    do throws(ServerFailure) {
      if !master.isAlive {
        try await loop.runBlocking { () throws(ServerFailure) in try master.restart() }
      }
    } catch {
      throw .server(error)
    }
    do throws(Failure) {
      try await tell(replica, "REPLICAOF", ["NO", "ONE"])
      // Its data is that of the run's prefix, which goes from the master by itself.
      try await tell(replica, "FLUSHALL")
    } catch {
      throw .command("resetting the replica", error)
    }
  }

  // MARK: Our own connections

  /// One command, on a connection that is kept for as long as its server lives.
  @discardableResult
  private func tell(
    _ server: RedisServer, _ verb: StaticString, _ words: [String] = []
  ) async throws(Failure) -> RedisReply {
    let deadline = EventLoop.now() + 10_000_000_000
    let connection: RedisConnection
    if let open = connections[server.directory], open.isOpen {
      connection = open
    } else {
      connection = try await RedisConnection.open(server.address, on: loop, deadline: deadline)
      connections[server.directory] = connection
    }
    return try await connection.send(
      RedisCommand(verb, words.map(RedisArgument.text), effect: .read), deadline: deadline)
  }

  /// A section of what a server says about itself, by name.
  private func info(
    _ server: RedisServer, _ section: String
  ) async throws(Failure) -> [Substring: Substring] {
    let text = try await tell(server, "INFO", [section]).text ?? ""
    var facts: [Substring: Substring] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { facts[parts[0]] = parts[1] }
    }
    return facts
  }

  /// Gives up the connections to servers that die now: that they are dead shows a moment later.
  package func hangUp() {
    for connection in connections.values { connection.close() }
    connections = [:]
  }

  package func close() {
    hangUp()
    link.close()
  }
}

extension RedisServer {
  /// One command on a connection of its own.
  @discardableResult
  package func tell(
    _ verb: StaticString, _ words: [String] = [], on loop: EventLoop
  ) async throws(Failure) -> RedisReply {
    let deadline = EventLoop.now() + 10_000_000_000
    let connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
    defer { connection.close() }
    let command = RedisCommand(verb, words.map(RedisArgument.text), effect: .read)
    return try await connection.send(command, deadline: deadline)
  }
}
