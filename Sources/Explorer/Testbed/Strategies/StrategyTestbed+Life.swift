// A testbed's beginning, the way back to its start before every schedule, and its end.

import Drivers
import Harness

extension StrategyTestbed {
  /// Opens the control connections, sets the stock, and keeps what it is.
  func begin() async throws(ExplorationFailure) {
    do throws(Failure) {
      try await setStock()
    } catch {
      throw .servers("setting the stock", error)
    }
  }

  private func setStock() async throws(Failure) {
    try await beginFailing()
    // Servers that may be harmed are the exploration's own.
    if failing == nil { try await marker.keep() }
    try await Namespace(topology, on: loop).create()
    control = try await ControlConnections(topology, on: loop, deadline: Self.deadline)
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
    let observer = ScheduledProcess(
      strategy, number: configuration.observer, on: loop, topology: topology,
      time: self, gate: ObservingGate(self))
    await observer.replace(control.observer)
    control.observer = observer
    try await observer.connect()
    return observer
  }

  /// Whether a connection may be lost in the middle of a call. What a session remembers of the server
  /// (the digests of scripts) then decides which command fails: every schedule begins without.
  private var losesConnections: Bool {
    let faults = configuration.faultBudget
    return faults.harmsServers || faults.disconnects > 0 || faults.losses > 0
  }

  /// Everything as it was when the stock was set, and every client at its first process.
  func reset(reduces: Bool) async throws(Failure) {
    try await healServers()
    for client in clients {
      if client.generation > 0 || client.process?.isWhole != true || client.isDead
        || losesConnections
      {
        client.generation = 0
        client.revive()
        try await replaceProcess(of: client)
      }
      client.process?.renew()
    }
    _ = try await awaitEndedSessions()
    await awaitWorkers()
    try await control.restore(written.keys, keys)
    if written.hasDatabase { try await control.restoreTables() }
    written.removeAll()
    timers.removeAll()
    system.reset(reduces: reduces)
  }

  /// Gives a client a new process with connections of its own.
  func replaceProcess(of client: ScheduledClient) async throws(Failure) {
    noteClosing()
    let process = makeProcess(of: client)
    await process.replace(client.process)
    client.process = process
    try await process.connect()
  }

  /// A process of a client, behind its gates.
  private func makeProcess(of client: ScheduledClient) -> ScheduledProcess {
    let calls = ThreadID.client(client.number)
    let main = ThreadGate(self, thread: calls, server: .redis)
    let beside = ThreadGate(self, thread: .beside(client.number), server: .redis)
    var gates: [ServerName: ThreadGate] = [.redis: main]
    for (server, _) in topology.namedRedis where server != .redis {
      gates[server] = ThreadGate(self, thread: calls, server: server)
    }
    return ScheduledProcess(
      strategy, number: client.number + client.generation * clients.count, on: loop,
      topology: topology, time: client, gate: main,
      routes: { [gates] in $0 == .background ? beside : gates[ServerName($0)] ?? main },
      lease: configuration.lease, witness: self)
  }

  /// What clients and workers do, in every schedule until the end.
  func addTasks(to group: inout TaskGroup<Void>) {
    for number in clients.indices {
      group.addTask(executorPreference: loop) { [self] in await makeCalls(of: clients[number]) }
    }
    for number in 0..<strategy.workers {
      group.addTask(executorPreference: loop) { [self] in await runWorker(number) }
    }
  }

  /// Lets every task of the testbed end, and removes its data.
  func end() async throws(ExplorationFailure) {
    do throws(Failure) {
      try await remove()
    } catch {
      throw .servers("removing the exploration's data", error)
    }
  }

  private func remove() async throws(Failure) {
    _ = try await failing?.heal()
    for client in clients { client.start.give(false) }
    dismissWorkers()
    control.close()
    defer {
      failing?.close()
      marker.close()
    }
    try await Namespace(topology, on: loop).remove()
  }
}
