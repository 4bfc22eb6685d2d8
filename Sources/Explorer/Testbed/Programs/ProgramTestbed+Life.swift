// The beginning of a program's testbed, the way back to its start before every schedule, and its end. What
// libraries do only at first (connect, ask for types, prepare after some uses) is over before a schedule
// counts.

import Drivers
import Harness
import History

extension ProgramTestbed {
  /// How often every client makes its calls at first, until it sends the same twice in a row.
  private static let mostRounds = 20

  func begin() async throws(ExplorationFailure) {
    do throws(RunFailure) {
      try await driven.start()
    } catch {
      if case .program = error { throw .undrivable(error.sentence) }
      throw .program(error.sentence)
    }
    watchProcesses()
    do throws(Failure) {
      control = try await ControlConnections(
        topology, on: loop, deadline: EventLoop.now() + 30_000_000_000)
      try await control.keep(keys, isOfProgram: true)
      try await warmUp(clients.map(\.number), onFreshServers: true)
      try await learnBackground()
      refuseStrangers()
    } catch {
      if let obstacle { throw .program(obstacle) }
      throw .servers("setting the stock", error)
    }
    if let obstacle = obstacle ?? driven.unfollowed { throw .program(obstacle) }
  }

  /// A program that speaks to something beside its proxies can't be put in order.
  private func refuseStrangers() {
    let ports = driven.ports
    guard obstacle == nil, !ports.isEmpty else { return }
    for case .tcp(let address) in trees.sockets().map(\.peer) where !ports.contains(address.port) {
      obstacle =
        "the program has a connection to \(address), which is none of the servers it was given: what it does "
        + "there nobody orders; let it find its servers by the environment"
    }
  }

  /// Lets clients make their calls, one after another, until two rounds are the same and opened no
  /// connection. Returns the outcome of one that did not sell; nil: all did. Whether the first round finds what
  /// the others do depends on whether the servers hold what they did at first.
  @discardableResult
  private func warmUp(
    _ numbers: [Int], onFreshServers: Bool = false
  ) async throws(Failure) -> CallOutcome? {
    var last: [String]?
    var lastTold: [Call]?
    var connections = 0
    var difference = ""
    redisClock?.release()
    for _ in 0..<Self.mostRounds {
      warmUp = []
      driven.restartNames()
      var unsold: CallOutcome?
      var told: [Call] = []
      for number in numbers {
        for call in configuration.script[number] {
          let outcome = await driven.perform(
            call, by: number, within: .nanoseconds(Self.timeout))
          told.append(Call(client: number, process: number, call: call, outcome))
          if case .ok = outcome {} else { unsold = outcome }
          try refuseHanging(outcome, of: number)
          // What a runtime does just after a call is not the program's either: Go's monitor looks every
          // 20 µs, then less and less often, whether a thread comes back from a system call (sysmon).
          if driven.clock == nil { await learnBackground(for: 50_000_000) }
          try await awaitRest()
        }
      }
      for redis in control.redis where try await redis.hasFurtherDatabases() {
        obstacle =
          "the program uses a Redis database other than 0, which is not set back; let it use that one"
      }
      try await restore()
      if let lastTold { refuseState(lastTold, told) }
      if onFreshServers || last != nil { lastTold = told }
      let count = driven.connections.map(\.id.number).reduce(0, max)
      if warmUp == last, count == connections { return unsold }
      difference = Self.difference(last ?? [], warmUp)
      (last, connections) = (warmUp, count)
    }
    obstacle =
      "the program does not send the same twice for the same calls, not even the "
      + "\(Self.mostRounds)th time: \(difference)"
    return nil
  }

  private static func difference(_ one: [String], _ other: [String]) -> String {
    let place =
      zip(one, other).enumerated().first { $1.0 != $1.1 }?.offset ?? min(one.count, other.count)
    func command(_ all: [String]) -> String { all.indices.contains(place) ? all[place] : "nothing" }
    return "\(command(one)), then \(command(other))"
  }

  /// Learns which waits with an end are a runtime's own, while the program has nothing to do.
  private func learnBackground() async throws(Failure) {
    if let clock = driven.clock { return clock.learnBackground() }
    await learnBackground(for: 1_500_000_000)
  }

  /// The same for some ns, by looking at the processes.
  private func learnBackground(for length: Int64) async {
    let end = EventLoop.now() + length
    while EventLoop.now() < end {
      trees.learnBackground()
      await loop.sleep(for: .milliseconds(1))
    }
  }

  /// Waits until all processes rest, with nothing held. Throws where they don't.
  private func awaitRest() async throws(Failure) {
    do throws(Failure) {
      try await awaitSleep(answered: true)
    } catch {
      let who = busy.map { ": " + trees.explanation(of: $0) } ?? ""
      obstacle = obstacle ?? "the program does not come to rest after its call was answered\(who)"
      throw error
    }
  }

  /// Brings the servers back to what they held when the stock was set.
  private func restore() async throws(Failure) {
    try await restoreRedis()
    do throws(Failure) {
      try await control.restoreTables()
    } catch {
      // 55P03: lock_not_available; 1205: lock wait timeout exceeded.
      guard case .server(let code, _) = error.reason, ["55P03", "1205"].contains(code) else {
        throw error
      }
      obstacle =
        "the program keeps a transaction open after its call was answered, and with it a lock that no "
        + "schedule could begin without; let it commit first"
    }
  }

  private func restoreRedis() async throws(Failure) {
    for redis in control.redis { try await redis.restoreAll() }
  }

  func reset(reduces: Bool) async throws(Failure) {
    do throws(Failure) {
      try await prepareClients()
    } catch {
      // What is wrong with the program is told when its schedule is given up at once.
      if obstacle == nil { throw error }
    }
    driven.restartNames()
    try beginTime()
    units.removeAll()
    replies.removeAll()
    system.reset(reduces: reduces)
  }

  private func prepareClients() async throws(Failure) {
    driven.hold(false)
    var isRestored = false
    for client in clients {
      client.generation = 0
      guard client.isDisturbed || !driven.isConnected(client.number) else { continue }
      try await renew(client)
      isRestored = true
    }
    if !isRestored {
      try await awaitRest()
      try await restore()
    }
  }

  /// Makes a client as it was at first: most libraries connect again by themselves; a process that doesn't
  /// sell any more is replaced.
  private func renew(_ client: DrivenClient) async throws(Failure) {
    client.isDisturbed = false
    // The dead may have left a lock, for which nobody would nap to an end: time stands still.
    try await restoreRedis()
    if driven.isConnected(client.number) {
      if try await warmUp([client.number]) == nil { return }
      await retire(client)
    }
    try await driven.connect(client.number)
    watchProcesses()
    guard let outcome = try await warmUp([client.number]), obstacle == nil else { return }
    obstacle = "a new process of the program does not sell: a call of it ended with \(outcome)"
  }

  func end() async throws(ExplorationFailure) {
    for client in clients { client.start.give(false) }
    control.close()
    // One that can no longer be told is killed below.
    try? releaseTime()
    await driven.end()
    do throws(Failure) {
      try await driven.clear()
    } catch {
      throw .servers("removing what the program made", error)
    }
  }
}
