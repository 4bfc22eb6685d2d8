// The testbed of a user's program or service: its processes run unchanged, proxies hold what they send, and
// the kernel says when all of them rest.

import Drivers
import Harness
import History

/// The processes of a program under one scheduler at a time.
///
/// `@unchecked Sendable`: all its tasks run on one loop and never leave its thread.
final class ProgramTestbed: Testbed, @unchecked Sendable {
  let loop: EventLoop
  let configuration: Configuration
  /// The servers as programs find them, without a prefix or a schema of soldout's.
  let topology: Topology
  let keys: KeyTable
  var control = ControlConnections()
  let driven: DrivenSystem
  let trees = ProcessTrees()
  /// The processes whose trees are looked at.
  var watched: Set<Int32> = []
  let reader: ProgramCommandReader

  private(set) var clients: [DrivenClient] = []
  var system: TransitionSystem
  var recorder = ScheduleRecorder()
  var realTime: RealTime
  var isActive = false
  var sessions = DatabaseSessions()
  let progress: Signal

  /// By thread, what is held or under way.
  var units: [ThreadID: ProgramUnit] = [:]
  /// What was answered on connections since they were last looked at.
  var replies: [DrivenSystem.Connection.ID: CommandTrace.Reply] = [:]
  /// Whether what was published may still be on its way to those who listen.
  var mayHavePublished = false
  /// What a round of unscheduled calls sent.
  var warmUp: [String] = []
  /// The timers of threads that sleep, and when they end by the program's clock.
  var timers: [SleepingThread: (number: Int, end: Int64)] = [:]
  /// The clock of its Redis; nil: it has none, or it is real.
  let redisClock: RedisClock?
  /// How often the clock had woken somebody before the last look.
  var wakings = 0
  /// Whom the last look found busy.
  var busy: BusyThread?
  /// What the program's clock reads when a schedule begins.
  var timeOrigin: Int64 = 0
  /// What was sent after which steps, in all schedules so far.
  var memory = CommandMemory()
  /// Whose commands those of a shared instance are, and the clients that wait to make a call there: one
  /// begins at a time, each when all rest.
  var attribution = CommandAttribution()
  var queue: [DrivenClient] = []
  /// Why the schedule under way can't go on, found outside of any step.
  var obstacle: String?

  init(
    _ configuration: Configuration, topology: Topology, servers: ServerHandles?, keys: KeyTable,
    on loop: EventLoop
  ) {
    guard case .external(let external) = configuration.subject, let servers else {
      preconditionFailure("a program runs on private servers")
    }
    self.configuration = configuration
    self.loop = loop
    self.keys = keys
    self.topology = topology.restricted(to: configuration.card.needs).asProgramsSee
    driven = DrivenSystem(
      external.workload, external.system, clients: configuration.clients,
      stock: configuration.stock, on: topology, handles: servers, folder: external.folder,
      loop: loop)
    reader = ProgramCommandReader(keys: keys)
    var bounds = TransitionSystem.Bounds(configuration, self.topology)
    bounds.threadsOfClient = 4
    bounds.allMakeCalls = true
    redisClock = RedisClock(of: servers.redis)
    bounds.serversStandStill = redisClock != nil
    system = TransitionSystem(bounds)
    progress = Signal(on: loop)
    realTime = RealTime(at: EventLoop.now())
    clients = configuration.script.indices.map(DrivenClient.init)
    driven.onExchange = { [unowned self] in hear($1, $2, on: $0) }
    driven.onLost = { [unowned self] in lose(on: $0) }
  }

  var realTimeReason: String? { driven.realTimeReason }

  func startCalls() {
    driven.hold(true)
    for client in clients { client.start.give(true) }
  }

  /// Nothing has to be asked for: rest is looked for whenever it is awaited.
  func requestDecision() {}

  var openSessions: [Int32] { driven.connections.compactMap(\.proxied.session) }

  func databaseSessions(of thread: ThreadID) -> [Int32] {
    (units[thread]?.connection.proxied.session).map { [$0] } ?? []
  }

  func lockName(of thread: ThreadID) -> String? { units[thread]?.lockName }

  func shown(_ state: [String]) -> [String] { state.map(MaskedText.shortened) }

  func words(of thread: ThreadID) -> CommandWords? { units[thread]?.words }

  func readLast() async throws(Failure) {
    driven.hold(false)
    do throws(RunFailure) {
      if let left = try await driven.left() { recorder.note(left: left) }
    } catch {
      throw .definite(.gaveUp(error.sentence))
    }
  }

  var standing: String {
    let phases = system.threadIDs.filter { system[$0].phase != .idle }
      .map { "\($0): \(system[$0].phase)" }.joined(separator: ", ")
    let calling = clients.filter(\.isCalling).map { "\($0.number + 1)" }.joined(separator: ", ")
    return "threads \(phases); clients \(calling) in a call, after \(recorder.count) steps"
  }
}

/// One client of a program: its calls, and how many processes it has had in this schedule.
///
/// Confined to its testbed's loop.
final class DrivenClient {
  let number: Int
  var generation = 0
  /// The position of its call among the schedule's.
  var call: Int?
  var isCalling = false
  var isConnecting = false
  /// Whether it lost a connection: what it is like then need not be what it was like at first.
  var isDisturbed = false
  /// Told that it may make a call.
  let turn = Rendezvous<Void>()
  /// Told to make its calls, or to end.
  let start = Rendezvous<Bool>()

  init(number: Int) { self.number = number }
}

/// What a client has sent and its server not seen yet, or not answered.
struct ProgramUnit {
  var connection: DrivenSystem.Connection
  var words: CommandWords
  /// The same without what is random in it.
  var content: String
  var known: KnownCommand
  /// The lock that it asks MySQL for by name, in its text.
  var lockName: String?
}
