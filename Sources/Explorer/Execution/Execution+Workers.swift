// Those who serve calls from beside, such as the consumers of a queue: threads like the clients', but
// without calls of their own, and none of them dies. And reads that wait: one is ready to go when the
// server says that what it waits for is there. Sent earlier it would have been answered at that very
// moment, which is one of the moments at which it can be chosen now; that a read's patience may end
// with nothing leaves nothing behind and is left out.

import Drivers
import Harness

/// What a reading command waits for.
enum Awaited: Sendable, Hashable {
  /// That one of these keys is there.
  case keys([String])
  /// An entry of a stream that its group has not been given yet.
  case entry(stream: String, group: String)
}

extension Execution {
  /// Whether a thread is a worker's.
  func isWorker(_ thread: Int) -> Bool { thread >= Transition.firstWorker }

  /// A worker's work, until the world ends; one that loses its connection connects again.
  func runWorker(_ number: Int) async {
    let thread = UInt8(Transition.firstWorker + number)
    while !shift.isOver {
      // No client's number, nor the observer's.
      let process = ScheduledProcess(
        strategy, number: 1000 * clients.count + 1 + number, on: loop, topology: topology,
        time: self, gate: ThreadGate(self, thread: thread, server: 0))
      do throws(Failure) {
        try await process.connect()
        try await process.work(number, until: shift)
      } catch {
        // Whoever let it fall is done with it: the schedule has failed, or the world ends.
        threads[Int(thread)].phase = .idle
        await loop.sleep(for: 1_000_000)
      }
      process.close()
    }
  }

  private var workerThreads: Range<Int> {
    Transition.firstWorker..<max(Transition.firstWorker, threads.count)
  }

  /// Between schedules: until every worker waits for something to do.
  func awaitWorkers() async {
    let workers = workerThreads
    // Left over where a schedule failed.
    for thread in workers where threads[thread].phase == .atGate {
      threads[thread].phase = .idle
      passages[thread].give(.proceed)
    }
    _ = await lookSignal.wait { workers.allSatisfy { threads[$0].phase == .awaitingData } }
  }

  /// Lets the workers end.
  func dismissWorkers() {
    shift.end()
    for thread in workerThreads
    where threads[thread].phase == .awaitingData || threads[thread].phase == .atGate {
      threads[thread].phase = .idle
      passages[thread].give(.crash)
    }
  }

  /// Whether a worker's command goes out at once, outside every schedule: all but those that wait.
  func passesIdle(_ command: CommandDescription, _ thread: Int, _ server: Int) -> Bool {
    let known = reader.read(command, server: server)
    written.formUnion(known.written)
    guard known.awaits != nil else { return true }
    threads[thread].command = known
    threads[thread].description = command
    threads[thread].phase = .awaitingData
    lookSignal.notifyAll()
    return false
  }

  /// Whether a read that waits has to be looked at again, since something was written.
  var mayHaveData: Bool {
    threads.contains {
      $0.command?.awaits != nil && ($0.phase == .awaitingData || $0.phase == .atGate)
        && ($0.command?.touch.writes ?? 0) & dirtyKeys != 0
    }
  }

  /// Asks which reads would be answered at once.
  func lookForData() async throws(Failure) {
    let written = dirtyKeys
    dirtyKeys = 0
    guard let redis = control.redis.first(where: { $0.number == 0 })?.connection else { return }
    for thread in threads.indices {
      guard let command = threads[thread].command, let awaited = command.awaits,
        command.touch.writes & written != 0,
        threads[thread].phase == .awaitingData || threads[thread].phase == .atGate
      else { continue }
      threads[thread].phase =
        try await Control.isThere(awaited, on: redis) ? .atGate : .awaitingData
    }
  }
}

extension Control {
  /// Whether a read that waits for this would be answered at once.
  static func isThere(
    _ awaited: Awaited, on redis: RedisConnection
  ) async throws(Failure) -> Bool {
    switch awaited {
    case .keys(let keys):
      let ask = RedisCommand("EXISTS", keys.map { .text($0) }, effect: .read)
      return try await redis.send(ask).integer ?? 0 > 0
    case .entry(let stream, let group):
      let groups = RedisCommand("XINFO", ["GROUPS", .text(stream)], effect: .read)
      guard
        let last = try await redis.send(groups).elements?.lazy.compactMap({
          lastDelivered($0, to: group)
        }).first
      else { return false }
      let ask = RedisCommand(
        "XRANGE", [.text(stream), .text(successor(of: last)), "+", "COUNT", 1], effect: .read)
      return try await redis.send(ask).elements?.isEmpty == false
    }
  }

  /// The least id after another one (Redis manual, XRANGE: ids are `ms-sequence`); an exclusive
  /// range says the same from Redis 6.2 on.
  static func successor(of id: String) -> String {
    let parts = id.split(separator: "-").compactMap { UInt64($0) }
    guard parts.count == 2 else { return id }
    return parts[1] == .max ? "\(parts[0] + 1)-0" : "\(parts[0])-\(parts[1] + 1)"
  }

  /// Of a group's names and values the id of the last entry it was given.
  private static func lastDelivered(_ reply: RedisReply, to group: String) -> String? {
    let words = reply.elements ?? []
    var values: [String: String] = [:]
    for place in stride(from: 0, to: words.count - 1, by: 2) {
      if let name = words[place].text { values[name] = words[place + 1].text }
    }
    return values["name"] == group ? values["last-delivered-id"] : nil
  }
}
