// The state machine of scheduling, driven without servers: random programs are walked through it, and what
// comes out is held against an enumeration that knows nothing of it.

import Drivers
import Harness
import History
import Testing

@testable import Explorer

@Suite("The transition system")
struct TransitionSystemTests {
  @Test("allows every schedule that there is, each once", arguments: 0..<40)
  func everySchedule(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed), schedule: 11)
    let clients = ScriptedClients.random(&random)
    let schedules = clients.schedules()
    let enumerated = clients.enumerated()
    #expect(Set(schedules) == enumerated, "seed \(seed): \(clients)")
    #expect(schedules.count == enumerated.count, "seed \(seed): \(clients)")
  }

  @Test("one loss too many is found out")
  func plantedDefect() {
    var clients = ScriptedClients(commands: [[0, 1], [0]])
    clients.faults.losses = 1
    let enumerated = clients.enumerated()
    clients.faults.losses = 2
    #expect(!Set(clients.schedules()).isSubset(of: enumerated))
  }

  private static func held(_ bounds: TransitionSystem.Bounds) -> TransitionSystem {
    var system = TransitionSystem(bounds)
    system.reset(reduces: false)
    for client in 0..<bounds.clients {
      system.intendCall(client)
      _ = system.arrive(
        KnownCommand(footprint: Footprint(writes: 1)), of: .client(client), for: .redis,
        inTransaction: false)
    }
    return system
  }

  private static func enabled(_ system: TransitionSystem) -> [String] {
    system.enabledTransitions.map { "\($0.transition)" }
  }

  // MARK: Time

  @Test("time passes by itself only where nobody can move, up to who waits first")
  func time() {
    var system = Self.held(.init(clients: 2, hasLeases: false))
    let start = system.now
    _ = system.setTimer(at: start + 100_000_000, of: 0)
    let near = system.setTimer(at: start + 110_000_000, of: 1)
    _ = system.setTimer(at: start + 500_000_000, of: 1)
    #expect(Self.enabled(system) == ["1", "2"])
    for client in 0..<2 {
      _ = system.take(.step(.client(client)))
      _ = system.answer(.client(client))
    }
    #expect(Self.enabled(system) == ["time"])
    _ = system.take(.time)
    // Alarms of nearly one moment fire together.
    #expect(system.now == start + 110_000_000)
    #expect(system.dueTimers.count == 2 && system.dueTimers.contains(near))
  }

  @Test("a delay lets time pass while others can move, and is spent")
  func delay() {
    var faults = FaultBudget()
    faults.delays = 1
    var system = Self.held(.init(clients: 2, faults: faults, hasLeases: false))
    _ = system.setTimer(at: system.now + 1_000_000, of: nil)
    #expect(Self.enabled(system) == ["1", "2", "time"])
    _ = system.take(.time)
    #expect(system.spent.delays == 1)
    #expect(Self.enabled(system) == ["1", "2"])
  }

  @Test("a lease ends by the clock only before whoever waits for an earlier moment")
  func lapse() {
    var faults = FaultBudget()
    faults.lapses = 1
    var system = Self.held(.init(clients: 1, faults: faults, lease: .seconds(1)))
    guard case .ask(.leases) = system.decision else {
      Issue.record("leases are asked for first: \(system.decision)")
      return
    }
    let key = KeyID(number: 3)
    system.note([TransitionSystem.Lease(key: key, server: .redis, left: 700)])
    let watchdog = system.setTimer(at: system.now + 300_000_000, of: 0)
    #expect(Self.enabled(system) == ["1"])
    system.clearTimer(watchdog)
    #expect(Self.enabled(system) == ["1", "time"])
    let before = system.now
    _ = system.take(.time)
    #expect(system.now >= before + 700_000_000)
    #expect(system.spent.lapses == 1)
  }

  // MARK: Databases, messages, data

  private static let update = KnownCommand(
    footprint: Footprint(writes: KeyTable.database), kind: .database)

  @Test("a command that a database was asked about counts as blocked only if it still is")
  func blocked() {
    var system = TransitionSystem(.init(clients: 2, hasLeases: false))
    system.reset(reduces: false)
    for client in 0..<2 {
      system.intendCall(client)
      _ = system.arrive(
        Self.update, of: .client(client), for: .postgres, inTransaction: false)
    }
    _ = system.take(.step(.client(0)))
    guard case .ask(.blocked) = system.decision else {
      Issue.record("\(system.decision)")
      return
    }
    let flight = system[.client(0)].flight
    _ = system.answer(.client(0))
    system.note(blocked: .client(0), flight: flight)
    #expect(system[.client(0)].phase == .idle)

    _ = system.take(.step(.client(1)))
    system.note(blocked: .client(1), flight: system[.client(1)].flight - 1)
    #expect(system[.client(1)].phase == .underWay, "an answer about an earlier flight")
    system.note(blocked: .client(1), flight: system[.client(1)].flight)
    #expect(system[.client(1)].phase == .blocked)
    // Nobody else can move: only the server can end the wait.
    guard case .ask(.unblocking) = system.decision else {
      Issue.record("\(system.decision)")
      return
    }
  }

  @Test("a database's answer makes every blocked command one to be asked about again")
  func freed() {
    var system = TransitionSystem(.init(clients: 2, hasLeases: false))
    system.reset(reduces: false)
    for client in 0..<2 {
      system.intendCall(client)
      _ = system.arrive(
        Self.update, of: .client(client), for: .postgres, inTransaction: false)
      _ = system.take(.step(.client(client)))
    }
    system.note(blocked: .client(1), flight: system[.client(1)].flight)
    let flight = system[.client(1)].flight
    _ = system.answer(.client(0))
    #expect(system[.client(1)].phase == .underWay)
    #expect(system[.client(1)].flight == flight + 1)
  }

  @Test("nothing is decided while a message or an unscheduled command is on its way")
  func onTheWay() {
    var system = Self.held(.init(clients: 1, hasLeases: false))
    system.messageSent()
    #expect(!system.isQuiescent)
    system.messageArrived()
    #expect(system.isQuiescent)
    var script = KnownCommand()
    script.isUnscheduled = true
    let admission = system.arrive(script, of: .beside(0), for: .redis, inTransaction: false)
    #expect(admission == .proceed)
    #expect(!system.isQuiescent)
    #expect(system.answer(.beside(0)) == nil)
    #expect(system.isQuiescent)
  }

  @Test("a read that waits is looked at again when what it waits for was written, and not before")
  func data() {
    var system = TransitionSystem(.init(clients: 2, hasLeases: false))
    system.reset(reduces: false)
    var read = KnownCommand(footprint: Footprint(writes: 2))
    read.awaits = .keys(["queue"])
    for client in 0..<2 { system.intendCall(client) }
    _ = system.arrive(read, of: .client(0), for: .redis, inTransaction: false)
    _ = system.arrive(
      KnownCommand(footprint: Footprint(writes: 2)), of: .client(1), for: .redis,
      inTransaction: false)
    guard case .ask(.data) = system.decision else {
      Issue.record("\(system.decision)")
      return
    }
    let asked = system.takeReadsToLookAt()
    system.note(ready: [], of: asked)
    #expect(Self.enabled(system) == ["2"])
    _ = system.take(.step(.client(1)))
    _ = system.answer(.client(1))
    #expect(system.takeReadsToLookAt() == [.client(0)])
    system.note(ready: [.client(0)], of: [.client(0)])
    #expect(Self.enabled(system) == ["1"])
  }

  // MARK: MULTI, servers, the end

  @Test("what MULTI queues is EXEC's, with what was watched")
  func transactions() {
    var system = TransitionSystem(.init(clients: 1, hasLeases: false))
    system.reset(reduces: false)
    system.intendCall(0)
    func footprint(_ known: KnownCommand, inTransaction: Bool) -> Footprint {
      _ = system.arrive(known, of: .client(0), for: .redis, inTransaction: inTransaction)
      defer {
        _ = system.take(.step(.client(0)))
        _ = system.answer(.client(0))
      }
      return system[.client(0)].command?.footprint ?? Footprint()
    }
    let watch = KnownCommand(footprint: Footprint(reads: 4), kind: .watch)
    #expect(footprint(watch, inTransaction: false) == Footprint(reads: 4))
    #expect(footprint(KnownCommand(kind: .multi), inTransaction: false) == Footprint())
    let set = KnownCommand(footprint: Footprint(writes: 8))
    #expect(footprint(set, inTransaction: true) == Footprint())
    #expect(
      footprint(KnownCommand(kind: .exec), inTransaction: true) == Footprint(reads: 4, writes: 8))
    #expect(footprint(KnownCommand(kind: .exec), inTransaction: true) == Footprint())
  }

  @Test("a server's death is news only after a command that went there, or began a call")
  func news() {
    var faults = FaultBudget()
    faults.restarts = 1
    var bounds = TransitionSystem.Bounds(clients: 2, faults: faults, hasLeases: false)
    bounds.restartable = [.redis, .node(0)]
    var system = TransitionSystem(bounds)
    system.reset(reduces: true)
    func arrive(_ client: Int, _ server: ServerName) {
      _ = system.arrive(
        KnownCommand(footprint: Footprint(writes: 1)), of: .client(client), for: server,
        inTransaction: false)
    }
    for client in 0..<2 { system.intendCall(client) }
    arrive(0, .redis)
    arrive(1, .redis)
    #expect(system.enabledTransitions.count { $0.transition.kind == .restart } == 2)
    _ = system.take(.step(.client(0)))
    _ = system.answer(.client(0))
    arrive(0, .redis)
    // It began a call: who has not begun connects again by itself.
    #expect(system.enabledTransitions.count { $0.transition.kind == .restart } == 2)
    _ = system.take(.step(.client(0)))
    _ = system.answer(.client(0))
    arrive(0, .redis)
    #expect(
      system.enabledTransitions.map(\.transition).filter { $0.kind == .restart }
        == [.restart(.redis)])
  }

  @Test("a schedule that was aborted ends everybody who stands at a gate")
  func abort() {
    var system = Self.held(.init(clients: 2, hasLeases: false))
    let timer = system.setTimer(at: system.now + 1, of: 0)
    var released: [ThreadID] = []
    var fired: [Int] = []
    for effect in system.abort(.endless) {
      switch effect {
      case .release(let thread, .crash): released.append(thread)
      case .fire(let numbers): fired += numbers
      default: break
      }
    }
    #expect(released == [.client(0), .client(1)])
    #expect(fired == [timer])
    for client in 0..<2 {
      system.endCall(client)
      system.finish(client)
    }
    guard case .end = system.decision else {
      Issue.record("\(system.decision)")
      return
    }
    #expect(system.abortReason == .endless)
  }

  @Test("a schedule that does not come to an end is given up")
  func endless() {
    var system = Self.held(.init(clients: 1, hasLeases: false, steps: 3))
    for _ in 0..<3 {
      _ = system.take(.step(.client(0)))
      _ = system.answer(.client(0))
      _ = system.arrive(KnownCommand(), of: .client(0), for: .redis, inTransaction: false)
    }
    guard case .abort(.endless) = system.decision else {
      Issue.record("\(system.decision)")
      return
    }
  }
}
