// Everything between clients and a server arrives late, each way, as from another data centre.

import Drivers
import History

struct Latency: Fault {
  static let card = FaultCard(
    name: "latency", summary: "traffic between clients and a server is delayed",
    reach: .way, fits: .all,
    parameters: [
      FaultParameter(
        "for", .time(.milliseconds(1)...Duration.seconds(3600)), standard: "500ms",
        about: "how long"),
      FaultParameter(
        "delay", .time(.microseconds(10)...Duration.seconds(10)), standard: "5ms",
        about: "the delay, each way"),
      ServerChoice.parameter,
    ],
    note: "Nothing is lost, but every step takes long enough for others to come in between.")

  let rhythm: Rhythm
  private let length: Duration
  private let delay: Duration
  private let choice: ServerChoice

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    length = settings.time("for")
    delay = settings.time("delay")
    choice = ServerChoice(settings)
  }

  var demands: ServerDemands { .proxies }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard let front = nemesis.proxies(choice).randomElement(using: &random) else { return }
    nemesis.began(
      Self.self,
      [("server", .text(front.name)), ("µs", .number(Int(delay.inNanoseconds / 1000)))])
    front.delay(by: delay)
    await nemesis.pause(for: length)
    front.delay(by: .zero)
    nemesis.ended(Self.self, [("server", .text(front.name))])
  }
}
