// One Redis server's wall clock jumps ahead, or runs fast, for a while: what was to expire later
// expires now. Redis takes its expiries from the wall clock, which an operator, or NTP after a long
// silence, may step. The clock is set by a library that is preloaded into the server.

import Drivers
import History

struct ClockJump: Fault {
  static let card = FaultCard(
    name: "clock-jump", summary: "one Redis server's wall clock jumps ahead or runs fast",
    reach: .servers, fits: .allRedis,
    parameters: [
      FaultParameter(
        "offset", .time(.zero...Duration.seconds(86_400)), standard: "5s", about: "how far it jumps"
      ),
      FaultParameter(
        "rate", .number(1...1000), standard: "1", about: "how fast it runs from then on"),
      FaultParameter(
        "for", .time(.milliseconds(1)...Duration.seconds(60)), standard: "300ms",
        about: "until it is right again"),
      ServerChoice.redisParameter,
    ] + QuorumCut.parameters,
    note: "Leases end early. A lock by majority survives one such clock only if no other server is "
      + "missing. Needs libServerShim.so, which the package builds.")

  let rhythm: Rhythm
  private let offset: Duration
  private let rate: Double
  private let length: Duration
  private let choice: ServerChoice
  private let quorumCut: QuorumCut

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    offset = settings.time("offset")
    rate = settings.number("rate")
    length = settings.time("for")
    choice = ServerChoice(settings)
    quorumCut = QuorumCut(settings)
  }

  var demands: ServerDemands {
    var demands = quorumCut.demands
    demands.hasShims = true
    return demands
  }

  var hazards: Hazards { .lockLost }

  static var obstacle: String? {
    ServerShim.library == nil ? "\(ServerFailure.missingShim)" : nil
  }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    if quorumCut.cut > 0 {
      try await quorumCut.strike(choice, nemesis, &random) { (target) async throws(FaultFailure) in
        await jump(target, nemesis)
      }
    } else if let target = nemesis.servers.all(choice).randomElement(using: &random) {
      await jump(target, nemesis)
    }
  }

  private func jump(_ target: NamedServer, _ nemesis: Nemesis) async {
    guard let shim = (target.server as? RedisServer)?.shim else { return }
    nemesis.began(
      Self.self, [("server", .text(target.name)), ("ms", .number(offset.inMilliseconds))])
    var settings = ServerShim.Settings()
    settings.clockOffset = offset
    settings.clockRate = rate
    shim.set(settings)
    await nemesis.pause(for: length)
    shim.set(ServerShim.Settings())
    nemesis.ended(Self.self, [("server", .text(target.name))])
  }
}
