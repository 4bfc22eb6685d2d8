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
    try await replica.tell("REPLICAOF", [host, "\(port)"], on: loop)
  }

  /// Waits until the replica has everything that the master has written: both say how far their
  /// streams are (Redis manual, INFO: replication). Its append-only file, if it keeps one, is written
  /// anew after a copy, and has nothing before that is done.
  package func awaitSync() async throws(Failure) {
    let end = EventLoop.now() + 20_000_000_000
    while EventLoop.now() < end {
      let master = try await Self.state(of: master, on: loop)
      let replica = try await Self.state(of: replica, on: loop)
      if replica["master_link_status"] == "up", let written = master["master_repl_offset"],
        replica["slave_repl_offset"] == written, replica["aof_rewrite_in_progress"] == "0",
        replica["aof_rewrite_scheduled"] == "0"
      {
        return
      }
      await loop.sleep(for: 300_000)
    }
    throw .definite(.timeout)
  }

  private static func state(
    of server: RedisServer, on loop: EventLoop
  ) async throws(Failure) -> [Substring: Substring] {
    let info = try await server.tell("INFO", on: loop).text ?? ""
    var state: [Substring: Substring] = [:]
    for line in info.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { state[parts[0]] = parts[1] }
    }
    return state
  }

  /// From now on the replica hears nothing.
  package func hold() { link.hold(.both) }

  /// It hears again, also what it has missed.
  package func release() { link.hold([]) }

  /// Kills the master and makes the replica one.
  package func failOver() async throws(FaultFailure) {
    let master = master
    do throws(ServerFailure) {
      try await loop.aside { () throws(ServerFailure) in try master.kill() }
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
    try await replica.tell("REPLICAOF", ["NO", "ONE"], on: loop)
    link.reset()
  }

  /// Lets the replica copy its master in a few ms each time, not in a hundred: the master then sends
  /// a file that it notices to be complete in its cron, and what it writes afterwards follows at once
  /// (sent without a file, it may wait for an acknowledgement that comes once in a second).
  package func hasten() async throws(Failure) {
    for server in [master, replica] {
      try await server.tell("CONFIG", ["SET", "repl-diskless-sync", "no"], on: loop)
      try await server.tell("CONFIG", ["SET", "hz", "500"], on: loop)
    }
  }

  /// Starts a dead master again, and lets the replica be a server of its own, with nothing on it.
  package func end() async throws(FaultFailure) {
    let master = master
    link.hold([])
    do throws(ServerFailure) {
      if !master.isAlive {
        try await loop.aside { () throws(ServerFailure) in try master.restart() }
      }
    } catch {
      throw .server(error)
    }
    do throws(Failure) {
      try await replica.tell("REPLICAOF", ["NO", "ONE"], on: loop)
      // Its data is that of the run's prefix, which goes from the master by itself.
      try await replica.tell("FLUSHALL", on: loop)
    } catch {
      throw .command("resetting the replica", error)
    }
  }

  package func close() { link.close() }
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
