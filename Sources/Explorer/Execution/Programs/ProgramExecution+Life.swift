// The beginning of a program's execution, the way back to its start before every schedule, and its end. What
// libraries do only at first (connect, ask for types, prepare after some executions) is over before a schedule
// counts.

import Drivers
import Harness
import History

extension ProgramExecution {
  /// How often every client makes its calls at first, until it sends the same twice in a row.
  private static let mostRounds = 20

  func begin() async throws(ExplorationFailure) {
    do throws(RunFailure) {
      try await driven.start()
    } catch {
      throw .program(error.sentence)
    }
    watchProcesses()
    do throws(Failure) {
      control = try await ControlConnections(
        topology, on: loop, deadline: EventLoop.now() + 30_000_000_000)
      try await control.keep(keys)
      try await warmUp(clients.map(\.number))
      try await learnBackground()
    } catch {
      throw .servers("setting the stock", error)
    }
    if let trouble = trouble ?? driven.unfollowed { throw .program(trouble) }
  }

  /// Lets clients make their calls, one after another, until two rounds are the same and opened no
  /// connection.
  private func warmUp(_ numbers: [Int]) async throws(Failure) {
    var last: [String]?
    var connections = 0
    for _ in 0..<Self.mostRounds {
      warmUp = []
      for number in numbers {
        for call in configuration.script[number] {
          _ = await driven.perform(call, by: number)
          try await awaitRest()
        }
      }
      try await restore()
      let count = driven.lines.map(\.id.number).reduce(0, max)
      if warmUp == last, count == connections { return }
      (last, connections) = (warmUp, count)
    }
    trouble =
      "the program does not send the same twice for the same calls, not even the "
      + "\(Self.mostRounds)th time: \(Self.difference(last ?? [], warmUp))"
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
    let end = EventLoop.now() + 1_500_000_000
    while EventLoop.now() < end {
      trees.learnBackground()
      await loop.sleep(for: .milliseconds(2))
    }
  }

  /// Waits until all processes rest, with nothing held.
  private func awaitRest() async throws(Failure) {
    let deadline = EventLoop.now() + 30_000_000_000
    while EventLoop.now() < deadline {
      await loop.drained()
      let events = loop.events
      guard !driven.lines.contains(where: \.connection.isAwaited), case .asleep = trees.look()
      else {
        continue
      }
      await loop.drained()
      if loop.events == events { return }
    }
    trouble = trouble ?? "the program does not come to rest between calls"
  }

  /// Brings the servers back to what they held when the stock was set.
  private func restore() async throws(Failure) {
    for redis in control.redis { try await redis.restoreAll() }
    try await control.restoreTables()
  }

  func reset(reduces: Bool) async throws(Failure) {
    driven.hold(false)
    var replaced: [Int] = []
    for client in clients {
      client.generation = 0
      guard !driven.isConnected(client.number) else { continue }
      try await driven.connect(client.number)
      replaced.append(client.number)
    }
    if !replaced.isEmpty {
      watchProcesses()
      try await warmUp(replaced)
    } else {
      try await awaitRest()
      try await restore()
    }
    try beginTime()
    units.removeAll()
    replies.removeAll()
    system.reset(reduces: reduces)
  }

  func end() async throws(ExplorationFailure) {
    for client in clients { client.start.give(false) }
    control.close()
    await driven.end()
  }
}
