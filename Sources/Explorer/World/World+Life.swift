// A world's beginning, the way back to its start before every schedule, and its end.

import Drivers
import Harness

extension World {
  /// Opens the servants' connections, sets the stock, and keeps what it is.
  func begin() async throws(Failure) {
    try await beginFailing()
    // Servers that may be harmed are the exploration's own.
    if failing == nil { try await presence.keep() }
    try await Namespace(topology, on: loop).create()
    for (name, address) in topology.namedRedis {
      servants.redis.append(
        Servants.Server(number: name.number, connection: try await open(address), snapshot: nil))
    }
    for address in topology.allPostgres {
      servants.databases.append(
        Servants.Database(
          connection: try await open(address), looker: try await open(address), tables: nil))
    }
    if let address = topology.mysql {
      servants.mysql = try await MySQLServant(of: address, on: loop, deadline: Self.deadline)
    }
    try await stopLogWriter()
    try await wholeObserver()?.open([item], units: configuration.stock)
    for place in servants.redis.indices {
      servants.redis[place].snapshot = try await RedisSnapshot(
        of: servants.redis[place].connection, server: servants.redis[place].number,
        prefix: topology.prefix, keys: keys)
    }
    for place in servants.databases.indices {
      servants.databases[place].tables = try await PostgresSnapshot(
        of: servants.databases[place].connection)
    }
    try await servants.mysql?.keep()
  }

  private static var deadline: Int64 { EventLoop.now() + 30_000_000_000 }

  /// A process that is no client, with all its connections.
  func wholeObserver() async throws(Failure) -> ScheduledProcess? {
    if let observer = servants.observer, observer.isWhole {
      observer.renew()
      return observer
    }
    // No client's number, so that none of its names is a client's.
    let observer = ScheduledProcess(
      strategy, number: 1000 * clients.count, on: loop, topology: topology, time: self,
      gate: NotingGate(self))
    if let last = servants.observer {
      await observer.takeDatabases(from: last)
      last.close()
    }
    servants.observer = observer
    try await observer.connect()
    return observer
  }

  func open(_ address: RedisAddress) async throws(Failure) -> RedisConnection {
    try await RedisConnection.open(address, on: loop, deadline: Self.deadline)
  }

  func open(_ address: PostgresAddress) async throws(Failure) -> PostgresConnection {
    try await PostgresConnection.open(address, on: loop, deadline: Self.deadline)
  }

  /// Whether a connection may be lost in the middle of a call. What a session remembers of the server
  /// (the digests of scripts) then decides which command fails: every schedule begins without.
  private var losesConnections: Bool {
    let allowance = configuration.allowance
    return allowance.harmsServers || allowance.disconnects > 0 || allowance.losses > 0
  }

  /// Everything as it was when the stock was set, and every client at its first process.
  func reset() async throws(Failure) {
    try await healServers()
    for client in clients {
      if client.generation > 0 || client.process?.isWhole != true || client.isDead
        || losesConnections
      {
        client.generation = 0
        client.beginSchedule()
        try await replaceProcess(of: client)
      }
      client.process?.renew()
    }
    try await forgetBackends()
    await awaitWorkers()
    for place in servants.redis.indices {
      let server = servants.redis[place]
      let undoing = server.snapshot?.undoing(written, keys: keys) ?? []
      if undoing.count == 1 {
        _ = try await server.connection.send(undoing[0])
      } else if !undoing.isEmpty {
        for case .error(let text) in try await server.connection.send(undoing) {
          throw .definite(.server(code: "", message: text))
        }
      }
    }
    written.removeAll(keepingCapacity: true)
    if wroteDatabase {
      for database in servants.databases {
        try await database.tables?.restore(over: database.connection)
      }
      try await servants.mysql?.restore()
      wroteDatabase = false
    }
    now = Self.origin
    alarms.removeAll()
    transparent = 0
    flushes = 0
    unfed = 0
    for thread in threads.indices where !isWorker(thread) { threads[thread].begin() }
  }

  /// Gives a client a new process with connections of its own.
  func replaceProcess(of client: Client) async throws(Failure) {
    noteClosing()
    let process = makeProcess(of: client)
    if let last = client.process {
      await process.takeDatabases(from: last)
      last.close()
    }
    client.process = process
    try await process.connect()
  }

  /// Sessions may be about to be closed; those that are open now will be waited for.
  func noteClosing() {
    guard servants.haveDatabases else { return }
    mayHaveClosed = true
    backends.formUnion(clients.flatMap { $0.process?.backends ?? [] })
  }

  /// Sessions that the last schedule closed may still be rolling back.
  private func forgetBackends() async throws(Failure) {
    guard servants.haveDatabases, mayHaveClosed else { return }
    mayHaveClosed = false
    let open = Set(clients.flatMap { $0.process?.backends ?? [] })
    let gone = backends.subtracting(open)
    backends = open
    if !gone.isEmpty { try await servants.waitUntilGone(Array(gone), on: loop) }
  }

  /// Lets every task of the world end, and removes its data.
  func end() async throws(Failure) {
    _ = try await failing?.heal()
    for client in clients { client.start.give(false) }
    dismissWorkers()
    errands.give(nil)
    looks.give(false)
    servants.close()
    defer {
      failing?.close()
      presence.close()
    }
    try await Namespace(topology, on: loop).remove()
  }
}
