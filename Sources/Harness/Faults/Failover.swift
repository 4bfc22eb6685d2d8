// An asynchronous replica takes over: writes that the master has acknowledged and not yet passed on
// are gone, a lock among them. It is the link that is held, not the replica: to a replica that stands
// still the bytes wait in its socket, and it applies them when it goes on.

import Drivers

/// `@unchecked Sendable`: made on a run's loop, and never touched off its thread.
final class Failover: Fault, @unchecked Sendable {
  static let card = FaultCard(
    name: "failover", summary: "an asynchronous replica takes over from a Redis that dies",
    reach: .servers, fits: .redis,
    parameters: [
      FaultParameter(
        "lag", .time(.zero...Duration.seconds(60)), standard: "100ms",
        about: "how far behind the replica is"),
      FaultParameter(
        "held", .time(.zero...Duration.seconds(60)), standard: "0s",
        about: "how long a lock's owner is at work when it happens"),
      FaultParameter("before", .step, standard: "UPDATE", about: "the owner's step then"),
    ],
    note: "Acknowledged writes are lost. A lock granted in that time is free again while its owner "
      + "is at work. Once in a run.")

  let rhythm: Rhythm
  private let lag: Int64
  private let held: Int64
  private let place: Ambush.Place
  /// What the replica hears the master through.
  private var link: Proxy?
  private var isDone = false

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    lag = settings.time("lag")
    held = settings.time("held")
    place = Ambush.Place(before: settings.text("before"))
  }

  var demands: ServerDemands {
    var demands = ServerDemands.fronts
    demands.hasReplica = true
    return demands
  }

  var hazards: Hazards { [.lockLost, .redisForgets] }

  func setUp(_ nemesis: Nemesis) async throws(FaultFailure) {
    guard let master = nemesis.servers.redis, let replica = nemesis.servers.replica,
      let address = master.tcpAddress
    else { return }
    do throws(Failure) {
      let link = try Proxy(
        at: .tcp(host: "127.0.0.1", port: 0), to: address.endpoint, speaking: .opaque,
        on: nemesis.loop)
      self.link = link
      guard case .tcp(let host, let port) = link.endpoint else { return }
      try await nemesis.tell(replica, "REPLICAOF", host, "\(port)")
      let end = EventLoop.now() + 20_000_000_000
      while try await !nemesis.isInSync(replica) {
        guard EventLoop.now() < end else { throw .definite(.timeout) }
        await nemesis.loop.sleep(for: 5_000_000)
      }
    } catch {
      throw .command("making a replica", error)
    }
  }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard !isDone, let master = nemesis.servers.redis, let replica = nemesis.servers.replica,
      let front = nemesis.fronts.first(where: { $0.name == "redis" })
    else { return }
    isDone = true
    nemesis.began(
      Self.self, [("server", .text("redis")), ("lag ms", .number(Int(lag / 1_000_000)))])
    try await holdLink(nemesis, replica)
    await nemesis.pause(for: lag)
    var owner: Ambush?
    if held > 0 {
      let ambush = Ambush(place, for: held, freezesClient: false, of: SlowTransaction.self)
      if await nemesis.spring(ambush) { owner = ambush }
    }
    try await nemesis.blocking { () throws(ServerFailure) in try master.kill() }
    do throws(Failure) {
      try await nemesis.tell(replica, "REPLICAOF", "NO", "ONE")
    } catch {
      throw .command("promoting the replica", error)
    }
    link?.close()
    // Sentinel ends the clients' connections when roles change; they find the new master.
    front.proxy.upstream = replica.address.endpoint
    front.proxy.reset()
    nemesis.ended(Self.self, [("server", .text("redis"))])
    if let owner { await nemesis.release(owner) }
  }

  /// Holds the link at a moment when the replica knows of no lock: the lock it would bring along is
  /// nobody's any more, and keeps everybody out until its lease ends, which hides what was lost.
  private func holdLink(_ nemesis: Nemesis, _ replica: RedisServer) async throws(FaultFailure) {
    do throws(Failure) {
      for _ in 0..<500 {
        link?.hold(.both)
        let locks = try await nemesis.tell(replica, "KEYS", nemesis.topology.prefix + "*:lock")
        if locks.elements?.isEmpty != false || nemesis.isOver { return }
        link?.hold([])
        await nemesis.pause(for: 1_000_000)
      }
    } catch {
      throw .command("asking the replica", error)
    }
  }

  func tearDown(_ nemesis: Nemesis) async throws(FaultFailure) {
    link?.close()
    guard let master = nemesis.servers.redis, let replica = nemesis.servers.replica else { return }
    if !master.isAlive {
      try await nemesis.blocking { () throws(ServerFailure) in try master.restart() }
    }
    do throws(Failure) {
      try await nemesis.tell(replica, "REPLICAOF", "NO", "ONE")
      // Its data is that of the run's prefix, which goes from the master by itself.
      try await nemesis.tell(replica, "FLUSHALL")
    } catch {
      throw .command("resetting the replica", error)
    }
  }
}

extension Nemesis {
  /// One command for one server, on a connection of its own.
  @discardableResult
  func tell(
    _ server: RedisServer, _ verb: StaticString, _ words: String...
  ) async throws(Failure) -> RedisReply {
    let deadline = EventLoop.now() + 10_000_000_000
    let connection = try await RedisConnection.open(server.address, on: loop, deadline: deadline)
    defer { connection.close() }
    let command = RedisCommand(verb, words.map(RedisArgument.text), effect: .read)
    return try await connection.send(command, deadline: deadline)
  }

  /// Whether a replica has all of its master's data, and hears of more.
  fileprivate func isInSync(_ replica: RedisServer) async throws(Failure) -> Bool {
    let info = try await tell(replica, "INFO", "replication").text ?? ""
    return info.contains("master_link_status:up")
  }
}
