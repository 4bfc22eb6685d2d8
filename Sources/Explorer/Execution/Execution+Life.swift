// A world's beginning, the way back to its start before every schedule, and its end.

import Drivers
import Harness

extension Execution {
  /// Opens the side connections, sets the stock, and keeps what it is.
  func begin() async throws(Failure) {
    try await beginFailing()
    // Servers that may be harmed are the exploration's own.
    if failing == nil { try await presence.keep() }
    try await Namespace(topology, on: loop).create()
    control = try await Control(topology, on: loop, deadline: Self.deadline)
    try await stopLogWriter()
    try await wholeObserver()?.open([item], units: configuration.stock)
    try await control.keep(keys)
  }

  static var deadline: Int64 { EventLoop.now() + 30_000_000_000 }

  /// A process that is no client, with all its connections.
  func wholeObserver() async throws(Failure) -> ScheduledProcess? {
    if let observer = control.observer, observer.isWhole {
      observer.renew()
      return observer
    }
    // No client's number, so that none of its names is a client's.
    let observer = ScheduledProcess(
      strategy, number: 1000 * clients.count, on: loop, topology: topology, time: self,
      gate: NotingGate(self))
    if let last = control.observer {
      await observer.takeDatabases(from: last)
      last.close()
    }
    control.observer = observer
    try await observer.connect()
    return observer
  }

  /// Whether a connection may be lost in the middle of a call. What a session remembers of the server
  /// (the digests of scripts) then decides which command fails: every schedule begins without.
  private var losesConnections: Bool {
    let faultBudget = configuration.faultBudget
    return faultBudget.harmsServers || faultBudget.disconnects > 0 || faultBudget.losses > 0
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
    try await control.restore(written, keys)
    written.removeAll(keepingCapacity: true)
    if wroteDatabase {
      try await control.restoreTables()
      wroteDatabase = false
    }
    now = Self.origin
    alarms.removeAll()
    transparent = 0
    flushes = 0
    dirtyKeys = 0
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
    guard control.haveDatabases else { return }
    mayHaveClosed = true
    backends.formUnion(clients.flatMap { $0.process?.backends ?? [] })
  }

  /// Sessions that the last schedule closed may still be rolling back.
  private func forgetBackends() async throws(Failure) {
    guard control.haveDatabases, mayHaveClosed else { return }
    mayHaveClosed = false
    let open = Set(clients.flatMap { $0.process?.backends ?? [] })
    let gone = backends.subtracting(open)
    backends = open
    if !gone.isEmpty { try await control.waitUntilGone(Array(gone), on: loop) }
  }

  /// Lets every task of the world end, and removes its data.
  func end() async throws(Failure) {
    _ = try await failing?.heal()
    for client in clients { client.start.give(false) }
    dismissWorkers()
    requests.give(nil)
    looks.give(false)
    control.close()
    defer {
      failing?.close()
      presence.close()
    }
    try await Namespace(topology, on: loop).remove()
  }
}
