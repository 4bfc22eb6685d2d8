// One schedule under way, as a value: where every thread stands, what went wrong so far, what time it is.
// Told what happened it says what can happen next, and of what is chosen what has to be done. It sees no
// clock, no socket and no task, so that it can be tried out without servers.

import Drivers
import Harness
import History

/// The state of a schedule, and the transitions that it enables.
///
/// At quiescence, when no thread moves by itself, `decision` says what is to be done. A transition that
/// was chosen is taken by `take`, which returns what it takes on real servers.
struct TransitionSystem {
  let bounds: Bounds
  /// Whether transitions that lead to nothing new are left out.
  let reduces: Bool
  let threadIDs: [ThreadID]
  private(set) var threads: [ThreadState]
  private(set) var clients: [ClientState]
  private(set) var spent = FaultBudget()
  /// Virtual time, in ns.
  private(set) var now = Self.origin
  private(set) var timers: [Timer] = []
  private var timerCount = 0
  /// Steps taken.
  private(set) var steps = 0
  /// Commands under way that no scheduler chose.
  private(set) var unscheduled = 0
  /// Published messages that have not arrived yet.
  private(set) var messages = 0
  /// What was written since reads that wait were looked at.
  private(set) var dirtyKeys: UInt64 = 0
  /// The leases there are, as the server said after the last step; nil: it has not been asked yet.
  private(set) var leases: [Lease]?
  private(set) var abortReason: AbortReason?
  /// Whether the last step ended a call.
  private(set) var endedCall = false
  /// Whether the passing of virtual time has made a lease shorter.
  private(set) var hasShortenedLeases = false
  /// Whether the replica hears nothing any more.
  private(set) var isStalled = false

  // What the last step was.
  private var last: Transition?
  private var lastThread: ThreadID?
  /// The server of its command, where it was a plain step.
  private var lastServer: ServerName?
  private var lastBeganCall = false

  /// Where virtual time begins, in ns.
  static let origin: Int64 = 1_000_000_000_000

  init(_ bounds: Bounds, reduces: Bool = false) {
    self.bounds = bounds
    self.reduces = reduces
    threadIDs = ThreadID.all(
      clients: bounds.clients, workers: bounds.workers, each: bounds.threadsOfClient)
    threads = threadIDs.map { _ in ThreadState() }
    clients = (0..<bounds.clients).map { _ in ClientState() }
  }

  subscript(thread: ThreadID) -> ThreadState {
    _read { yield threads[thread.number] }
    // In place: a thread's state is looked at and changed many times a step.
    _modify { yield &threads[thread.number] }
  }

  /// Whether a thread makes a client's calls.
  func makesCalls(_ thread: ThreadID) -> Bool {
    bounds.allMakeCalls ? !thread.isWorker : thread.makesCalls
  }

  /// Threads in some phase.
  func threads(in phase: ThreadState.Phase) -> [ThreadID] {
    threadIDs.filter { self[$0].phase == phase }
  }

  func isAnyThread(_ phase: ThreadState.Phase) -> Bool {
    threads.indices.contains { threads[$0].phase == phase }
  }

  /// How long a schedule may take without a lease ending by the server's clock, in ns: a third of
  /// the shortest lease; a tenth once virtual time has shortened one; half of a cache entry's 50 ms.
  var longestRealTime: Int64 {
    if bounds.answersFromMemory { return 25_000_000 }
    // Nothing there runs by a clock of its own.
    if bounds.serversStandStill || !bounds.hasLeases && bounds.allMakeCalls { return .max }
    let shortest = min(bounds.lease ?? .seconds(3), .seconds(3)).inNanoseconds
    return hasShortenedLeases ? shortest / 10 : shortest / 3
  }

  /// The moment for the record, in ns: the virtual one, and a nanosecond for each step.
  var stamp: Int64 { now + Int64(steps) }
}

// MARK: - What happened

extension TransitionSystem {
  /// A schedule begins: the same threads, and nothing of the last one.
  mutating func reset(reduces: Bool) {
    var next = TransitionSystem(bounds, reduces: reduces)
    for thread in threadIDs {
      next[thread] = self[thread]
      if !thread.isWorker { next[thread].reset() }
    }
    for client in clients.indices { next.clients[client].isDone = false }
    self = next
  }

  /// A command arrives at its gate. Nil: it waits there until it is chosen.
  mutating func arrive(
    _ command: KnownCommand, of thread: ThreadID, for server: ServerName, inTransaction: Bool
  ) -> Admission? {
    if let client = thread.client, clients[client].isDead { return .crash }
    if command.isUnscheduled {
      unscheduled += 1
      return .proceed
    }
    self[thread].arrive(command, for: server, inTransaction: inTransaction)
    // Not looked for yet: its keys count as written, so that the server is asked once.
    if command.awaits != nil { dirtyKeys |= command.footprint.writes }
    return nil
  }

  /// A worker's command arrives at its gate between schedules; true: it goes out at once, as all do
  /// except those that wait for data.
  mutating func arriveIdle(_ command: KnownCommand, of worker: ThreadID) -> Bool {
    guard command.awaits != nil else { return true }
    self[worker].arrive(command, for: .redis, inTransaction: false)
    return false
  }

  /// A worker gives its command up.
  mutating func dismiss(_ worker: ThreadID) { self[worker].drop() }

  /// A command's answer is in, or will not come. Returns the command; nil: no scheduler had chosen it.
  mutating func answer(_ thread: ThreadID) -> KnownCommand? {
    switch self[thread].phase {
    case .idle, .atGate, .awaitingData:
      assert(unscheduled > 0, "an answer has its command")
      unscheduled -= 1
      return nil
    case .underWay, .blocked:
      let command = self[thread].command
      self[thread].phase = .idle
      if command?.kind == .database {
        // Whoever waited for this one may be free now.
        for other in threads(in: .blocked) { self[other].lookAgain() }
      }
      return command
    }
  }

  /// A client makes a call.
  mutating func intendCall(_ client: Int) { clients[client].call = .intended }

  /// A client's call is over. A process that died in it is replaced, so the client lives again.
  mutating func endCall(_ client: Int) {
    clients[client].call = .none
    clients[client].isDead = false
    endedCall = true
  }

  /// All of a client's calls are over.
  mutating func finish(_ client: Int) { clients[client].isDone = true }

  /// A client that stands before its call's first command has done nothing yet: the call is made anew
  /// by a new process, unnoticed. Returns whether that is so.
  mutating func beginAnew(_ client: Int) -> Bool {
    let thread = ThreadID.client(client)
    guard clients[client].call == .intended, !clients[client].isDead, self[thread].phase == .atGate
    else { return false }
    clients[client].isDead = true
    self[thread].drop()
    return true
  }

  /// The new process stands where the old one did.
  mutating func revive(_ client: Int) { clients[client].isDead = false }

  /// Somebody begins to wait for a moment. Returns the timer's number.
  mutating func setTimer(at moment: Int64, of client: Int?) -> Int {
    timerCount += 1
    timers.append(Timer(number: timerCount, moment: moment, client: client))
    return timerCount
  }

  mutating func clearTimer(_ number: Int) { timers.removeAll { $0.number == number } }

  mutating func messageSent() { messages += 1 }

  mutating func messageArrived() {
    assert(messages > 0, "a message arrives after it was sent")
    messages -= 1
  }

  // MARK: What servers said

  /// The leases there are now.
  mutating func note(_ leases: [Lease]) { self.leases = leases }

  /// Reads that wait for data have been looked at: these would be answered now.
  mutating func note(ready: Set<ThreadID>, of asked: [ThreadID]) {
    for thread in asked {
      assert(self[thread].isHeld, "what waits for data was not sent")
      self[thread].phase = ready.contains(thread) ? .atGate : .awaitingData
    }
  }

  /// Takes the reads that have to be looked at, since something was written to what they wait for.
  mutating func takeReadsToLookAt() -> [ThreadID] {
    defer { dirtyKeys = 0 }
    return threadIDs.filter { mayHaveData(self[$0]) }
  }

  /// A server said that a command waits for a lock. A command answered meanwhile, or sent since, was
  /// not the one asked about: `flight` is the one that was under way then.
  mutating func note(blocked thread: ThreadID, flight: Int) {
    guard self[thread].phase == .underWay, self[thread].flight == flight else { return }
    self[thread].phase = .blocked
  }

  func mayHaveData(_ thread: ThreadState) -> Bool {
    guard let command = thread.command, command.awaits != nil, thread.isHeld else { return false }
    return command.footprint.writes & dirtyKeys != 0
  }
}

// MARK: - What is chosen, and aborted

extension TransitionSystem {
  mutating func noteStep(_ transition: Transition) -> Int? {
    endedCall = false
    leases = nil
    steps += 1
    last = transition
    lastServer = nil
    lastBeganCall = false
    guard let thread = transition.thread else { return nil }
    lastThread = thread
    if transition.kind == .step {
      lastServer = self[thread].isInDatabase ? bounds.database : self[thread].server
    }
    guard makesCalls(thread), let client = thread.client, clients[client].call == .intended else {
      return nil
    }
    clients[client].call = .begun
    lastBeganCall = true
    return client
  }

  mutating func count(_ kind: WritableKeyPath<FaultBudget, Int>) {
    spent[keyPath: kind] += 1
    assert(spent[keyPath: kind] <= bounds.faults[keyPath: kind], "no more faults than are allowed")
  }

  mutating func send(_ thread: ThreadID) {
    self[thread].send()
    if let command = self[thread].command { dirtyKeys |= command.footprint.writes }
  }

  mutating func drop(_ thread: ThreadID) { self[thread].drop() }

  mutating func kill(_ client: Int) { clients[client].isDead = true }

  mutating func noteStalled() { isStalled = true }

  mutating func pass(until moment: Int64) { now = max(now, moment) }

  mutating func noteShortenedLeases() { hasShortenedLeases = true }

  /// Gives the schedule up for a reason that makes it no evidence: every client dies. Returns what has
  /// to be done; the first reason counts.
  mutating func abort(_ reason: AbortReason) -> [Effect] {
    if abortReason == nil { abortReason = reason }
    for client in clients.indices where !clients[client].isDone { clients[client].isDead = true }
    var effects: [Effect] = [.closeClients]
    for thread in threadIDs
    where self[thread].phase == .atGate
      || self[thread].phase == .awaitingData && !thread.isWorker
    {
      self[thread].drop()
      effects.append(.release(thread, .crash))
    }
    return effects + [.fire(timers.map(\.number))]
  }

  /// The last step, and the thread that moved last.
  var lastStep: (transition: Transition?, thread: ThreadID?) { (last, lastThread) }

  /// Whether a fault of a server makes a difference now that it would not have made before the last
  /// command: not if that command went to another server. One that began its client's call counts: a
  /// client that has not begun simply connects again.
  func isNews(_ server: ServerName, breaksConnections: Bool = false) -> Bool {
    guard reduces, let lastServer else { return true }
    return lastServer == server || breaksConnections && lastBeganCall
  }
}
