// The testbed of a strategy: clients with connections of their own, on keys and tables of their own, whose
// every command asks a gate before it is sent.

import Drivers
import Harness
import History

/// The clients of a strategy under one scheduler at a time.
///
/// `@unchecked Sendable`: all its tasks run on one loop and never leave its thread.
final class StrategyTestbed: Testbed, @unchecked Sendable {
  let loop: EventLoop
  let configuration: Configuration
  /// The servers as clients reach them.
  private(set) var topology: Topology
  let keys: KeyTable
  let item: Item
  let strategy: any Strategy
  private let handles: ServerHandles?
  /// The servers that may be harmed, where any may.
  private(set) var failing: FailingServers?
  /// Says on the servers that the exploration is going on.
  let marker: RunMarker
  var control = ControlConnections()

  private(set) var clients: [ScheduledClient] = []
  private let admissions: [Rendezvous<Admission>]
  private var readers: [ServerName: CommandReader] = [:]
  /// By thread, the command at its gate or under way.
  var commands: [CommandDescription?]
  let workerStop = WorkerStop()

  var system: TransitionSystem
  var recorder = ScheduleRecorder()
  var written = WriteSet()
  var sessions = DatabaseSessions()
  var realTime: RealTime
  var timers: [(number: Int, timer: VirtualTimer)] = []
  var isActive = false
  private var isDecisionRequested = false
  /// Handed over when no task is ready and there is something to be decided.
  private let quiescence = Rendezvous<Void>()
  let progress: Signal

  init(
    _ configuration: Configuration, topology: Topology, servers: ServerHandles?, keys: KeyTable,
    on loop: EventLoop
  ) {
    handles = servers
    self.configuration = configuration
    self.loop = loop
    self.topology = topology.restricted(to: configuration.card.needs)
    self.keys = keys
    marker = RunMarker(of: self.topology, on: loop)
    item = Item(number: 0, prefix: topology.prefix, of: configuration.card.datatype)
    guard case .strategy(let type) = configuration.subject else {
      preconditionFailure("a program has testbeds of its own")
    }
    strategy = type.init()
    system = TransitionSystem(TransitionSystem.Bounds(configuration, self.topology))
    admissions = system.threadIDs.map { _ in Rendezvous() }
    commands = system.threadIDs.map { _ in nil }
    progress = Signal(on: loop)
    realTime = RealTime(at: EventLoop.now())
    clients = configuration.script.indices.map { ScheduledClient(number: $0, in: self) }
  }

  /// Puts between clients and servers what harming these takes.
  func beginFailing() async throws(Failure) {
    guard let handles, configuration.faultBudget.harmsServers else { return }
    let failing = try FailingServers(handles, faultBudget: configuration.faultBudget, on: loop)
    self.failing = failing
    topology = failing.fronted(topology)
    var bounds = system.bounds
    bounds.restartable = failing.restartable(of: topology)
    system = TransitionSystem(bounds)
    try await failing.begin()
  }

  func admission(of thread: ThreadID) -> Rendezvous<Admission> { admissions[thread.number] }

  func reader(of server: ServerName) -> CommandReader {
    if let reader = readers[server] { return reader }
    let reader = CommandReader(of: server, prefix: topology.prefix, keys: keys)
    readers[server] = reader
    return reader
  }

  // MARK: One schedule

  func startCalls() {
    for client in clients { client.start.give(true) }
  }

  func quiesce() async throws(Failure) -> Bool {
    await quiescence.take()
    return try await !awaitEndedSessions()
  }

  var openSessions: [Int32] { clients.flatMap { $0.process?.backends ?? [] } }

  func databaseSessions(of thread: ThreadID) -> [Int32] {
    thread.client.flatMap { clients[$0].process?.backends } ?? []
  }

  func lockName(of thread: ThreadID) -> String? { commands[thread.number]?.lockName }

  func words(of thread: ThreadID) -> CommandWords? {
    commands[thread.number].map(CommandWords.init)
  }

  /// Decides again as soon as no task is ready.
  func requestDecision() {
    guard !isDecisionRequested else { return }
    isDecisionRequested = true
    loop.tellOfRest(self)
  }

  /// What a fresh process is shown at the end.
  func readLast() async throws(Failure) {
    guard let observer = try await wholeObserver() else { return }
    if case .value(let left) = try await observer.perform(.read, on: item) {
      recorder.note(left: left)
    }
    guard configuration.card.hasSeveralStores else { return }
    recorder.note(try await observer.holdings(of: item))
  }

  /// The state of every thread, for an error that should never be seen.
  var standing: String {
    let phases = system.threadIDs.map { "\($0): \(system[$0].phase)" }.joined(separator: ", ")
    return "threads \(phases); \(timers.count) timers, \(system.messages) messages, "
      + "\(system.unscheduled) unscheduled, after \(recorder.count) steps"
  }
}

extension StrategyTestbed: RestObserver {
  func loopRests() {
    isDecisionRequested = false
    guard quiescence.isAwaited else { return }
    guard !clients.contains(where: { $0.isConnecting || $0.process?.isOpening == true }) else {
      return
    }
    if system.isQuiescent { quiescence.give(()) }
  }
}

extension StrategyTestbed: VirtualTime {
  var now: Int64 { system.now }

  var stamp: Int64 { system.stamp }

  func set(_ timer: VirtualTimer) {
    // Before and after a schedule, such as in the observer's reads, the clock stands still.
    guard isActive else { return timer.fire() }
    let isClients = timer.process < configuration.observer
    let number = system.setTimer(
      at: timer.moment, of: isClients ? timer.process % clients.count : nil)
    timers.append((number, timer))
    requestDecision()
  }

  func clear(_ timer: VirtualTimer) {
    for entry in timers where entry.timer === timer { system.clearTimer(entry.number) }
    timers.removeAll { $0.timer === timer }
    requestDecision()
  }
}

extension StrategyTestbed: LockWitness {
  /// What a lock did is kept of every schedule: it is judged.
  func note(_ note: LockNote) {
    guard isActive else { return }
    var note = note
    // A client stands before its call's first command from the start; it might as well have come
    // when that went out.
    if note.what == "granted" {
      let began = clients[note.process % clients.count].began
      for name in ["called", "asked"] { note.values[name] = max(note.values[name] ?? began, began) }
    }
    recorder.note(note, at: system.stamp)
  }
}

extension TransitionSystem.Bounds {
  /// What a configuration allows on the servers of a topology.
  init(_ configuration: Configuration, _ topology: Topology) {
    self.init(
      clients: configuration.clients, workers: configuration.workers,
      faults: configuration.faultBudget, lease: configuration.lease,
      answersFromMemory: configuration.card.answersFromMemory,
      hasLeases: !topology.namedRedis.isEmpty, database: topology.database)
  }
}
