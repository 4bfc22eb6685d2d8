// A server stands still: SIGSTOP for all its processes, later SIGCONT. Commands sent meanwhile are
// executed afterwards, also those whose clients have given up; leases run on.

import Drivers
import History

struct ServerPause: Fault {
  static let card = FaultCard(
    name: "server-pause", summary: "a server is paused (SIGSTOP, SIGCONT)", reach: .servers,
    fits: .all,
    parameters: [
      FaultParameter(
        "for", .time(.milliseconds(1)...Duration.seconds(60)), standard: "300ms",
        about: "how long"),
      ServerChoice.parameter,
    ],
    note: "A call that a client gave up may still take effect. While the database is paused leases "
      + "run out; while Redis is, watchdogs can't renew.")

  let rhythm: Rhythm
  private let length: Duration
  private let choice: ServerChoice

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    length = settings.time("for")
    choice = ServerChoice(settings)
  }

  var hazards: Hazards { .silence(of: length) }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard let target = nemesis.servers.all(choice).randomElement(using: &random) else { return }
    nemesis.began(
      Self.self,
      [("server", .text(target.name)), ("ms", .number(length.inMilliseconds))])
    try await nemesis.blocking { () throws(ServerFailure) in try target.server.pause() }
    await nemesis.pause(for: length)
    try await nemesis.blocking { () throws(ServerFailure) in try target.server.resume() }
    nemesis.ended(Self.self, [("server", .text(target.name))])
  }
}
