// An asynchronous replica takes over: writes that the master has acknowledged and not yet passed on
// are gone, a lock among them.

import Drivers
import History

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
    note:
      "Acknowledged writes are lost. A lock granted within the lag is free again while its owner "
      + "is at work. Once per run.")

  let rhythm: Rhythm
  private let lag: Duration
  private let held: Duration
  private let place: Breakpoint.Place
  private var replication: Replication?
  private var isDone = false

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    lag = settings.time("lag")
    held = settings.time("held")
    place = Breakpoint.Place(before: settings.text("before"))
  }

  var demands: ServerDemands {
    var demands = ServerDemands.proxies
    demands.hasReplica = true
    return demands
  }

  var hazards: Hazards { [.lockLost, .redisForgets, .callCutOff] }

  func setUp(_ nemesis: Nemesis) async throws(FaultFailure) {
    guard let master = nemesis.servers.redis, let replica = nemesis.servers.replica else { return }
    do throws(Failure) {
      replication = try Replication(of: master, by: replica, on: nemesis.loop)
      try await replication?.begin()
    } catch {
      throw .command("making a replica", error)
    }
  }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard !isDone, let replication, let replica = nemesis.servers.replica,
      let front = nemesis.proxies.first(where: { $0.place == .redis })
    else { return }
    isDone = true
    nemesis.began(
      Self.self, [("server", .text(front.name)), ("lag ms", .number(lag.inMilliseconds))])
    try await holdLink(nemesis, replica)
    await nemesis.pause(for: lag)
    var owner: Breakpoint?
    if held > .zero {
      let breakpoint = Breakpoint(place, for: held, .takesLong, of: SlowTransaction.self)
      if await nemesis.awaitHit(of: breakpoint) { owner = breakpoint }
    }
    try await replication.failOver()
    // Sentinel ends the clients' connections when roles change; they find the new master.
    front.lead(to: replica.address.endpoint)
    nemesis.ended(Self.self, [("server", .text(front.name))])
    if let owner { await nemesis.release(owner) }
  }

  /// Holds the link at a moment when the replica knows of no lock: a lock that it brought along would have
  /// no owner, and keep all clients out until its lease ended, which would hide what was lost.
  private func holdLink(_ nemesis: Nemesis, _ replica: RedisServer) async throws(FaultFailure) {
    do throws(Failure) {
      for _ in 0..<500 {
        replication?.hold()
        let locks = try await replica.tell(
          "KEYS", [nemesis.topology.prefix + "*:lock"], on: nemesis.loop)
        if locks.elements?.isEmpty != false || nemesis.isOver { return }
        replication?.release()
        await nemesis.pause(for: .milliseconds(1))
      }
    } catch {
      throw .command("asking the replica", error)
    }
  }

  func tearDown(_ nemesis: Nemesis) async throws(FaultFailure) {
    guard let replication else { return }
    defer { replication.close() }
    try await replication.end()
  }
}
