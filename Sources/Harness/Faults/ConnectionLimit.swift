// PostgreSQL allows hardly more connections than there are clients. A client that needs a second one for a
// call, such as for a lock, keeps the first while it waits, until no client makes progress.

import Drivers
import History

struct ConnectionLimit: Fault {
  static let card = FaultCard(
    name: "connection-limit", summary: "PostgreSQL runs out of connections", reach: .servers,
    fits: .allPostgres,
    parameters: [
      FaultParameter(
        "connections", .count(8...10_000), standard: "20", about: "PostgreSQL's max_connections")
    ],
    note: "It breaks no stock. A client that locks on a second connection is refused (53300) while "
      + "it holds the first; one that locks within the transaction is not.")

  let rhythm: Rhythm
  private let connections: Int

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    connections = settings.count("connections")
  }

  var demands: ServerDemands {
    var demands = ServerDemands()
    demands.postgresSettings = ["max_connections": "\(connections)"]
    return demands
  }

  func futility(for strategy: StrategyCard, clients: Int) -> String? {
    let most = clients * strategy.databaseConnections
    guard most < connections else { return nil }
    return
      "connection-limit would refuse nobody: \(clients) clients of \(strategy.name) use at most "
      + "\(most) connections, and the limit is \(connections); give connections=\(most) "
      + "or less, or more clients"
  }

  /// The limit is always there; what is noted is the time in which it turns people away, asked for
  /// by a connection of our own.
  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard let target = nemesis.servers.all(.postgres).randomElement(using: &random),
      let address = (target.server as? PostgresServer)?.address
    else { return }
    while !nemesis.isOver, try await !isFull(address, nemesis) {
      await nemesis.pause(for: .milliseconds(5))
    }
    guard !nemesis.isOver else { return }
    nemesis.began(
      Self.self, [("server", .text(target.name)), ("connections", .number(connections))])
    while !nemesis.isOver, try await isFull(address, nemesis) {
      await nemesis.pause(for: .milliseconds(5))
    }
    nemesis.ended(Self.self, [("server", .text(target.name))])
  }

  private func isFull(
    _ address: PostgresAddress, _ nemesis: Nemesis
  ) async throws(FaultFailure) -> Bool {
    do throws(Failure) {
      let deadline = EventLoop.now() + 10_000_000_000
      try await PostgresConnection.open(address, on: nemesis.loop, deadline: deadline).close()
      return false
    } catch {
      // too_many_connections, as PostgreSQL says it to us.
      if case .server(code: "53300", message: _) = error.reason { return true }
      throw .command("asking for a connection", error)
    }
  }
}
