// The server ends one client's connection, as an operator does, or a proxy in between. What the client had
// sent may have happened.

import Drivers
import History

struct ConnectionKill: Fault {
  static let card = FaultCard(
    name: "connection-kill", summary: "the server closes a client's connection", reach: .servers,
    fits: .all, parameters: [ServerChoice.parameter],
    note: "A call under way becomes indeterminate. A lock that lives on a connection of its own "
      + "is freed while the transaction on the other goes on.")

  let rhythm: Rhythm
  private let choice: ServerChoice

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    choice = ServerChoice(settings)
  }

  var hazards: Hazards { choice.strikesDatabase ? [.callCutOff, .connectionLost] : .callCutOff }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    // A program's connections have no names to choose them by, but ways of their own.
    let apart = nemesis.proxies(choice).filter { !$0.processes.isEmpty }
    if let front = apart.randomElement(using: &random),
      let process = front.processes.randomElement(using: &random)
    {
      let details = [nemesis.struck(process), ("server", .text(front.name))]
      nemesis.began(Self.self, details)
      front.reset(process)
      nemesis.ended(Self.self, details)
      return
    }
    guard let target = nemesis.servers.all(choice).randomElement(using: &random) else { return }
    do throws(Failure) {
      let server = ("server", Nemesis.Detail.text(target.name))
      try await target.address.endSession(
        on: nemesis.loop, by: EventLoop.now() + 10_000_000_000, &random
      ) { process, isOver in
        let details = (process.map { [("process", .number($0))] } ?? []) + [server]
        isOver ? nemesis.ended(Self.self, details) : nemesis.began(Self.self, details)
      }
    } catch {
      throw .command("connection-kill", error)
    }
  }
}
