// A user's program or service under a scheduler: brought up once, called again and again, and its proxies
// gated, so that what it sends goes on when the scheduler says so.

package import Drivers
import Foundation
import History

/// A program or a service in one exploration.
///
/// `@unchecked Sendable`: made on the exploration's loop, and never touched off its thread.
package final class DrivenSystem: @unchecked Sendable {
  /// A connection of one of its processes or instances.
  package struct Connection {
    package var instance: Int
    package var server: ServerName
    package var proxied: ProxyConnection
  }

  /// The time of its processes; nil: it can't be other than real.
  package let clock: (any ProgramClock)?
  /// Why it is real: a clause.
  package let realTimeReason: String?
  private let context: RunContext
  private let proxies: ServerProxies
  private let item: Item
  private var clients: [any CallClient] = []
  /// Told of every command that was answered.
  package var onExchange: (Connection.ID, ProxyRequest, CommandTrace.Reply) -> Void = { _, _, _ in }
  /// Told of every reply that was lost, just before its connection ends.
  package var onLost: (Connection.ID) -> Void = { _ in }

  /// Gets ready; nothing starts yet. Its log goes into `folder`.
  package init(
    _ workload: Workload, _ system: SystemUnderTest, clients: Int, stock: Int,
    on topology: Topology, handles: ServerHandles, folder: String, loop: EventLoop
  ) {
    let choice = Self.clock(for: workload, in: handles.folder ?? folder)
    (clock, realTimeReason) = (choice?.clock, choice?.reason)
    var (workload, system) = (workload, system)
    // As many instances as have a client.
    if case .command(var command)? = workload.service?.origin, command.instances > clients {
      command.instances = clients
      workload.service?.origin = .command(command)
      system = workload.external ?? system
    }
    (workload.clients, workload.items, workload.faults) = (clients, 1, [])
    (workload.stock, workload.deadline) = (stock, .seconds(60))
    let plan = RunPlan(
      workload, of: system, seed: workload.seed ?? Seed(0), at: topology, handles: handles,
      demands: .ports, historyPath: "\(folder)/history.jsonl")
    let heard = Heard()
    proxies = ServerProxies(
      apart: plan.topology, servers: plan.handles, on: loop,
      gate: ProgramGate(
        onExchange: {
          heard.tell(Connection.ID(instance: $1, server: $0, number: $3.request.connection), $2, $3)
        },
        onLost: { heard.lose(Connection.ID(instance: $1, server: $0, number: $2.connection)) },
        onDelivery: { [clock] in clock?.noteDelivery(to: $0) }))
    context = RunContext(
      loop: loop, plan: plan, proxies: proxies, journal: Journal(origin: EventLoop.now()))
    context.clock = clock
    item = context.items[0]
    heard.tell = { [unowned self] in onExchange($0, $2.request, $2.shownReply($1)) }
    heard.lose = { [unowned self] in onLost($0) }
  }

  /// What clock the command of a workload can have; nil: there is none.
  private static func clock(for workload: Workload, in folder: String) -> ClockChoice? {
    let words: [String]
    let directory: String
    if case .command(let command)? = workload.service?.origin {
      (words, directory) = (command.words, command.directory)
    } else if let program = workload.program {
      (words, directory) = (program.command, program.directory)
    } else {
      return nil
    }
    let environment = ProcessInfo.processInfo.environment
    // What is wrong with the command is told when it is started.
    return (try? ProgramCommand(words, in: directory, environment: environment)).map {
      ClockChoice(for: $0, in: folder)
    }
  }

  /// Passes on what a proxy tells.
  private final class Heard {
    var tell: (Connection.ID, Proxy.Wire, ProxyExchange) -> Void = { _, _, _ in }
    var lose: (Connection.ID) -> Void = { _ in }
  }

  /// Where it finds its servers past all proxies.
  package var topology: Topology { context.plan.topology }

  /// Starts its processes and sets the stock. Throws a sentence.
  package func start() async throws(RunFailure) {
    try await context.deployment.start()
    try await context.deployment.open(
      [item], units: context.plan.workload.stock, on: context.plan.topology)
    clients = (0..<context.clients).map { context.deployment.client($0) }
  }

  /// Takes away all that was made on the servers, which are private, so that it can be started once more.
  package func clear() async throws(Failure) {
    let deadline = EventLoop.now() + context.callTimeout
    for (_, address) in topology.namedRedis {
      let connection = try await RedisConnection.open(
        address, on: context.loop, deadline: deadline)
      defer { connection.close() }
      _ = try await connection.send(RedisCommand("FLUSHALL", effect: .write))
    }
    for name in topology.databases {
      guard let database = topology.database(name) else { continue }
      try await clear(database, by: deadline)
    }
  }

  private func clear<Database: DatabaseBackend>(
    _ database: Database, by deadline: Int64
  ) async throws(Failure) {
    let connection = try await database.asProgramsSee.open(
      on: context.loop, by: deadline, name: nil)
    defer { connection.close() }
    for statement in Database.clearing {
      _ = try await connection.execute(statement, [], deadline: deadline)
    }
  }

  /// Ends everything it started.
  package func end() async {
    for client in clients { client.close() }
    await context.deployment.end()
    proxies.close()
  }

  // MARK: Calls

  /// Whether a client can make a call at once.
  package func isConnected(_ client: Int) -> Bool {
    clients[client].isConnected && processes[instance(of: client)] != nil
  }

  /// Gives a client a process that can make calls, where it has none.
  package func connect(_ client: Int) async throws(Failure) {
    // A service's instance; a program's process is started by its client.
    if processes[instance(of: client)] == nil {
      await context.deployment.replace(instance(of: client))
    }
    try await clients[client].connect(by: EventLoop.now() + context.callTimeout)
  }

  /// Ends a client's process, whose call came to an uncertain end; the next `connect` starts another one.
  package func retire(_ client: Int) async {
    clients[client].close()
    clients[client] = context.deployment.client(client)
  }

  /// Names calls as at first, as in every schedule: a program may send on what a call is told by.
  package func restartNames() {
    for client in clients { client.restartNames() }
  }

  /// Makes a call, which is given so long, or as long as a schedule may take.
  package func perform(
    _ call: ShopCall, by client: Int, within limit: Duration? = nil
  ) async -> CallOutcome {
    // Before it is told.
    clock?.noteDelivery(to: instance(of: client))
    return await clients[client].perform(
      call, on: item, deadline: EventLoop.now() + (limit?.inNanoseconds ?? context.callTimeout),
      noting: context.journal)
  }

  /// What is left: as the stores or the program itself say, or else as a client is shown. nil: nobody can tell.
  package func left() async throws(RunFailure) -> Int? {
    if let look = try await context.deployment.finalState(of: [item]) {
      return look.remaining.first
    }
    guard
      let reader = clients.indices.first(where: { clients[$0].isConnected && clients[$0].canRead }),
      case .ok(.value(let left)) = await perform(.read, by: reader)
    else { return nil }
    return left
  }

  /// Kills a client's process, or an instance, at once.
  package func kill(_ instance: Int) { context.deployment.kill(instance) }

  /// The answer that fits no rule, a sentence; nil: all have.
  package var invalid: String? { context.deployment.invalid }

  // MARK: Processes and connections

  /// Its processes that run, by client or instance.
  package var processes: [Int: Int32] { context.deployment.processes }

  /// The instance that makes a client's calls.
  package func instance(of client: Int) -> Int { context.deployment.instance(of: client) }

  /// The clients whose calls an instance makes.
  package func clients(of instance: Int) -> [Int] {
    clients.indices.filter { self.instance(of: $0) == instance }
  }

  /// The only client whose calls an instance makes; nil: there are several.
  package func onlyClient(of instance: Int) -> Int? {
    let makers = clients(of: instance)
    return makers.count == 1 ? makers[0] : nil
  }

  /// Whether an instance makes the calls of several clients.
  package var isShared: Bool {
    clients.indices.contains { onlyClient(of: instance(of: $0)) == nil }
  }

  /// The ports of all its proxies.
  package var proxyPorts: Set<UInt16> {
    Set(proxies.all.flatMap { front in front.processes.compactMap { front.proxy(of: $0)?.port } })
  }

  /// The ports by which the processes of a program reach their servers; none of a service, to which
  /// connections are made from everywhere.
  package var ports: Set<UInt16> {
    guard context.plan.workload.service == nil else { return [] }
    return proxyPorts
  }

  /// Its connections, in a fixed order.
  package var connections: [Connection] {
    proxies.all.flatMap { front in
      front.processes.flatMap { instance in
        (front.proxy(of: instance)?.connections ?? []).map {
          Connection(instance: instance, server: front.place, proxied: $0)
        }
      }
    }
  }

  /// Lets what it sends wait, or pass at once.
  package func hold(_ holds: Bool) {
    for front in proxies.all { front.isHolding = holds }
  }

  /// The first connection that could not be followed, a sentence.
  package var unfollowed: String? { proxies.unfollowed.map { "\($0)" } }
}

extension DrivenSystem.Connection: Identifiable {
  package struct ID: Hashable, Sendable {
    package var instance: Int
    package var server: ServerName
    package var number: Int
  }

  package var id: ID { ID(instance: instance, server: server, number: proxied.number) }
}

extension DrivenSystem.Connection {
  private var wire: Proxy.Wire { server.kind.backend.wire }

  /// Whether requests only prepare: a session's start, a check that the server is there.
  package func isUpkeep(_ requests: [ProxyRequest]) -> Bool {
    requests.allSatisfy { $0.isUpkeep(on: wire) }
  }

  /// What requests do, as a step says it.
  package func text(_ requests: [ProxyRequest]) -> String {
    requests.map { $0.shown(on: wire) }.joined(separator: "; ")
  }
}

extension ServerDemands {
  /// Ports on which programs reach the servers.
  static var ports: ServerDemands {
    var demands = ServerDemands()
    demands.hasPorts = true
    return demands
  }
}
