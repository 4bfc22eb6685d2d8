// The scheduler: when all have come to rest it says what happens next. At rest every thread is at
// its gate, waits for time or a message, is blocked in a server that said so, or is done.

import Drivers
import Harness

extension Execution {
  func loopRests() {
    isDecisionRequested = false
    guard isActive, !awaitsControl, flushes == 0, transparent == 0 else { return }
    guard !clients.contains(where: { $0.isConnecting || $0.process?.isOpening == true }) else {
      return
    }
    var isUnderWay = false
    for thread in threads.indices where threads[thread].phase == .underWay {
      isUnderWay = true
      if threads[thread].command?.role == .database { look() }
    }
    guard !isUnderWay else { return }
    if mayHaveClosed, let gone = closedBackends() { return send(.gone(gone)) }
    if dirtyKeys != 0, mayHaveData { return send(.lookForData) }
    if needsLeases { return send(.leases) }
    if isRecording, !isObserved { return send(.observe) }
    if clients.allSatisfy(\.isDone) {
      // What nobody will feed any more waits for the next schedule.
      if schedule.abortReason != nil
        || threads.allSatisfy({ $0.phase == .idle || $0.phase == .awaitingData })
      {
        // That the last step ended a call may make it race with the first one of another.
        if schedule.abortReason == nil, !schedule.transitions.isEmpty {
          scheduler.happened(ending: endedCall)
        }
        scheduler.ended(
          waiting: threads.indices.filter { threads[$0].phase == .awaitingData }.map(step))
        return finished.give(())
      }
    }
    decide()
  }

  /// Asks the server whether what is under way is blocked; one look at a time.
  private func look() {
    if looks.isAwaited { looks.give(true) }
  }

  /// Sessions that were open and are not; nil if there are none.
  private func closedBackends() -> [Int32]? {
    mayHaveClosed = false
    guard control.haveDatabases else { return nil }
    let open = Set(clients.flatMap { $0.process?.backends ?? [] })
    let gone = backends.subtracting(open)
    backends = open
    return gone.isEmpty ? nil : Array(gone)
  }

  private var needsLeases: Bool {
    leased == nil
      && (spent.expiries < configuration.faultBudget.expiries
        || spent.lapses < configuration.faultBudget.lapses)
      && !topology.namedRedis.isEmpty
  }

  private func decide() {
    if !schedule.transitions.isEmpty { scheduler.happened(ending: endedCall) }
    endedCall = false
    let options = options()
    guard !options.isEmpty else { return nobodyMoves() }
    guard schedule.transitions.count < Self.mostSteps else { return fail(.endless) }
    guard let transition = scheduler.choose(options) else {
      return fail(.diverged(step: schedule.transitions.count + 1))
    }
    schedule.transitions.append(transition)
    lastMove = EventLoop.now()
    if isRecording { schedule.named.append(NamedTransition(transition, keys)) }
    leased = nil
    carryOut(transition)
  }

  /// Only the server can go on, by finding a deadlock or ending a wait; or it is over.
  private func nobodyMoves() {
    guard schedule.abortReason == nil else { return }
    if threads.contains(where: { $0.phase == .blocked }) {
      send(.unblock)
    } else {
      fail(.stuck("every client waits for another"))
    }
  }

  // MARK: What can be chosen

  /// Everything that could happen now, in a fixed order: what needs no switch of threads first.
  private func options() -> [EnabledTransition] {
    var options: [EnabledTransition] = []
    options.reserveCapacity(threads.count)
    let first = lastThread.map(Int.init)
    if let first, threads[first].phase == .atGate { options.append(step(first)) }
    for thread in threads.indices where threads[thread].phase == .atGate && thread != first {
      options.append(step(thread))
    }
    let faultBudget = configuration.faultBudget
    if mayPassTime(whereOthersMove: !options.isEmpty) {
      options.append(EnabledTransition(.time, client: .max))
    }
    guard !faultBudget.isNone, !options.isEmpty else { return options }
    for thread in threads.indices
    where threads[thread].phase == .atGate && thread % 2 == 0 && !isWorker(thread)
      && threads[thread].command?.role != .turn
    {
      if spent.crashes < faultBudget.crashes {
        options.append(fault(.crash, thread))
        options.append(fault(.crashAfter, thread))
      }
      if spent.disconnects < faultBudget.disconnects { options.append(fault(.disconnect, thread)) }
      if spent.losses < faultBudget.losses { options.append(fault(.loseReply, thread)) }
    }
    if spent.expiries < faultBudget.expiries {
      for key in leased ?? [] where isNews(keys.keys[key].server) {
        options.append(EnabledTransition(Transition(.expire, UInt8(key)), client: .max))
      }
    }
    options += serverOptions(beside: options)
    if scheduler.reduces, schedule.transitions.last?.kind == .stall {
      options.removeAll { !isMissed($0) }
    }
    return options
  }

  private func step(_ thread: Int) -> EnabledTransition {
    guard !isWorker(thread) else {
      return EnabledTransition(
        Transition(.step, UInt8(thread)), touch: threads[thread].command?.touch ?? Footprint(),
        client: UInt8(thread), mayEnd: false)
    }
    let client = clients[thread / 2]
    let isTurn = threads[thread].command?.role == .turn
    let isFirst =
      isTurn || thread % 2 == 0 && client.call.map { schedule.calls[$0].began == 0 } == true
    return EnabledTransition(
      Transition(.step, UInt8(thread)), touch: threads[thread].command?.touch ?? Footprint(),
      client: UInt8(client.number), isFirst: isFirst, mayEnd: thread % 2 == 0)
  }

  private func fault(_ kind: Transition.Kind, _ thread: Int) -> EnabledTransition {
    EnabledTransition(Transition(kind, UInt8(thread)), client: UInt8(thread / 2))
  }

  // MARK: What happens then

  private func carryOut(_ transition: Transition) {
    begin(transition)
    let thread = Int(transition.subject)
    switch transition.kind {
    case .step: release(thread, .proceed)
    case .crash:
      spent.crashes += 1
      die(thread, .crash)
    case .crashAfter:
      spent.crashes += 1
      die(thread, .loseReply)
    case .disconnect:
      spent.disconnects += 1
      noteClosing()
      release(thread, .disconnect)
    case .loseReply:
      spent.losses += 1
      noteClosing()
      release(thread, .loseReply)
    case .time: passTime()
    case .expire:
      spent.expiries += 1
      written.insert(thread)
      send(.expire(thread))
    case .restart:
      if thread == ServerName.postgres.number {
        spent.postgresRestarts += 1
      } else {
        spent.restarts += 1
      }
      send(.restart(thread))
    case .stall: send(.stall)
    case .failover:
      spent.failovers += 1
      send(.failOver)
    }
    if transition.thread != nil { lastThread = transition.subject }
    requestDecision()
  }

  private func begin(_ transition: Transition) {
    lastServer = nil
    hasBegunCall = false
    if transition.kind == .step, let thread = transition.thread.map(Int.init) {
      lastServer =
        threads[thread].isInDatabase ? topology.database.number : threads[thread].server
    }
    if let thread = transition.thread.map(Int.init), thread % 2 == 0, !isWorker(thread),
      let call = clients[thread / 2].call, schedule.calls[call].began == 0
    {
      schedule.calls[call].began = schedule.transitions.count
      clients[thread / 2].began = stamp
      hasBegunCall = true
    }
    recordBegin(transition)
  }

  /// A client's death takes what goes on beside its call with it.
  private func die(_ thread: Int, _ passage: Passage) {
    clients[thread / 2].isDead = true
    noteClosing()
    release(thread, passage)
    let aside = thread + 1
    if threads[aside].phase == .atGate { release(aside, .crash) }
    for alarm in alarms where alarm.process % clients.count == thread / 2 { alarm.ring() }
  }
}
