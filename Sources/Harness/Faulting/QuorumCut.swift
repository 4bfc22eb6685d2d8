// Kleppmann's arrangement for a lock of a majority (2016): two of five servers can't be reached while
// a client takes its lock on the other three; then they are back, free, and one of the three forgets.
// With all five at hand a single server that fails takes no majority away.

import Drivers
import History

/// How many servers are out of reach while a lock is taken, and how long its owner is at work.
struct QuorumCut: Sendable, Hashable {
  let cut: Int
  let length: Duration
  /// Long enough for a lock to be taken although each server out of reach costs a time-out, and for
  /// its owner's transaction, on a machine that stands still for a second too.
  private static let lease = Duration.seconds(4)

  static let parameters = [
    FaultParameter(
      "cut", .count(0...2), standard: "0",
      about: "how many servers of five can't be reached while a lock is taken"),
    FaultParameter(
      "held", .time(.milliseconds(1)...Duration.seconds(60)), standard: "500ms",
      about: "how long its owner's transaction then takes"),
  ]

  init(_ settings: FaultSettings) {
    cut = settings.count("cut")
    length = settings.time("held")
  }

  /// Proxies to cut servers off, and a lease that can be waited for.
  var demands: ServerDemands {
    guard cut > 0 else { return ServerDemands() }
    var demands = ServerDemands.proxies
    demands.lease = LeaseDemand(length: Self.lease, isRenewed: true)
    return demands
  }

  /// Strikes one of the servers chosen, which holds a client's lock, while the client is held up
  /// before it writes.
  func strike(
    _ choice: ServerChoice, _ nemesis: Nemesis, _ random: inout SplitMix64,
    _ attack: (NamedServer) async throws(FaultFailure) -> Void
  ) async throws(FaultFailure) {
    try await nemesis.arrange { () async throws(FaultFailure) in
      let nodes = nemesis.servers.all(.redis).shuffled(using: &random)
      let target = nodes.last { choice.contains($0.place) }
      let names = Set(nodes.map(\.name).filter { $0 != target?.name }.prefix(cut))
      let proxies = nemesis.proxies.filter { names.contains($0.name) }
      for front in proxies {
        nemesis.began(Partition.self, [("server", .text(front.name))])
        front.hold(.both)
      }
      // A lock that was held meanwhile could not be released there: its lease ends first.
      await nemesis.pause(for: Self.lease)
      let place = Breakpoint.Place(before: "UPDATE")
      let breakpoint = Breakpoint(place, for: length, .takesLong, of: SlowTransaction.self)
      let isHit = await nemesis.awaitHit(of: breakpoint)
      for front in proxies {
        front.hold([])
        nemesis.ended(Partition.self, [("server", .text(front.name))])
      }
      guard isHit, let target else { return }
      try await attack(target)
      await nemesis.release(breakpoint)
    }
  }
}
