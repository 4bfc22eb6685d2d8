// What is to be done at quiescence: something is asked of the servers first, or one of the enabled
// transitions is chosen, or the schedule is over.

import Harness

/// What is asked of the servers before anything can be chosen.
enum Inquiry {
  /// Which commands in a database wait for a lock.
  case blocked
  /// Which reads that wait would be answered now.
  case data
  /// Which keys have a lease.
  case leases
  /// That a server ends a command's wait.
  case unblocking
}

extension TransitionSystem {
  enum Decision {
    /// An answer or a message will come.
    case wait
    case ask(Inquiry)
    /// Never empty; what needs no switch of threads is first.
    case choose([EnabledTransition])
    case abort(AbortReason)
    case end
  }

  /// Whether nothing is on its way by itself, but for commands that may be blocked, of which databases
  /// have to be asked.
  var isQuiescent: Bool {
    unscheduled == 0 && messages == 0 && (mustLook || !isAnyThread(.underWay))
  }

  /// What to do when no task is ready.
  var decision: Decision {
    guard isQuiescent else { return .wait }
    if mustLook { return .ask(.blocked) }
    if abortReason == nil {
      if dirtyKeys != 0, threads.contains(where: mayHaveData) { return .ask(.data) }
      if needsLeases { return .ask(.leases) }
    }
    if isOver { return .end }
    let enabled = enabledTransitions
    guard enabled.isEmpty else { return steps < bounds.steps ? .choose(enabled) : .abort(.endless) }
    // Only a server can go on, by finding a deadlock or ending a wait; or it is over.
    if abortReason != nil { return .wait }
    return isAnyThread(.blocked)
      ? .ask(.unblocking) : .abort(.stuck("every client waits for another"))
  }

  /// Whether a command is under way in a database that may be waiting for a lock there.
  private var mustLook: Bool {
    threads.indices.contains { threads[$0].phase == .underWay && threads[$0].isInDatabase }
  }

  private var needsLeases: Bool {
    leases == nil && bounds.hasLeases
      && (spent.expiries < bounds.faults.expiries || spent.lapses < bounds.faults.lapses)
  }

  /// Whether all clients are done. Workers that wait for data go on waiting in the next schedule.
  private var isOver: Bool {
    clients.allSatisfy(\.isDone)
      && (abortReason != nil
        || threads.indices.allSatisfy {
          threads[$0].phase == .idle || threads[$0].phase == .awaitingData
        })
  }

  /// Steps that wait in vain at the end.
  var waitingInVain: [EnabledTransition] { threads(in: .awaitingData).map(step) }

  // MARK: Enabled transitions

  /// Everything that could happen now, in a fixed order.
  var enabledTransitions: [EnabledTransition] {
    var enabled: [EnabledTransition] = []
    enabled.reserveCapacity(threads.count)
    let first = lastStep.thread
    if let first, self[first].phase == .atGate { enabled.append(step(first)) }
    for thread in threadIDs where self[thread].phase == .atGate && thread != first {
      enabled.append(step(thread))
    }
    if mayPassTime(whereOthersMove: !enabled.isEmpty) { enabled.append(EnabledTransition(.time)) }
    guard !bounds.faults.isNone, !enabled.isEmpty else { return enabled }
    enabled += clientFaults
    if spent.expiries < bounds.faults.expiries {
      for lease in leases ?? [] where isNews(lease.server) {
        enabled.append(EnabledTransition(.expire(lease.key)))
      }
    }
    enabled += serverFaults(beside: enabled)
    if reduces, lastStep.transition == .stall { enabled.removeAll { !isMissed($0) } }
    return enabled
  }

  func step(_ thread: ThreadID) -> EnabledTransition {
    let command = self[thread].command
    let footprint = command?.footprint ?? Footprint()
    guard let client = thread.client else {
      return EnabledTransition(.step(thread), footprint: footprint, mayEndCall: false)
    }
    let beginsCall =
      command?.kind == .turn || makesCalls(thread) && clients[client].call == .intended
    return EnabledTransition(
      .step(thread), footprint: footprint, beginsCall: beginsCall, mayEndCall: makesCalls(thread))
  }

  /// What may happen to the commands of calls instead of being sent and answered.
  private var clientFaults: [EnabledTransition] {
    let faults = bounds.faults
    var kinds: [Transition.Kind] = []
    if spent.crashes < faults.crashes { kinds += [.crash, .crashAfter] }
    if spent.disconnects < faults.disconnects { kinds.append(.disconnect) }
    if spent.losses < faults.losses { kinds.append(.loseReply) }
    return threadIDs.filter {
      self[$0].phase == .atGate && makesCalls($0) && self[$0].command?.kind != .turn
    }.flatMap { thread in kinds.map { EnabledTransition(Transition($0, of: thread)) } }
  }

  /// What may happen to servers, beside what else is enabled.
  private func serverFaults(beside others: [EnabledTransition]) -> [EnabledTransition] {
    let faults = bounds.faults
    var enabled: [EnabledTransition] = []
    for server in bounds.restartable where isNews(server, breaksConnections: true) {
      let isAllowed =
        server == .postgres
        ? spent.postgresRestarts < faults.postgresRestarts : spent.restarts < faults.restarts
      if isAllowed { enabled.append(EnabledTransition(.restart(server))) }
    }
    if spent.failovers < faults.failovers {
      if !isStalled, !reduces || others.contains(where: isMissed) {
        enabled.append(EnabledTransition(.stall))
      }
      if isNews(.redis, breaksConnections: true) { enabled.append(EnabledTransition(.failover)) }
    }
    return enabled
  }

  /// Whether a replica that hears nothing may miss a transition. It may as well have fallen behind
  /// just before the first such one: of all moments before that, only this one is tried.
  private func isMissed(_ enabled: EnabledTransition) -> Bool {
    let transition = enabled.transition
    switch transition.kind {
    case .step, .crashAfter, .loseReply:
      guard let thread = transition.thread, let command = self[thread].command,
        command.kind != .database
      else { return false }
      return self[thread].server == .redis
        && (command.footprint.writes != 0 || command.kind != .plain)
    case .expire: return leases?.first { $0.key == transition.key }?.server == .redis
    case .restart: return transition.server == .redis
    // Leases go with it, those that the master knows.
    case .time: return true
    case .crash, .disconnect, .stall, .failover: return false
    }
  }
}
