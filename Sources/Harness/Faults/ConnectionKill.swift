// The server ends one client's connection: CLIENT KILL ID in Redis, pg_terminate_backend in
// PostgreSQL, KILL in MySQL, as an operator does, or a proxy in between. What the client had sent may have happened.

import Drivers

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
      if let redis = target.server as? RedisServer {
        try await strike(redis, target.name, nemesis, &random)
      } else if let postgres = target.server as? PostgresServer {
        try await strike(postgres, target.name, nemesis, &random)
      } else if let mysql = target.server as? MariaDBServer {
        try await strike(mysql, target.name, nemesis, &random)
      }
    } catch {
      throw .command("connection-kill", error)
    }
  }

  private func strike(
    _ server: RedisServer, _ name: String, _ nemesis: Nemesis, _ random: inout SplitMix64
  ) async throws(Failure) {
    let deadline = EventLoop.now() + 10_000_000_000
    let connection = try await RedisConnection.open(
      server.address, on: nemesis.loop, deadline: deadline)
    defer { connection.close() }
    let list = RedisCommand("CLIENT", ["LIST"], effect: .read)
    let victims = (try await connection.send(list, deadline: deadline).text ?? "")
      .split(separator: "\n").compactMap(Victim.init)
    guard let victim = victims.randomElement(using: &random) else { return }
    note(victim.process, name, nemesis) { nemesis.began($0, $1) }
    // An error only if it has gone meanwhile, which comes to the same.
    let kill = RedisCommand("CLIENT", ["KILL", "ID", .integer(victim.id)], effect: .read)
    _ = try await connection.send(kill, deadline: deadline)
    note(victim.process, name, nemesis) { nemesis.ended($0, $1) }
  }

  private func strike(
    _ server: PostgresServer, _ name: String, _ nemesis: Nemesis, _ random: inout SplitMix64
  ) async throws(Failure) {
    let deadline = EventLoop.now() + 10_000_000_000
    let connection = try await PostgresConnection.open(
      server.address, on: nemesis.loop, deadline: deadline)
    defer { connection.close() }
    let list = Statement(
      "SELECT",
      """
      SELECT pid, application_name FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND application_name ~ '^p[0-9]+$' ORDER BY pid
      """, effect: .read, prepared: false)
    let rows = try await connection.execute(list, deadline: deadline)
    guard rows.count > 0 else { return }
    let row = Int.random(in: 0..<rows.count, using: &random)
    guard let backend = rows.integer(row, 0) else { return }
    let process = rows.text(row, 1).flatMap { Int($0.dropFirst()) } ?? -1
    note(process, name, nemesis) { nemesis.began($0, $1) }
    let kill = Statement(
      "SELECT", "SELECT pg_terminate_backend(\(backend))", effect: .read, prepared: false)
    _ = try await connection.execute(kill, deadline: deadline)
    note(process, name, nemesis) { nemesis.ended($0, $1) }
  }

  /// A MySQL knows its sessions by no name; those of a run's clients are in its database.
  private func strike(
    _ server: MariaDBServer, _ name: String, _ nemesis: Nemesis, _ random: inout SplitMix64
  ) async throws(Failure) {
    let deadline = EventLoop.now() + 10_000_000_000
    let connection = try await MySQLConnection.open(
      server.address, on: nemesis.loop, deadline: deadline)
    defer { connection.close() }
    let list = Statement(
      "SELECT",
      """
      SELECT id FROM information_schema.processlist
      WHERE db LIKE 'soldout\\\\_%' AND id <> CONNECTION_ID() ORDER BY id
      """, effect: .read, prepared: false)
    let rows = try await connection.execute(list, deadline: deadline)
    guard rows.count > 0,
      let session = rows.integer(Int.random(in: 0..<rows.count, using: &random), 0)
    else { return }
    nemesis.began(Self.self, [("server", .text(name))])
    do throws(Failure) {
      _ = try await connection.execute(
        Statement("KILL", "KILL \(session)", effect: .read, prepared: false), deadline: deadline)
    } catch {
      // It has gone meanwhile, which comes to the same.
      guard case .server = error.reason else { throw error }
    }
    nemesis.ended(Self.self, [("server", .text(name))])
  }

  private func note(
    _ process: Int, _ server: String, _ nemesis: Nemesis,
    _ note: (any Fault.Type, [(String, Nemesis.Detail)]) -> Void
  ) {
    note(Self.self, [("process", .number(process)), ("server", .text(server))])
  }

  /// A client's connection, as CLIENT LIST tells of it: `id=7 addr=… name=p3 …`.
  private struct Victim {
    var id: Int
    var process: Int

    init?(line: Substring) {
      var fields: [Substring: Substring] = [:]
      for field in line.split(separator: " ") {
        let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if sides.count == 2 { fields[sides[0]] = sides[1] }
      }
      // Only clients of the run have such names.
      guard let id = fields["id"].flatMap({ Int($0) }), let name = fields["name"],
        name.first == "p", let process = Int(name.dropFirst())
      else { return nil }
      self.id = id
      self.process = process
    }
  }
}
