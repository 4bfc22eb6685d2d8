// When the processes of a program rest: every thread of them asleep at one moment, nothing on its way in any
// socket, and every client with a reason to wait. Never a guess from how long nothing happened, which was wrong
// once in a hundred times.

import Drivers
import Harness

extension ProgramTestbed {
  /// How long anything may take before nobody believes any more that it will end, in ns.
  static let timeout: Int64 = 15_000_000_000
  /// How long a database is given before it is asked who waits there, in ns.
  private static let grace: Int64 = 200_000

  func quiesce() async throws(Failure) -> Bool {
    let began = EventLoop.now()
    while true {
      await loop.drained()
      if let obstacle = obstacle ?? driven.unfollowed { abort(.stuck(obstacle)) }
      settleAnswers()
      if try await awaitEndedSessions() { continue }
      if mayHavePublished {
        // Answered after the messages were written (Redis writes what a command caused before it reads
        // another one).
        mayHavePublished = false
        try await control.redis.first?.ping()
        continue
      }
      if try await isAtRest(since: began), try await !takeArrivals() {
        forgetClosed()
        attribution.rest()
        if !queue.isEmpty {
          queue.removeFirst().turn.give(())
          continue
        }
        if try noteSleepers(), hasReasons {
          compareWithMemory()
          return true
        }
      }
      if EventLoop.now() - began > Self.timeout { return giveUp() }
    }
  }

  /// Whether everything rests: the servers owe no answer but to commands that may be blocked, and no process
  /// runs or has sent what was not read.
  private func isAtRest(since began: Int64) async throws(Failure) -> Bool {
    guard !clients.contains(where: \.isConnecting) else {
      await loop.sleep(for: .microseconds(200))
      return false
    }
    for connection in driven.connections where connection.proxied.isAwaited {
      guard let thread = units.first(where: { $0.value.connection.id == connection.id })?.key,
        system[thread].isInDatabase
      else { return false }
      if system[thread].phase != .blocked, EventLoop.now() - began < Self.grace { return false }
    }
    // A nap that is in no clock's hands is as good as work: it ends by itself.
    return try await isAsleep { [driven] in $0.isNap && driven.clock?.holds($0) != true }
  }

  /// Whether all threads slept at one moment, nothing was on its way to or from them in our sockets, none is in a
  /// wait of a kind that counts as work, and what they wait for is not there.
  private func isAsleep(
    butFor works: (ThreadWait) -> Bool = { _ in false }
  ) async throws(Failure) -> Bool {
    let events = loop.events
    wakings = driven.clock?.wakings ?? 0
    switch trees.look() {
    case .busy(let thread):
      busy = thread
      return false
    case .asleep(let waits):
      if waits.contains(where: works) { return false }
    }
    await loop.drained()
    guard loop.events == events else { return false }
    return try wakeNobody()
  }

  /// Waits until all threads sleep, whatever they wait for. Throws where they don't.
  func awaitSleep(answered: Bool = false) async throws(Failure) {
    let deadline = EventLoop.now() + Self.timeout
    while EventLoop.now() < deadline {
      await loop.drained()
      if answered, driven.connections.contains(where: \.proxied.isAwaited) { continue }
      if try await isAsleep() { return }
    }
    throw .definite(.gaveUp("the program does not come to rest"))
  }

  /// Whether every client in a call waits for something that a step can bring about. One that doesn't has
  /// been told something, or has ended, and will show it.
  private var hasReasons: Bool {
    clients.allSatisfy { client in
      guard client.isCalling else {
        return system.clients[client.number].isDone
      }
      return hasReason(client.number)
    }
  }

  private func hasReason(_ client: Int) -> Bool {
    if units.keys.contains(where: { $0.client == client }) { return true }
    let instance = driven.instance(of: client)
    if system.timers.contains(where: { $0.client == client }) { return true }
    // It may wait inside for another: for a connection that is in use, or a lock.
    let others = driven.clients(of: instance)
    return others.count > 1
      && (units.values.contains { $0.connection.instance == instance }
        || system.timers.contains { $0.client == nil })
  }

  /// Ends a schedule in which the program does something else than it did before.
  private func compareWithMemory() {
    // What is under way may yet be answered, or turn out to be blocked; where only blocked ones are left the
    // database has still to end a wait.
    let isOver = system.clients.allSatisfy(\.isDone)
    guard system.abortReason == nil, !system.isAnyThread(.underWay),
      isOver || system.isAnyThread(.atGate)
    else { return }
    let transitions = recorder.schedule.transitions
    let behaviour = Behaviour(waiting: waiting, told: recorder.schedule.told)
    if let (was, now) = memory.difference(of: behaviour, after: transitions) {
      abort(.differs(step: transitions.count + 1, was: was, now: now))
    }
  }

  /// What waits at the gates, without what is random in it.
  private var waiting: String {
    let held = system.threadIDs.compactMap { thread in
      units[thread].map {
        "\(thread): \($0.content)\(system[thread].phase == .blocked ? " (blocked)" : "")"
      }
    }
    return held.isEmpty ? "nothing" : held.joined(separator: " and ")
  }

  private func giveUp() -> Bool {
    var words = "the program does not come to rest: \(standing)"
    if case .busy(let thread) = trees.look() { words += "; \(trees.explanation(of: thread))" }
    abort(.stuck(words))
    return true
  }

  /// Follows the processes that run now.
  func watchProcesses() {
    let running = Set(driven.processes.values)
    for gone in watched.subtracting(running) { trees.unwatch(gone) }
    for new in running.subtracting(watched) { trees.watch(new) }
    watched = running
  }
}
