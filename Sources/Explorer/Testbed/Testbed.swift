// A place on real servers where schedules are carried out one after the other, and the loop that all kinds of
// it share: from one quiescence to the next a scheduler chooses what happens. It judges nothing.

import Drivers
import Harness

/// Clients under one scheduler at a time, with servers of their own: those of a strategy, whose connections
/// ask a gate, or the processes of a program, whose proxies hold what they send.
///
/// Confined to one loop.
protocol Testbed: AnyObject, Sendable {
  init(
    _ configuration: Configuration, topology: Topology, servers: ServerHandles?, keys: KeyTable,
    on loop: EventLoop)

  var loop: EventLoop { get }
  var keys: KeyTable { get }
  /// The servers as clients reach them.
  var topology: Topology { get }
  var control: ControlConnections { get }
  /// Where the schedule under way stands.
  var system: TransitionSystem { get set }
  var recorder: ScheduleRecorder { get set }
  var realTime: RealTime { get set }
  /// The clients' sessions with databases.
  var sessions: DatabaseSessions { get set }
  /// Told when a command in a database is answered, or a worker waits for work.
  var progress: Signal { get }
  /// Whether a schedule is under way; before and after, commands pass unscheduled.
  var isActive: Bool { get set }

  /// Why nobody decides how its clients' time passes: a clause; nil: the scheduler does.
  var realTimeReason: String? { get }
  /// Sets the stock, and keeps what it is.
  func begin() async throws(ExplorationFailure)
  /// Starts what clients and workers do, in every schedule until the end.
  func addTasks(to group: inout TaskGroup<Void>)
  /// Everything as it was when the stock was set, and every client at its first process.
  func reset(reduces: Bool) async throws(Failure)
  /// Lets the clients make their calls.
  func startCalls()
  /// Asks for a decision at the next quiescence.
  func requestDecision()
  /// Returns at quiescence, once a decision was asked for; false: what is on its way has to be waited for.
  func quiesce() async throws(Failure) -> Bool
  /// Asks the servers something; what they say is noted in `system`.
  func ask(_ inquiry: Inquiry) async throws(Failure)
  /// The servers' numbers of the clients' open sessions with databases.
  var openSessions: [Int32] { get }
  /// The same, of those on which a thread's command may be under way.
  func databaseSessions(of thread: ThreadID) -> [Int32]
  /// The lock that a thread's command asks a database for by name.
  func lockName(of thread: ThreadID) -> String?
  /// What the servers hold, as steps show it.
  func shown(_ state: [String]) -> [String]
  /// The command at a thread's gate, in words.
  func words(of thread: ThreadID) -> CommandWords?
  /// Carries out what a transition does, in order.
  func perform(_ effects: [Effect]) async throws(Failure)
  /// Ends a schedule that can be no evidence: every client dies.
  func abort(_ reason: AbortReason)
  /// Notes what a fresh process is shown at the end.
  func readLast() async throws(Failure)
  /// Lets every task end, and removes what was created.
  func end() async throws(ExplorationFailure)
  /// Where everything stands, for an error that should never be seen.
  var standing: String { get }
}

extension Testbed {
  var realTimeReason: String? { nil }

  func shown(_ state: [String]) -> [String] { state }

  /// Runs one schedule as a scheduler chooses, from the first call to the last; `recording` keeps its
  /// steps in detail.
  func run(
    _ scheduler: inout some Scheduler, recording: Bool = false
  ) async throws(Failure) -> Schedule {
    try await reset(reduces: scheduler.reduces)
    recorder = ScheduleRecorder(isDetailed: recording)
    realTime = RealTime(at: EventLoop.now())
    isActive = true
    startCalls()
    await schedule(&scheduler)
    isActive = false
    recorder.finish(
      system,
      isTooSlow: realTime.isTooLong(at: EventLoop.now(), longest: system.longestRealTime))
    if recorder.schedule.abortReason == nil { try await readLast() }
    return recorder.schedule
  }

  /// From one quiescence to the next, until all clients are done.
  private func schedule(_ scheduler: inout some Scheduler) async {
    requestDecision()
    while true {
      do throws(Failure) {
        if try await quiesce() {
          switch system.decision {
          // Whatever comes asks for the next decision.
          case .wait: continue
          case .ask(let inquiry): try await ask(inquiry)
          case .abort(let reason):
            tell(&scheduler)
            abort(reason)
          case .choose where recorder.lacksState, .end where recorder.lacksState:
            // First, so that servers that can't be asked are not asked for ever.
            recorder.note(state: [])
            recorder.note(state: shown(try await control.state(of: keys, in: topology)))
          case .end:
            tell(&scheduler)
            return scheduler.ended(waiting: system.waitingInVain)
          case .choose(let enabled):
            tell(&scheduler)
            if let transition = scheduler.choose(enabled) {
              try await take(transition)
            } else {
              abort(.diverged(step: recorder.count + 1))
            }
          }
        }
      } catch {
        abort(.stuck("asking the servers failed: \(error)"))
      }
      requestDecision()
    }
  }

  /// Tells whether the last step ended a call: it may make it race with the first one of another.
  private func tell(_ scheduler: inout some Scheduler) {
    guard recorder.count > 0, system.abortReason == nil else { return }
    scheduler.happened(ending: system.endedCall)
  }

  private func take(_ transition: Transition) async throws(Failure) {
    realTime.noteStep(at: EventLoop.now())
    recorder.begin(transition, keys) { transition.thread.flatMap(words) }
    try await perform(system.take(transition))
  }
}
