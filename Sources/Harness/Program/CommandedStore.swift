// The private servers, told by a workload's own commands to put up a stock and to say what is left of it.
// They are talked to directly, past the proxies that faults act upon.

import Drivers

/// The stores of a program, as its workload speaks to them.
struct CommandedStore {
  private let topology: Topology
  private let loop: EventLoop
  private let exchangeLog: ExchangeLog?
  /// Whether a fault may have taken away what was there: then nothing is none.
  private let forgets: Bool

  /// How long one command may take, in ns.
  private static let timeout: Int64 = 30_000_000_000

  init(
    _ topology: Topology, on loop: EventLoop, notingIn exchangeLog: ExchangeLog? = nil,
    forgets: Bool = false
  ) {
    self.exchangeLog = exchangeLog
    self.topology = topology
    self.forgets = forgets
    self.loop = loop
  }

  /// Puts up `units` of every item: a command about an item is given once for each.
  func prepare(
    _ commands: [StoreCommand], _ items: [Item], units: Int
  ) async throws(RunFailure) {
    for command in commands {
      for item in command.isPerItem ? items : Array(items.prefix(1)) {
        _ = try await tell(command, command.filled(item, units: units), "prepare")
      }
    }
  }

  /// What is left of every item.
  func look(_ truth: StoreTruth, _ items: [Item]) async throws(RunFailure) -> [Int] {
    try await loop.settled(for: truth.settle, timeout: Self.timeout) {
      () async throws(RunFailure) in try await ask(truth, items)
    }
  }

  private func ask(_ truth: StoreTruth, _ items: [Item]) async throws(RunFailure) -> [Int] {
    var units: [Int] = []
    for item in items {
      let command = truth.command
      let told = try await tell(command, command.filled(item, units: 0), "truth")
      guard let value = told ?? (forgets ? 0 : nil) else {
        throw .workload(
          "\(command.place): truth must give one whole number for each item, and gives none for "
            + "\(item.name)")
      }
      units.append(value)
    }
    return units
  }

  /// Gives a command, and returns the whole number it answers, if it answers one.
  private func tell(
    _ command: StoreCommand, _ kind: StoreCommand.Filled, _ key: String
  ) async throws(RunFailure) -> Int? {
    do throws(Failure) {
      let value: Int?
      switch kind {
      case .sql(let text, let database):
        value = try await run(text, on: database)
        exchangeLog?.note("sql: " + text, value.map { "\($0)" } ?? "ok")
      case .redis(let words):
        value = try await run(words)
        exchangeLog?.note("redis: " + words.joined(separator: " "), value.map { "\($0)" } ?? "ok")
      }
      return value
    } catch {
      var detail = "\(error)"
      if case .server(let code, let message) = error.reason { detail = "\(code) \(message)" }
      throw .workload("\(command.place): `\(key)` failed: \(detail)")
    }
  }

  private func run(
    _ sql: String, on database: BackendKind
  ) async throws(Failure) -> Int? {
    let deadline = EventLoop.now() + Self.timeout
    guard let server = topology.names.first(where: { $0.kind == database }),
      let connection = try await topology.database(server)?.asProgramsSee.open(
        on: loop, by: deadline, name: nil)
    else { return nil }
    defer { connection.close() }
    let statement = Statement("SQL", sql, effect: .write, prepared: false)
    let rows = try await connection.execute(statement, [], deadline: deadline)
    // Which of several would be the one?
    guard rows.count <= 1 else { throw .definite(.gaveUp("it has \(rows.count) rows, not one")) }
    return rows.integer()
  }

  private func run(_ words: [String]) async throws(Failure) -> Int? {
    guard let address = topology.redis else { return nil }
    let deadline = EventLoop.now() + Self.timeout
    let connection = try await RedisConnection.open(address, on: loop, deadline: deadline)
    defer { connection.close() }
    // Our own commands are known when soldout is built; this one is a workload's.
    let command = RedisCommand(
      "EVAL", ["return redis.call(unpack(ARGV))", 0] + words.map(RedisArgument.text), effect: .write
    )
    return try await connection.send(command, deadline: deadline).integer
  }
}

extension FinalState {
  /// What one store holds.
  init(_ units: [Int]) {
    self.init(remaining: units, holdings: units.map { Holdings(left: ["the store": $0]) })
  }
}
