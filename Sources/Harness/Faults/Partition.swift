// The way between clients and a server is cut: what is sent stays on the way and arrives when it is
// healed; new connections hang. Nobody is told: not the client, and not the server.

import Drivers
import History

struct Partition: Fault {
  static let card = FaultCard(
    name: "partition", summary: "no traffic passes between clients and a server", reach: .way,
    fits: .all,
    parameters: [
      FaultParameter(
        "for", .time(.milliseconds(1)...Duration.seconds(60)), standard: "300ms",
        about: "how long"),
      ServerChoice.parameter,
      FaultParameter(
        "ways", .word(["both", "to-server", "to-client"]), standard: "both",
        about: "which way is cut; one alone loses only requests, or only replies"),
    ],
    note: "A call given up meanwhile may have taken effect. Leases run on, and watchdogs don't "
      + "get through.")

  let rhythm: Rhythm
  private let length: Duration
  private let choice: ServerChoice
  private let ways: Proxy.Directions

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    length = settings.time("for")
    choice = ServerChoice(settings)
    ways =
      switch settings.text("ways") {
      case "to-server": .toServer
      case "to-client": .toClient
      default: .both
      }
  }

  var demands: ServerDemands { .proxies }

  var hazards: Hazards { .silence(of: length) }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard let front = nemesis.proxies(choice).randomElement(using: &random) else { return }
    nemesis.began(
      Self.self,
      [("server", .text(front.name)), ("ms", .number(length.inMilliseconds))])
    front.hold(ways)
    await nemesis.pause(for: length)
    front.hold([])
    nemesis.ended(Self.self, [("server", .text(front.name))])
  }
}
