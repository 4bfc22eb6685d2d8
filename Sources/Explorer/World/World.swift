// A place where schedules are run one after the other: clients with connections of their own, on
// keys and tables of their own, and the scheduler that lets one command go at a time. It decides
// nothing about which schedules are run, and judges none.

import Drivers
import Harness
import History

/// What a world asks for at every point.
protocol Pilot {
  /// Chooses among options (never empty); nil: what was to be chosen is not among them.
  mutating func choose(_ options: [Candidate]) -> Choice?
  /// The last choice has been carried out.
  mutating func happened(ending: Bool)
  /// The schedule is over, and these steps still wait for what makes them possible.
  mutating func ended(waiting: [Candidate])
  /// Whether what can come to nothing new may be left out of the options.
  var reduces: Bool { get }
}

extension Pilot {
  mutating func ended(waiting: [Candidate]) {}
}

extension Walk: Pilot {
  var reduces: Bool { rules.reduces }
}

extension Draw: Pilot {
  var reduces: Bool { false }

  mutating func happened(ending: Bool) {}
}

/// Clients under one scheduler.
///
/// `@unchecked Sendable`: all its tasks run on one loop and never leave its thread.
final class World: RestObserver, VirtualTime, @unchecked Sendable {
  /// One client: its present process and call, and its clock.
  final class Client: VirtualTime {
    let number: Int
    fileprivate unowned let world: World
    /// How far the clock of the dead has run on: they wait for nothing, and come to an end.
    private var afterDeath: Int64 = 0
    var process: ScheduledProcess?
    /// How many processes it has had in this schedule.
    var generation = 0
    /// The position of its call among the schedule's.
    var call: Int?
    var isDead = false
    var isDone = true
    /// Whether its death only takes a call back that had not begun.
    var beginsAnew = false
    var isConnecting = false
    let start = Handover<Bool>()

    init(number: Int, world: World) {
      self.number = number
      self.world = world
    }

    var now: Int64 { isDead ? max(world.now, afterDeath) : world.now }

    func set(_ alarm: VirtualAlarm) {
      guard isDead, world.isActive else { return world.set(alarm) }
      afterDeath = max(now, alarm.moment)
      alarm.ring()
    }

    func clear(_ alarm: VirtualAlarm) { world.clear(alarm) }

    func beginSchedule() {
      isDead = false
      beginsAnew = false
      afterDeath = 0
    }
  }

  /// A line of commands, one at a time: a client's calls, or what goes on beside them.
  struct Thread {
    enum Phase: Equatable {
      case idle, atGate, underWay, blocked
      /// At its gate with a read of what is not there yet.
      case starved
    }
    var phase = Phase.idle
    /// The command at the gate or under way.
    var command: KnownCommand?
    var description: CommandDescription?
    /// The number of the Redis server that it is for.
    var server = 0
    /// Counts commands sent, and looks at one that is blocked, so that an answer about an earlier
    /// moment is told from one about now.
    var flight = 0
    /// The flight in which the present command was sent; later ones are further looks at it.
    var sent = 0
    /// Keys watched, and what is queued, since MULTI.
    var watched: UInt64 = 0
    var queued = Footprint()
    var queuedKeys: [Int] = []

    var isInPostgres: Bool { command?.role == .postgres }
  }

  let loop: EventLoop
  let configuration: Configuration
  /// The servers as clients reach them.
  private(set) var topology: Topology
  let keys: KeyTable
  let reader: CommandReader
  let item: Item
  let strategy: any Strategy
  private(set) var clients: [Client] = []
  var threads: [Thread]
  let passages: [Handover<Passage>]
  var servants: Servants
  private let handles: ServerHandles?
  /// The servers that may be harmed, where any may.
  var failing: FailingServers?

  /// Virtual time, in ns.
  var now = World.origin
  var alarms: [VirtualAlarm] = []
  /// Whether a schedule is under way; before and after, commands pass unscheduled.
  var isActive = false
  var isStirred = false
  /// When the last choice was made, on the loop's clock.
  var lastMove: Int64 = 0
  /// Commands under way that no choice sent.
  var transparent = 0
  /// Messages being waited for.
  var flushes = 0
  /// Keys written since reads that wait were looked at, as in footprints.
  var unfed: UInt64 = 0
  /// The workers' time.
  let shift = Shift()
  /// Whether an errand to the servers is under way.
  var isOnErrand = false
  var pilot: any Pilot
  var schedule = Schedule()
  var spent = Allowance()
  var lastThread: UInt8?
  /// The server of the last command, where that was a plain step.
  var lastServer: Int?
  /// Whether the last choice began a call.
  var hasBegunCall = false
  /// How long the clients' clocks stood still while servers were harmed, in ns.
  var stoodStill: Int64 = 0
  /// Whether the step under way ended a call.
  var endedCall = false
  /// Keys written in this schedule, by number.
  var written: Set<Int> = []
  var wrotePostgres = false
  /// The PostgreSQL sessions that were seen open, and whether one may have been closed since.
  var backends: Set<Int32> = []
  var mayHaveClosed = false
  /// Keys with a lease, as the server said after the last step.
  var leased: [Int]?
  var isRecording = false
  /// The pending step's record is complete but for what the servers hold.
  var isObserved = true
  let finished = Handover<Void>()
  let errands = Handover<Errand?>()
  let looks = Handover<Bool>()
  let lookSignal: Signal

  static let origin: Int64 = 1_000_000_000_000
  /// Steps of one schedule at most.
  static let mostSteps = 300

  init(
    _ configuration: Configuration, topology: Topology, servers: ServerHandles?, keys: KeyTable,
    on loop: EventLoop
  ) {
    handles = servers
    strategyCaches = configuration.strategy.card.family == .cache
    self.configuration = configuration
    self.loop = loop
    self.topology = topology.restricted(to: configuration.strategy.card.needs)
    self.keys = keys
    reader = CommandReader(prefix: topology.prefix, keys: keys)
    item = Item(number: 0, prefix: topology.prefix)
    strategy = configuration.strategy.init()
    let workers = strategy.workers
    threads = Array(
      repeating: Thread(),
      count: workers == 0 ? 2 * configuration.clients : Choice.firstWorker + workers)
    passages = threads.map { _ in Handover() }
    servants = Servants()
    pilot = Walk(.root, Rules(reduces: false, preemptions: nil))
    lookSignal = Signal(on: loop)
    clients = configuration.script.indices.map { Client(number: $0, world: self) }
  }

  /// Puts between clients and servers what harming these takes.
  func beginFailing() async throws(Failure) {
    guard let handles, configuration.allowance.harmsServers else { return }
    let failing = try FailingServers(handles, allowance: configuration.allowance, on: loop)
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
      lines: { line in
        switch line {
        case .main: gates[0]
        case .aside: aside
        case .node(let number): gates[Topology.server(ofNode: number)]
        case .master(let number): gates[Topology.server(ofMaster: number)]
        }
      })
  }

  /// Runs one schedule as a pilot chooses, from the start to everybody's end.
  func run(_ pilot: some Pilot, recording: Bool = false) async throws(Failure) -> Schedule {
    try await reset()
    self.pilot = pilot
    schedule = Schedule()
    spent = Allowance()
    lastThread = nil
    endedCall = false
    lastServer = nil
    hasBegunCall = false
    stoodStill = 0
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
    stir()
    await finished.take()
    isActive = false
    if EventLoop.now() - began - stoodStill > longest, schedule.mishap == nil {
      schedule.mishap = .slow
    }
    try await readLast()
    return schedule
  }

  /// A tenth of the shortest lease there is, in ns; of the 50 ms that a cache's entry lasts, half.
  private var longest: Int64 { strategyCaches ? 25_000_000 : 300_000_000 }

  /// Whether calls may be answered from memory, without a command.
  private let strategyCaches: Bool

  /// What a fresh process is shown at the end.
  private func readLast() async throws(Failure) {
    guard schedule.mishap == nil, let observer = try await wholeObserver() else { return }
    if case .value(let left) = try await observer.perform(.read, on: item, patience: .max / 4) {
      schedule.left = left
    }
  }

  /// A client's calls in every schedule, until the world ends.
  func live(_ client: Client) async {
    while await client.start.take() {
      for (place, call) in configuration.script[client.number].enumerated() {
        if place > 0, strategyCaches { await awaitTurn(client, to: call) }
        await perform(call, by: client)
      }
      client.isDone = true
      stir()
    }
    client.process?.close()
  }

  /// Lets the scheduler say when a call that may have no command is made.
  private func awaitTurn(_ client: Client, to call: Stock.Call) async {
    guard !client.isDead else { return }
    let thread = 2 * client.number
    threads[thread].command = KnownCommand(role: .turn)
    threads[thread].description = .turn(call)
    threads[thread].phase = .atGate
    stir()
    if case .crash = await passages[thread].take() { client.isDead = true }
    threads[thread].phase = .idle
  }

  private func perform(_ call: Stock.Call, by client: Client) async {
    guard await connect(client), let process = client.process else { return }
    schedule.calls.append(Call(client: client.number, process: process.number, call: call))
    let position = schedule.calls.count - 1
    client.call = position
    await perform(call, position, by: client, process)
    while client.beginsAnew {
      client.beginSchedule()
      schedule.calls[position].error = nil
      guard await connect(client), let process = client.process else { return }
      await perform(call, position, by: client, process)
    }
    end(position, of: client)
  }

  private func perform(
    _ call: Stock.Call, _ position: Int, by client: Client, _ process: ScheduledProcess
  ) async {
    do throws(Failure) {
      let reply = try await process.perform(call, on: item, patience: configuration.patience)
      schedule.calls[position].outcome = .ok
      schedule.calls[position].reply = reply
    } catch {
      schedule.calls[position].error = error.description
      // Nobody is left to say that a dead client's call failed.
      if error.certainty == .definite, !client.isDead { schedule.calls[position].outcome = .fail }
    }
  }

  private func end(_ position: Int, of client: Client) {
    client.call = nil
    if schedule.calls[position].began == 0 {
      schedule.calls[position].began = schedule.choices.count
    }
    if schedule.calls[position].outcome == .info {
      // A process whose call is indeterminate is retired.
      client.isDead = false
      noteClosing()
      client.process?.close()
      client.process = nil
      client.generation += 1
    } else {
      schedule.calls[position].ended = schedule.choices.count
    }
    endedCall = true
    noteEnd(of: position)
    stir()
  }

  /// Gives the client a process that can make calls.
  private func connect(_ client: Client) async -> Bool {
    if let process = client.process, process.isWhole { return true }
    client.isConnecting = true
    defer {
      client.isConnecting = false
      stir()
    }
    noteClosing()
    client.process?.close()
    let process = makeProcess(of: client)
    client.process = process
    do throws(Failure) {
      try await process.connect()
      return true
    } catch {
      fail(.stuck("client \(client.number + 1) can't connect: \(error)"))
      return false
    }
  }

  /// Where everybody stands, for an error that nobody should ever read.
  var standing: String {
    let phases = threads.indices.map { "\($0): \(threads[$0].phase)" }.joined(separator: ", ")
    return "threads \(phases); \(alarms.count) alarms, \(flushes) messages, \(transparent) unseen, "
      + "\(isOnErrand ? "on an errand" : "no errand"), after \(schedule.choices.count) steps"
  }

  /// Ends the schedule for a reason that makes it no evidence: everybody dies.
  func fail(_ mishap: Mishap) {
    if schedule.mishap == nil { schedule.mishap = mishap }
    noteClosing()
    for client in clients where !client.isDone {
      client.isDead = true
      client.process?.close()
    }
    for thread in threads.indices
    where threads[thread].phase == .atGate || threads[thread].phase == .starved && !isWorker(thread)
    {
      release(thread, .crash)
    }
    for alarm in alarms { alarm.ring() }
    stir()
  }
}
