// The schedules of an exploration: each is run, judged, and leaves branches to the work queue.

import Checker
import Drivers
import Harness

extension ExplorationRunner {
  /// One testbed's work, until nothing is left or it has to stop.
  func work(in number: Int) async {
    defer {
      resting += 1
      changed.notifyAll()
    }
    while !isStopping {
      guard hasWork, let assignment = queue.take(for: number) else {
        if queue.running == 0 { break }
        idle += 1
        _ = await changed.wait { hasWork || queue.running == 0 || isStopping }
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
      if failure != nil { queue.finish(number) }
      if isSpent { isStopping = true }
      if queue.running == 0 || idle > 0 && hasWork || wantsTestbed { changed.notifyAll() }
    }
  }

  private func walk(_ branch: Branch, in number: Int) async throws(Failure) {
    let rules = rules
    let (schedule, walk) = try await carryOut(in: number) { DepthFirstScheduler(branch, rules) }
    guard failure == nil, !hasLostServer(), !wasInterrupted(schedule, in: number) else { return }
    // No await from here on, until it is off the queue and among the findings.
    let (branches, weight) = walk.branches()
    queue.finish(number, leaving: branches)
    found.cover(weight)
    note(schedule, walk.points, isRedundant: walk.isRedundant)
  }

  private var rules: Rules {
    guard case .exhaustive(let reduces, let preemptions) = exploration.search else {
      return Rules(reduces: false, preemptions: nil)
    }
    return Rules(
      reduces: reduces,
      awaitsRaces: exploration.awaitsRaces && exploration.configuration.faultBudget.isNone,
      preemptions: preemptions)
  }

  private func draw(_ draw: Int, in number: Int) async throws(Failure) {
    guard case .random(let method, let seed) = exploration.search else { return }
    // The same whatever was drawn before, since a seed is to draw the same schedules, and with room
    // for clients that try again.
    let length = (undisturbed ?? 0) * 3 / 2
    let (schedule, scheduler) = try await carryOut(in: number) {
      Recorded(RandomScheduler(method, seed: seed, number: draw, length: length))
    }
    guard failure == nil, !hasLostServer(), !wasInterrupted(schedule, in: number) else { return }
    queue.finish(number)
    note(schedule, scheduler.points)
  }

  /// Whether a schedule was ended early; then it is as if it had not begun.
  private func wasInterrupted(_ schedule: Schedule, in number: Int) -> Bool {
    guard schedule.abortReason == .interrupted else { return false }
    queue.putBack(number)
    return true
  }

  /// Runs a schedule until the servers' own clocks can't have mattered. Returns it with the scheduler that
  /// chose it.
  private func carryOut<Chosen: Scheduler>(
    in number: Int, _ scheduler: () -> Chosen
  ) async throws(Failure) -> (Schedule, Chosen) {
    let (schedule, chosen) = try await untilFast(in: number, scheduler)
    if let reason = schedule.abortReason, reason != .endless, reason != .interrupted {
      fail(aborted(reason, after: schedule.transitions.map { "\($0)" }))
    }
    return (schedule, chosen)
  }

  /// Of a program the reason is the program's to know.
  func aborted(_ reason: AbortReason, after steps: [String]) -> ExplorationFailure {
    let schedule = steps.joined(separator: " ")
    guard exploration.configuration.strategy == nil else {
      return .aborted(reason, schedule: schedule)
    }
    return .program("\(reason)\(steps.isEmpty ? "" : ", after the schedule \(schedule)")")
  }

  /// Runs a schedule until it was fast enough to be evidence, twenty times again at most.
  private func untilFast<Chosen: Scheduler>(
    in number: Int, recording: Bool = false, _ scheduler: () -> Chosen
  ) async throws(Failure) -> (Schedule, Chosen) {
    var attempts = 0
    while true {
      var chosen = scheduler()
      let schedule = try await testbeds[number].run(&chosen, recording: recording)
      switch schedule.abortReason {
      case .slow where attempts < 20: break
      // Once may be a coincidence, such as a process that was slow to start.
      case .differs where attempts < 3: break
      default: return (schedule, chosen)
      }
      attempts += 1
      found.noteRepeated(for: schedule.abortReason)
    }
  }

  private func note(_ schedule: Schedule, _ points: [Point], isRedundant: Bool = false) {
    do throws(Undecodable) {
      try found.note(schedule, points, isRedundant: isRedundant)
    } catch {
      fail(.undecodable(error))
    }
  }

  /// Runs schedules one after the other, with every step recorded.
  func replay(_ schedules: [[NamedTransition]]) async throws(ExplorationFailure) -> [Schedule] {
    var replayed: [Schedule] = []
    await withTestbeds { [self] _ in
      do throws(Failure) {
        for transitions in schedules {
          let (schedule, _) = try await untilFast(in: 0, recording: true) {
            ReplayScheduler(transitions, keys: keys)
          }
          guard schedule.abortReason != .slow else {
            fail(.aborted(.slow, schedule: transitions.map { $0.text() }.joined(separator: " ")))
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
