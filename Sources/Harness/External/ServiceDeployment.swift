// A user's service as it runs here: its instances, each with ways of its own to the private servers, all of
// them gone when the run is; or one that runs already, of which nothing but HTTP is seen.

import Drivers
import History

/// A service in one run.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ServiceDeployment: Deployment, @unchecked Sendable {
  let setup: ServiceSetup
  let notes: ProgramNotes
  unowned let context: RunContext
  private let log = ProgramLog()
  private(set) var instances: [ServiceInstance] = []
  private var mark: ProcessMark?
  private(set) var tallies: ServiceTallies
  /// The first rule that an answer didn't fit: what the run fails with.
  private(set) var invalid: String?

  init(_ setup: ServiceSetup, in context: RunContext) {
    self.setup = setup
    self.context = context
    notes = ProgramNotes(setup.name, in: log)
    tallies = ServiceTallies(setup)
  }

  var remarks: ProgramRemarks? {
    var remarks = notes.remarks
    var replies = tallies.sentences
    if case .url = setup.origin {
      replies.append(
        "the service was already running: only its requests and answers were seen")
    }
    remarks.replies = replies
    remarks.rules = tallies.met
    remarks.unmet = tallies.unmet
    remarks.commands = context.proxies?.watch?.counts
    return remarks
  }

  // MARK: Instances

  func start() async throws(RunFailure) {
    switch setup.origin {
    case .url(let url): instances = [ServiceInstance(at: url, on: context.loop)]
    case .command(let command): try await start(command)
    }
  }

  private func start(_ command: ServiceCommand) async throws(RunFailure) {
    do throws(FileFailure) {
      try log.begin(at: context.plan.logPath)
    } catch {
      throw .file(error)
    }
    do throws(ServerFailure) {
      let mark = try ProcessMark()
      self.mark = mark
      for number in 0..<command.instances {
        let port = try LoopbackPort.freePort()
        var variables = try self.variables(for: number, port: port, of: command)
        variables.merge(mark.environment) { _, mark in mark }
        instances.append(
          try ServiceInstance(
            number, port: port, command, environment: variables, clock: context.clock,
            on: context.loop, noting: notes))
      }
    } catch {
      throw .program("\(command.place): \(setup.name): \(error)")
    }
    try await awaitReadiness(command)
  }

  private func awaitReadiness(_ command: ServiceCommand) async throws(RunFailure) {
    for instance in instances {
      instance.onReady = { [context] in context.exchangeLog?.note($0, $1) }
      guard let reason = await instance.awaitReadiness(command.ready) else { continue }
      let place =
        instance.end == nil ? command.ready?.request.place ?? command.place : command.place
      let log = notes.log.isEmpty ? "" : "; see \(context.plan.logPath)"
      throw .program("\(place): instance \(instance.number) of \(setup.name): \(reason)\(log)")
    }
  }

  private func variables(
    for number: Int, port: UInt16, of command: ServiceCommand
  ) throws(ServerFailure) -> [String: String] {
    let program = ProgramSetup(command: command.words, directory: command.directory)
    var variables = ProgramEnvironment(of: program).variables(for: number, seed: context.seed)
    for (name, value) in [("PORT", "\(port)"), ("SERVER_PORT", "\(port)"), ("HOST", "127.0.0.1")] {
      variables[name] = value
    }
    if let proxies = context.proxies {
      do throws(FaultFailure) {
        let way = try proxies.way(for: number, ports: command.pins)
        variables.merge(way.variables) { _, server in server }
      } catch {
        if case .command(_, let failure) = error, failure.reason == Proxy.portTaken,
          let server = command.servers.first(where: { $0.port != nil }), let port = server.port
        {
          throw .unfit(
            address: "\(server.place): port \(port) on 127.0.0.1", reason: "it is in use",
            advice: "stop what listens there, or let the code read the port")
        }
        throw .process(server: "a proxy", reason: "\(error)")
      }
    }
    variables.merge(command.environment) { _, own in own }
    return variables
  }

  // MARK: Faults

  var processWord: String { "instance" }

  func pause(_ process: Int, _ isPaused: Bool) {
    if instances.indices.contains(process) { instances[process].pause(isPaused) }
  }

  func kill(_ process: Int) {
    if instances.indices.contains(process) { instances[process].crash() }
  }

  func replace(_ process: Int) async {
    guard case .command(let command) = setup.origin, instances.indices.contains(process),
      let reason = await instances[process].revive(command.ready)
    else { return }
    notes.note(.notStarted, "instance \(process): \(reason)", at: nil)
  }

  // MARK: Answers

  /// An answer that doesn't fit its rule: the run ends.
  func note(_ invalid: String) {
    if self.invalid == nil { self.invalid = invalid }
    context.isStopping = true
  }

  func count(_ kind: ServiceTallies.Kind, _ reading: ReplyReading, _ answer: ServiceAnswer) {
    tallies.add(kind, reading, answer)
  }

  /// Whether every instance has ended by itself, so that nothing can be asked any more.
  var isGone: Bool { instances.allSatisfy(\.isGone) }

  var processes: [Int: Int32] {
    instances.reduce(into: [:]) { $0[$1.number] = $1.pid }
  }

  func instance(of client: Int) -> Int { client % instances.count }

  var hasLog: Bool { !notes.log.isEmpty }

  func client(_ number: Int) -> any CallClient {
    ServiceClient(number, at: instances[instance(of: number)], of: self)
  }

  func during<Value: Sendable>(
    _ body: () async throws(RunFailure) -> Value
  ) async throws(RunFailure) -> Value {
    let value = try await body()
    if let invalid { throw .workload(invalid) }
    return value
  }

  func end() async {
    guard case .command(let command) = setup.origin else { return }
    for instance in instances { instance.terminate(within: command.stop) }
    for instance in instances { await instance.awaitEnd() }
    if let mark {
      let left = await context.loop.runBlocking { mark.endAll() }
      if left > 0 { notes.note(.leftRunning, count: left, "in sessions of their own", at: nil) }
    }
    log.flush()
  }

  func reply(to call: ShopCall, answer: Int) -> ShopReply? { nil }

  // MARK: The store

  func open(_ items: [Item], units: Int, on topology: Topology) async throws(RunFailure) {
    let store = CommandedStore(topology, on: context.loop, notingIn: context.exchangeLog)
    let asker = asker
    defer { asker.close() }
    for step in setup.prepare {
      switch step {
      case .store(let command): try await store.prepare([command], items, units: units)
      case .request(let request): try await asker.prepare(request, items, units: units)
      }
    }
  }

  private var store: CommandedStore {
    CommandedStore(
      context.topology, on: context.loop, notingIn: context.exchangeLog, forgets: context.forgets)
  }

  private var asker: ServiceAsker {
    ServiceAsker(setup, at: instances[0], on: context.loop, notingIn: context.exchangeLog)
  }

  func finalState(of items: [Item]) async throws(RunFailure) -> FinalState? {
    if case .store(let truth)? = setup.truth {
      return FinalState(try await store.look(truth, items))
    }
    // What it would have told nobody knows.
    if isGone { return nil }
    let asker = asker
    defer { asker.close() }
    return FinalState(try await asker.look(items))
  }
}

extension ServiceCommand {
  /// Ports that are written down in the code.
  var pins: [String: UInt16] {
    Dictionary(
      uniqueKeysWithValues: servers.compactMap { server in server.port.map { (server.name, $0) } })
  }
}

extension ServiceSetup {
  /// What reports call it: its command line, or its address.
  public var name: String {
    switch origin {
    case .command(let command): ProgramSetup(command: command.words).name
    case .url(let url): "http://\(url.host):\(url.port)\(url.base)"
    }
  }

  /// The private servers it is given.
  var needs: Needs {
    guard case .command(let command) = origin else { return [] }
    let names = command.servers.map(\.name)
    return WorkloadMap.privateServers.filter { names.contains($0.name) }
      .reduce(into: []) { $0.formUnion($1.need) }
  }

  /// The only claim is that it sells what is there.
  var card: StrategyCard {
    StrategyCard(
      name: name, family: nil, datatype: datatype, summary: "a service of yours", needs: needs,
      expected: .linearizable, supports: [.severalUnits, .restocks], hasGates: false,
      databaseConnections: 100, vulnerableTo: [], note: "")
  }

  /// The service as a value that a run can hold.
  public var system: SystemUnderTest {
    SystemUnderTest(card) { ServiceDeployment(self, in: $0) }
  }
}
