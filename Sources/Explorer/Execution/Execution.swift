// A place where schedules are run one after the other: clients with connections of their own, on
// keys and tables of their own, and the scheduler that lets one command go at a time. It decides
// nothing about which schedules are run, and judges none.

import Drivers
import Harness
import History

/// Clients under one scheduler.
///
/// `@unchecked Sendable`: all its tasks run on one loop and never leave its thread.
final class Execution: RestObserver, VirtualTime, LockWitness, @unchecked Sendable {
  let loop: EventLoop
  let configuration: Configuration
  /// The servers as clients reach them.
  private(set) var topology: Topology
  let keys: KeyTable
  let reader: CommandReader
  let item: Item
  let strategy: any Strategy
  private(set) var clients: [Client] = []
  let threads: [Thread]
  let passages: [Rendezvous<Passage>]
  var control: Control
  /// Says on the servers that the exploration is going on.
  lazy var presence = Presence(of: topology, on: loop)
  private let handles: ServerHandles?
  /// The servers that may be harmed, where any may.
  var failing: FailingServers?

  /// Virtual time, in ns.
  var now = Execution.origin
  var alarms: [VirtualAlarm] = []
  /// Whether a schedule is under way; before and after, commands pass unscheduled.
  var isActive = false
  var isDecisionRequested = false
  /// When the last choice was made, on the loop's clock.
  var lastMove: Int64 = 0
  /// Commands under way that no choice sent.
  var transparent = 0
  /// Messages being waited for.
  var flushes = 0
  /// Keys written since reads that wait were looked at, as in footprints.
  var dirtyKeys: UInt64 = 0
  /// The workers' time.
  let shift = WorkerStop()
  /// Whether an errand to the servers is under way.
  var awaitsControl = false
  var scheduler: any Scheduler
  var schedule = Schedule()
  var spent = FaultBudget()
  var lastThread: UInt8?
  /// The server of the last command, where that was a plain step.
  var lastServer: Int?
  /// Whether the last choice began a call.
  var hasBegunCall = false
  /// How long the clients' clocks stood still while servers were harmed, in ns.
  var stoodStill: Int64 = 0
  /// Whether time that passed on the schedule's clock has made a lease shorter.
  var hasShiftedLeases = false
  /// Whether a lease has ended by the server's clock, and not by a choice.
  var hasLostLease = false
  /// Whether the step under way ended a call.
  var endedCall = false
  /// Keys written in this schedule, by number.
  var written: Set<Int> = []
  var wroteDatabase = false
  /// The sessions with databases that were seen open, and whether one may have been closed since.
  var backends: Set<Int32> = []
  var mayHaveClosed = false
  /// Keys with a lease, as the server said after the last step, and how long the shortest of these
  /// lasts yet, in ms.
  var leased: [Int]?
  var soonestEnd: Int?
  var isRecording = false
  /// The pending step's record is complete but for what the servers hold.
  var isObserved = true
  let finished = Rendezvous<Void>()
  let requests = Rendezvous<ControlRequest?>()
  let looks = Rendezvous<Bool>()
  let lookSignal: Signal

  static let origin: Int64 = 1_000_000_000_000
  /// Steps of one schedule at most.
  static let mostSteps = 300

  init(
    _ configuration: Configuration, topology: Topology, servers: ServerHandles?, keys: KeyTable,
    on loop: EventLoop
  ) {
    handles = servers
    strategyCaches = configuration.strategy.card.answersFromMemory
    self.configuration = configuration
    self.loop = loop
    self.topology = topology.restricted(to: configuration.strategy.card.needs)
    self.keys = keys
    reader = CommandReader(prefix: topology.prefix, keys: keys)
    item = Item(number: 0, prefix: topology.prefix)
    strategy = configuration.strategy.init()
    let workers = strategy.workers
    let lines = workers == 0 ? 2 * configuration.clients : Transition.firstWorker + workers
    threads = (0..<lines).map { _ in Thread() }
    passages = threads.map { _ in Rendezvous() }
    control = Control()
    scheduler = DepthFirstScheduler(.root, Rules(reduces: false, preemptions: nil))
    lookSignal = Signal(on: loop)
    clients = configuration.script.indices.map { Client(number: $0, execution: self) }
  }

  /// Puts between clients and servers what harming these takes.
  func beginFailing() async throws(Failure) {
    guard let handles, configuration.faultBudget.harmsServers else { return }
    let failing = try FailingServers(handles, faultBudget: configuration.faultBudget, on: loop)
    self.failing = failing
    topology = failing.fronted(topology)
    try await failing.begin()
  }

  /// A process of a client, behind its gates.
  func makeProcess(of client: Client) -> ScheduledProcess {
    let main = UInt8(2 * client.number)
    let gates = (0...15).map { ThreadGate(self, thread: main, server: $0) }
    let aside = ThreadGate(self, thread: main + 1, server: 0)
    return ScheduledProcess(
      strategy, number: client.number + client.generation * clients.count, on: loop,
      topology: topology, time: client, gate: gates[0],
      lines: { line in line == .aside ? aside : gates[ServerName(line).number] },
      lease: configuration.lease, witness: self)
  }

  /// Runs one schedule as a pilot chooses, from the start to everybody's end.
  func run(_ scheduler: some Scheduler, recording: Bool = false) async throws(Failure) -> Schedule {
    try await reset()
    self.scheduler = scheduler
    schedule = Schedule()
    spent = FaultBudget()
    lastThread = nil
    endedCall = false
    lastServer = nil
    hasBegunCall = false
    stoodStill = 0
    hasShiftedLeases = false
    hasLostLease = false
    leased = nil
    isRecording = recording
    isObserved = true
    let began = EventLoop.now()
    lastMove = began
    isActive = true
    for client in clients {
      client.isDone = false
      client.start.give(true)
    }
    requestDecision()
    await finished.take()
    isActive = false
    schedule.spent = spent
    if hasLostLease || EventLoop.now() - began - stoodStill > longest {
      switch schedule.abortReason {
      // A lease that ended by the server's clock may be why the schedule is not possible any more.
      case nil, .diverged: schedule.abortReason = .slow
      case .stuck, .endless, .slow: break
      }
    }
    try await readLast()
    return schedule
  }

  /// How long a schedule may take without a lease ending by the server's clock, in ns: a third of
  /// the shortest lease there is; where time has passed on the schedule's clock, and left a lease
  /// less, a tenth. Of the 50 ms that a cache's entry lasts, half.
  var longest: Int64 {
    if strategyCaches { return 25_000_000 }
    let shortest = Int64(min(configuration.lease ?? 3000, 3000)) * 1_000_000
    return hasShiftedLeases ? shortest / 10 : shortest / 3
  }

  /// Whether calls may be answered from memory, without a command.
  let strategyCaches: Bool

  /// What a fresh process is shown at the end.
  private func readLast() async throws(Failure) {
    guard schedule.abortReason == nil, let observer = try await wholeObserver() else { return }
    if case .value(let left) = try await observer.perform(.read, on: item, patience: .max / 4) {
      schedule.left = left
    }
    guard configuration.strategy.card.hasSeveralStores else { return }
    schedule.holdings = try await observer.holdings(of: item)
  }

  /// Where everybody stands, for an error that nobody should ever read.
  var standing: String {
    let phases = threads.indices.map { "\($0): \(threads[$0].phase)" }.joined(separator: ", ")
    return "threads \(phases); \(alarms.count) alarms, \(flushes) messages, \(transparent) unseen, "
      + "\(awaitsControl ? "on an errand" : "no errand"), after \(schedule.transitions.count) steps"
  }

  /// Ends the schedule for a reason that makes it no evidence: everybody dies.
  func fail(_ abortReason: AbortReason) {
    if schedule.abortReason == nil { schedule.abortReason = abortReason }
    noteClosing()
    for client in clients where !client.isDone {
      client.isDead = true
      client.process?.close()
    }
    for thread in threads.indices
    where threads[thread].phase == .atGate
      || threads[thread].phase == .awaitingData && !isWorker(thread)
    {
      release(thread, .crash)
    }
    for alarm in alarms { alarm.ring() }
    requestDecision()
  }
}
