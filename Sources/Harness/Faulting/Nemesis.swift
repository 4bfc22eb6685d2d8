// Jepsen's name for the process that injects a run's faults: it lets each fault strike when the seed says,
// notes start and end in the history, and hands out what faults act upon. Everything it does is over
// and healed before the final reads.

import Drivers
import History

/// The faults of one run, beside its clients.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
public final class Nemesis: @unchecked Sendable {
  let loop: EventLoop
  let servers: ServerHandles
  /// Where the clients' data lives, by the servers' own addresses.
  let topology: Topology
  let journal: Journal
  private let seed: Seed
  private let faults: [any Fault]
  /// Set when the clients are done: nothing new is to be struck.
  private(set) var isOver = false
  private let changed: Signal
  /// When each fault that has not been in force yet is due for the first time, by its position.
  private var firstDue: [Int: Int64] = [:]
  /// Strikes under way that have no effect without clients at work.
  private var arrangements = 0
  /// The proxies before the servers, where a fault asked for them.
  let proxies: [ServerProxy]
  /// Commands to be held back, once one comes that fits.
  var breakpoints: [Breakpoint] = []
  /// What clients buy from, where they are processes of a program.
  weak var deployment: (any Deployment)?

  init(
    _ specs: [FaultSpec], on loop: EventLoop, servers: ServerHandles, topology: Topology,
    journal: Journal, seed: Seed, proxies: [ServerProxy] = []
  ) {
    faults = specs.map { $0.make() }
    self.loop = loop
    self.servers = servers
    self.topology = topology
    self.journal = journal
    self.seed = seed
    self.proxies = proxies
    changed = Signal(on: loop)
    let gate = WayGate(self)
    for front in proxies { front.gate = gate }
  }

  func setUp() async throws(FaultFailure) {
    for fault in faults { try await fault.setUp(self) }
  }

  func tearDown() async throws(FaultFailure) {
    for fault in faults.reversed() { try await fault.tearDown(self) }
  }

  /// Lets all faults strike, from a moment until `end()`. Returns the first failure, if any; healing
  /// is tried all the same.
  func strike(from start: Int64) async -> FaultFailure? {
    await withTaskGroup(of: FaultFailure?.self) { group in
      for (position, fault) in faults.enumerated() {
        group.addTask(executorPreference: loop) { [self] in
          do throws(FaultFailure) {
            try await strike(fault, position, from: start)
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(nil) { $0 ?? $1 }
    }
  }

  private func strike(
    _ fault: any Fault, _ position: Int, from start: Int64
  ) async throws(FaultFailure) {
    // Streams that neither generator nor sessions use.
    var random = SplitMix64(seed: seed.value, stream: 1 << 62 + UInt64(position), position: 0)
    let rhythm = fault.rhythm
    var strike = 0
    defer { firstDue[position] = nil }
    while rhythm.times == 0 || strike < rhythm.times {
      let moment = start + rhythm.moment(of: strike, &random)
      if strike == 0 { firstDue[position] = moment }
      strike += 1
      guard await pause(until: moment) else { return }
      try await fault.strike(self, &random)
    }
  }

  /// How long clients go on for the faults' sake when their time is over, at most; in ns.
  private static let extraTime: Int64 = 10_000_000_000

  /// When clients whose time is over at a moment are to stop: later where a fault that was due by
  /// then has not struck, as on a machine that stood still meanwhile. Without it the run would mean
  /// nothing.
  func extended(_ end: Int64) -> Int64 {
    let isAwaited = arrangements > 0 || firstDue.values.contains { $0 < end }
    return isAwaited ? end + Self.extraTime : end
  }

  /// Carries out a strike that has no effect without clients at work.
  func arrange(_ strike: () async throws(FaultFailure) -> Void) async throws(FaultFailure) {
    arrangements += 1
    defer { arrangements -= 1 }
    try await strike()
  }

  /// The clients are done.
  func end() {
    isOver = true
    changed.notifyAll()
  }

  /// Something that a fault waits for may have happened.
  func notify() { changed.notifyAll() }

  /// Waits until something has happened, or the clients are done.
  func wait(for condition: () -> Bool) async {
    _ = await changed.wait { condition() || isOver }
  }

  /// Waits until a moment that may be brought forward, or the clients are done.
  func pause(until moment: () -> Int64) async {
    while !isOver, EventLoop.now() < moment() {
      let due = moment()
      _ = await changed.wait(until: due) { isOver || moment() < due }
    }
  }

  /// Waits for a moment; false, at once, when the clients are done before.
  func pause(until moment: Int64) async -> Bool {
    _ = await changed.wait(until: moment) { isOver }
    return !isOver
  }

  /// Waits this long, or until the clients are done.
  func pause(for length: Duration) async {
    _ = await pause(until: EventLoop.now() + length.inNanoseconds)
  }

  /// Does something that blocks without holding up the clients.
  func blocking(
    _ work: @escaping @Sendable () throws(ServerFailure) -> Void
  ) async throws(FaultFailure) {
    do throws(ServerFailure) {
      try await loop.runBlocking(work)
    } catch {
      throw .server(error)
    }
  }

  // MARK: What is noted

  /// What a fault's event tells beside its name.
  enum Detail {
    case number(Int)
    case text(String)
  }

  /// Whom a fault strikes that knows only the number: a process, or an instance of a service.
  func struck(_ number: Int) -> (String, Detail) {
    (deployment?.processWord ?? "process", .number(number))
  }

  /// Notes that a fault is in force from now on. Pairs with the next `ended` of the same fault and
  /// the same process or server.
  func began(_ fault: any Fault.Type, _ details: [(String, Detail)]) {
    firstDue = firstDue.filter { type(of: faults[$0.key]).card.name != fault.card.name }
    journal.fault(fault.card.name, Self.value(details), isStart: true)
  }

  func ended(_ fault: any Fault.Type, _ details: [(String, Detail)]) {
    journal.fault(fault.card.name, Self.value(details), isStart: false)
  }

  private static func value(_ details: [(String, Detail)]) -> Value {
    .map(
      details.map { name, detail in
        switch detail {
        case .number(let number): Value.Entry(.string(name), .int(number))
        case .text(let text): Value.Entry(.string(name), .string(text))
        }
      })
  }
}
