// The worlds of one exploration at work, on one loop's thread: who runs what next, and when to stop.

import Checker
import Drivers
import Harness
import History

/// Worlds at work.
///
/// `@unchecked Sendable`: its tasks run on one loop and never leave its thread.
final class Crew: @unchecked Sendable {
  private let exploration: Exploration
  private let loop: EventLoop
  private let keys = KeyTable()
  private var worlds: [World] = []
  private var agenda: Agenda
  /// Worlds that have been put to work, and those that have ended it.
  private var working = 0
  /// Worlds that wait for a branch.
  private var idle = 0
  private var resting = 0
  private var isStopping = false
  private let changed: Signal
  private var found: FindingsSoFar
  private var failure: ExplorationFailure?
  /// What was left when it failed, with what was found by then.
  private var restAtFailure = Frontier()
  /// How many steps a schedule has in which one client comes after the other.
  private var undisturbed: Int?
  /// When the first schedule began: opening worlds is no part of exploring.
  private var began = EventLoop.now()
  private let before: (seconds: Double, schedules: Int)
  private var replayed: [Schedule] = []

  init(_ exploration: Exploration, from start: Frontier, on loop: EventLoop) {
    self.exploration = exploration
    self.loop = loop
    changed = Signal(on: loop)
    loop.gathersSends = true
    found = FindingsSoFar(exploration.configuration, from: start.findings, keys: keys)
    before = (found.seconds, found.schedules)
    agenda = Agenda(
      start, exploration.search, keys: keys, worlds: exploration.places.count)
  }

  func explore(
    stop: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (ExplorationProgress) -> Void,
    checkpoint: (@Sendable (Frontier) -> Void)?
  ) async throws(ExplorationFailure) -> (findings: Findings, rest: Frontier) {
    var pauses = exploration.checkpoints
    await withWorlds { [self] group in
      began = EventLoop.now()
      while !isOver {
        if wantsWorld { await open(&group) }
        for number in working..<worlds.count {
          group.addTask(executorPreference: loop) { [self] in await work(in: number) }
          working += 1
        }
        _ = await changed.wait(until: EventLoop.now() + 100_000_000) { isOver || wantsWorld }
        if stop() || isSpent { isStopping = true }
        if hasLostServer() {
          for world in worlds where world.isActive { world.fail(.stuck("a server was lost")) }
        }
        endStandstill()
        progress(progressNow)
        if let checkpoint, failure == nil, pauses.isOver(at: seconds - before.seconds) {
          checkpoint(frontierNow)
        }
      }
      changed.notifyAll()
      _ = await changed.wait { resting == working }
    }
    if let failure { throw await explained(failure) }
    let rest = frontierNow
    return (rest.findings ?? Findings(), rest)
  }

  /// Whether there is work for another world: small trees are walked before it would be open.
  private var wantsWorld: Bool {
    worlds.count < exploration.places.count && !isStopping && hasRoom
      && agenda.waiting > 2 * worlds.count
  }

  /// Ends schedules in which nothing has moved for longer than any server takes to answer.
  private func endStandstill() {
    for world in worlds where world.isActive && EventLoop.now() - world.lastMove > Self.standstill {
      world.fail(.stuck("nothing moves: \(world.standing)"))
    }
  }

  private static let standstill: Int64 = 20_000_000_000

  private var isOver: Bool { agenda.running == 0 && (isStopping || agenda.isDone) }

  /// Whether a schedule waits to be run, and may be.
  private var hasWork: Bool { agenda.waiting > 0 && hasRoom }

  private var seconds: Double { before.seconds + Double(EventLoop.now() - began) / 1e9 }

  private var isSpent: Bool {
    let budget = exploration.budget
    if let most = budget.schedules, found.schedules - before.schedules >= most { return true }
    if let most = budget.seconds, seconds - before.seconds >= most { return true }
    return budget.stopsAtViolation && found.violations > 0
  }

  /// Whether one more schedule is within the budget, should all that are under way count.
  private var hasRoom: Bool {
    guard let most = exploration.budget.schedules else { return true }
    return found.schedules - before.schedules + agenda.running < most
  }

  private var progressNow: ExplorationProgress {
    var covered: Double?
    if case .exhaustive = exploration.search { covered = found.covered }
    return ExplorationProgress(
      schedules: found.schedules, violations: found.violations, covered: covered,
      seconds: seconds)
  }

  /// What is left, with all that was found up to now.
  private var frontierNow: Frontier {
    agenda.frontier(keys, found.values(after: seconds, isComplete: agenda.isDone))
  }

  // MARK: Worlds

  /// Opens a world, lets `body` use it and open more, and removes what they created.
  private func withWorlds(_ body: (inout TaskGroup<Void>) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      await open(&group)
      if failure == nil { await body(&group) }
      for world in worlds {
        do throws(Failure) {
          try await world.end()
        } catch {
          fail(.servers("removing the exploration's data", error))
        }
      }
      await group.waitForAll()
    }
  }

  /// Opens the next world.
  ///
  /// It runs a schedule nobody looks at: connections are open after it, and every server knows the
  /// scripts, which it would refuse the first time (NOSCRIPT).
  private func open(_ group: inout TaskGroup<Void>) async {
    let world = World(
      exploration.configuration, topology: exploration.places[worlds.count],
      servers: exploration.servers, keys: keys, on: loop)
    worlds.append(world)
    do throws(Failure) {
      try await world.begin()
    } catch {
      fail(.servers("setting the stock", error))
    }
    group.addTask(executorPreference: loop) { await world.serve() }
    group.addTask(executorPreference: loop) { await world.watch() }
    for place in world.clients.indices {
      group.addTask(executorPreference: loop) { await world.live(world.clients[place]) }
    }
    for number in 0..<world.strategy.workers {
      group.addTask(executorPreference: loop) { await world.labour(number) }
    }
    guard failure == nil else { return }
    do throws(Failure) {
      let first = Walk(.root, Rules(reduces: false, preemptions: nil))
      _ = try await world.run(first)
      if case .lottery = exploration.search, undisturbed == nil {
        undisturbed = try await world.run(first).choices.count
      }
    } catch {
      fail(.servers("warming up", error))
    }
  }

  private func fail(_ failure: ExplorationFailure) {
    if self.failure == nil {
      restAtFailure = frontierNow
      self.failure = failure
    }
    isStopping = true
  }

  /// Whether a server has ended by itself: nothing that was seen since is evidence.
  private func hasLostServer() -> Bool {
    if case .lost = failure { return true }
    let lost = exploration.watched.lost
    guard !lost.isEmpty else { return false }
    fail(.lost(lost, rest: frontierNow))
    return true
  }

  /// A failure, or that a server was lost, where that explains it: its connections end before its
  /// process does, a PostgreSQL's seconds before.
  private func explained(_ failure: ExplorationFailure) async -> ExplorationFailure {
    switch failure {
    case .unfit, .undecodable, .lost: return failure
    case .servers, .mishap: break
    }
    let end = EventLoop.now() + 6_000_000_000
    while EventLoop.now() < end {
      let lost = exploration.watched.lost
      if !lost.isEmpty { return .lost(lost, rest: restAtFailure) }
      await loop.sleep(for: 10_000_000)
    }
    return failure
  }

  // MARK: Work

  private func work(in number: Int) async {
    defer {
      resting += 1
      changed.notifyAll()
    }
    while !isStopping {
      guard hasWork, let assignment = agenda.take(for: number) else {
        if agenda.running == 0 { break }
        idle += 1
        _ = await changed.wait { hasWork || agenda.running == 0 || isStopping }
        idle -= 1
        continue
      }
      do throws(Failure) {
        switch assignment {
        case .walk(let branch): try await walk(branch, in: number)
        case .draw(let draw): try await self.draw(draw, in: number)
        }
      } catch {
        fail(.servers("running a schedule", error))
      }
      if failure != nil { agenda.finish(number) }
      if isSpent { isStopping = true }
      if agenda.running == 0 || idle > 0 && hasWork || wantsWorld { changed.notifyAll() }
    }
  }

  private func walk(_ branch: Branch, in number: Int) async throws(Failure) {
    let rules = rules
    let schedule = try await carryOut(in: number) { Walk(branch, rules) }
    guard failure == nil, !hasLostServer(), let walk = worlds[number].pilot as? Walk else {
      return
    }
    // From here on nobody looks until it is off the agenda and among the findings.
    let (branches, weight) = walk.branches()
    agenda.finish(number, leaving: branches)
    found.cover(weight)
    note(schedule, walk.points, isRedundant: walk.isRedundant)
  }

  private var rules: Rules {
    guard case .exhaustive(let reduces, let preemptions) = exploration.search else {
      return Rules(reduces: false, preemptions: nil)
    }
    return Rules(
      reduces: reduces,
      awaitsRaces: exploration.awaitsRaces && exploration.configuration.allowance.isNone,
      preemptions: preemptions)
  }

  private func draw(_ draw: Int, in number: Int) async throws(Failure) {
    guard case .lottery(let lottery, let seed) = exploration.search else { return }
    // The same whatever was drawn before, since a seed is to draw the same schedules, and with room
    // for clients that try again.
    let length = (undisturbed ?? 0) * 3 / 2
    let schedule = try await carryOut(in: number) {
      Recorded(Draw(lottery, seed: seed, number: draw, length: length))
    }
    guard failure == nil, !hasLostServer(),
      let pilot = worlds[number].pilot as? Recorded<Draw>
    else { return }
    agenda.finish(number)
    note(schedule, pilot.points)
  }

  /// Runs a schedule until the servers' own clocks can't have mattered.
  private func carryOut(
    in number: Int, _ pilot: () -> some Pilot
  ) async throws(Failure) -> Schedule {
    let schedule = try await untilFast(in: number, pilot)
    if let mishap = schedule.mishap, mishap != .endless {
      fail(.mishap(mishap, schedule: schedule.choices.map { "\($0)" }.joined(separator: " ")))
    }
    return schedule
  }

  /// Runs a schedule until it was fast enough to be evidence, twenty times again at most.
  private func untilFast(
    in number: Int, recording: Bool = false, _ pilot: () -> some Pilot
  ) async throws(Failure) -> Schedule {
    var schedule = try await worlds[number].run(pilot(), recording: recording)
    var attempts = 0
    while schedule.mishap == .slow, attempts < 20 {
      attempts += 1
      found.noteRepeated()
      schedule = try await worlds[number].run(pilot(), recording: recording)
    }
    return schedule
  }

  private func note(_ schedule: Schedule, _ points: [Point], isRedundant: Bool = false) {
    do throws(Undecodable) {
      try found.note(schedule, points, isRedundant: isRedundant)
    } catch {
      fail(.undecodable(error))
    }
  }

  func replay(
    _ choices: [NamedChoice], times: Int
  ) async throws(ExplorationFailure) -> [Schedule] {
    await withWorlds { [self] _ in
      do throws(Failure) {
        for _ in 0..<times {
          let schedule = try await untilFast(in: 0, recording: true) { Replay(choices, keys: keys) }
          guard schedule.mishap != .slow else {
            fail(.mishap(.slow, schedule: choices.map { "\($0)" }.joined(separator: " ")))
            break
          }
          replayed.append(schedule)
        }
      } catch {
        fail(.servers("replaying a schedule", error))
      }
    }
    if let failure { throw await explained(failure) }
    return replayed
  }
}
