// The scheduler: when all have come to rest it says what happens next. At rest every thread is at
// its gate, waits for time or a message, is blocked in a server that said so, or is done.

import Drivers
import Harness

extension World {
  func loopRests() {
    isStirred = false
    guard isActive, !isOnErrand, flushes == 0, transparent == 0 else { return }
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
    if unfed != 0, mayFeed { return send(.feed) }
    if needsLeases { return send(.leases) }
    if isRecording, !isObserved { return send(.observe) }
    if clients.allSatisfy(\.isDone) {
      // What nobody will feed any more waits for the next schedule.
      if schedule.mishap != nil
        || threads.allSatisfy({ $0.phase == .idle || $0.phase == .starved })
      {
        // That the last step ended a call may make it race with the first one of another.
        if schedule.mishap == nil, !schedule.choices.isEmpty {
          pilot.happened(ending: endedCall)
        }
        pilot.ended(
          waiting: threads.indices.filter { threads[$0].phase == .starved }.map(step))
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
      && (spent.expiries < configuration.allowance.expiries
        || spent.lapses < configuration.allowance.lapses)
      && !topology.namedRedis.isEmpty
  }

  private func decide() {
    if !schedule.choices.isEmpty { pilot.happened(ending: endedCall) }
    endedCall = false
    let options = options()
    guard !options.isEmpty else { return nobodyMoves() }
    guard schedule.choices.count < Self.mostSteps else { return fail(.endless) }
    guard let choice = pilot.choose(options) else {
      return fail(.diverged(step: schedule.choices.count + 1))
    }
    schedule.choices.append(choice)
    lastMove = EventLoop.now()
    if isRecording { schedule.named.append(NamedChoice(choice, keys)) }
    leased = nil
    carryOut(choice)
  }

  /// Only the server can go on, by finding a deadlock or ending a wait; or it is over.
  private func nobodyMoves() {
    guard schedule.mishap == nil else { return }
    if threads.contains(where: { $0.phase == .blocked }) {
      send(.unblock)
    } else {
      fail(.stuck("every client waits for another"))
    }
  }

  // MARK: What can be chosen

  /// Everything that could happen now, in a fixed order: what needs no switch of threads first.
  private func options() -> [Candidate] {
    var options: [Candidate] = []
    options.reserveCapacity(threads.count)
    let first = lastThread.map(Int.init)
    if let first, threads[first].phase == .atGate { options.append(step(first)) }
    for thread in threads.indices where threads[thread].phase == .atGate && thread != first {
      options.append(step(thread))
    }
    let allowance = configuration.allowance
    if mayPassTime(whereOthersMove: !options.isEmpty) {
      options.append(Candidate(.time, client: .max))
    }
    guard !allowance.isNone, !options.isEmpty else { return options }
    for thread in threads.indices
    where threads[thread].phase == .atGate && thread % 2 == 0 && !isWorker(thread)
      && threads[thread].command?.role != .turn
    {
      if spent.crashes < allowance.crashes {
        options.append(fault(.crash, thread))
        options.append(fault(.crashAfter, thread))
      }
      if spent.disconnects < allowance.disconnects { options.append(fault(.disconnect, thread)) }
      if spent.losses < allowance.losses { options.append(fault(.loseReply, thread)) }
    }
    if spent.expiries < allowance.expiries {
      for key in leased ?? [] where isNews(keys.keys[key].server) {
        options.append(Candidate(Choice(.expire, UInt8(key)), client: .max))
      }
    }
    options += serverOptions(beside: options)
    if pilot.reduces, schedule.choices.last?.kind == .stall { options.removeAll { !isMissed($0) } }
    return options
  }

  private func step(_ thread: Int) -> Candidate {
    guard !isWorker(thread) else {
      return Candidate(
        Choice(.step, UInt8(thread)), touch: threads[thread].command?.touch ?? Footprint(),
        client: UInt8(thread), mayEnd: false)
    }
    let client = clients[thread / 2]
    let isTurn = threads[thread].command?.role == .turn
    let isFirst =
      isTurn || thread % 2 == 0 && client.call.map { schedule.calls[$0].began == 0 } == true
    return Candidate(
      Choice(.step, UInt8(thread)), touch: threads[thread].command?.touch ?? Footprint(),
      client: UInt8(client.number), isFirst: isFirst, mayEnd: thread % 2 == 0)
  }

  private func fault(_ kind: Choice.Kind, _ thread: Int) -> Candidate {
    Candidate(Choice(kind, UInt8(thread)), client: UInt8(thread / 2))
  }

  // MARK: What happens then

  private func carryOut(_ choice: Choice) {
    begin(choice)
    let thread = Int(choice.subject)
    switch choice.kind {
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
    if choice.thread != nil { lastThread = choice.subject }
    stir()
  }

  private func begin(_ choice: Choice) {
    lastServer = nil
    hasBegunCall = false
    if choice.kind == .step, let thread = choice.thread.map(Int.init) {
      lastServer =
        threads[thread].isInDatabase ? topology.database.number : threads[thread].server
    }
    if let thread = choice.thread.map(Int.init), thread % 2 == 0, !isWorker(thread),
      let call = clients[thread / 2].call, schedule.calls[call].began == 0
    {
      schedule.calls[call].began = schedule.choices.count
      clients[thread / 2].began = stamp
      hasBegunCall = true
    }
    recordBegin(choice)
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
