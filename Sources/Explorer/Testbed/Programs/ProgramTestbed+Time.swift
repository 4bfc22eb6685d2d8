// The time of a program: it stands still until the scheduler lets it pass. A process that sleeps is a timer
// of its client's, as a strategy's wait is.

import Drivers
import Harness

/// A thread that sleeps until a moment.
struct SleepingThread: Hashable {
  var process: Int32
  var thread: Int32

  init(_ sleeper: Sleeper) { (process, thread) = (sleeper.process, sleeper.thread) }
}

extension ProgramTestbed {
  /// Every schedule begins at the same moment.
  func beginTime() throws(Failure) {
    timers.removeAll()
    redisClock?.begin()
    guard let clock = driven.clock else { return }
    try Self.withClock { () throws(ClockFailure) in try clock.begin() }
    timeOrigin = clock.now
  }

  /// Makes timers of the waits that have an end; false: some thread looks again whether what it waits for
  /// has come, and rests no more.
  func noteSleepers() throws(Failure) -> Bool {
    guard let clock = driven.clock, isActive else { return true }
    guard let sleepers = try sleepersAtRest(clock) else { return false }
    var present: [SleepingThread: (number: Int, end: Int64)] = [:]
    let holding = membersThatHold
    // Who waits for bytes that are still on their way waits for no moment.
    if sleepers.contains(where: {
      !$0.isBackground && $0.awaitsBytes && !holding.contains($0.member)
    }),
      TCPConnections().areUnderWay(with: driven.proxyPorts)
    {
      return false
    }
    for sleeper in sleepers
    where !sleeper.isBackground && !(sleeper.awaitsBytes && holding.contains(sleeper.member)) {
      let thread = SleepingThread(sleeper)
      if let known = timers[thread], known.end == sleeper.end {
        present[thread] = known
        timers[thread] = nil
      } else {
        let moment = TransitionSystem.origin + sleeper.end - timeOrigin
        let number = system.setTimer(
          at: max(moment, system.now), of: driven.onlyClient(of: sleeper.member))
        present[thread] = (number, sleeper.end)
      }
    }
    for gone in timers.values { system.clearTimer(gone.number) }
    timers = present
    return true
  }

  /// Whether what any wait is for has not come; else those it has come for look again, and rest no more.
  func wakeNobody() throws(Failure) -> Bool {
    guard let clock = driven.clock else { return true }
    return try sleepersAtRest(clock) != nil
  }

  /// The waits, none of which has ended since the last look; nil: one has, or looks again now.
  private func sleepersAtRest(_ clock: any ProgramClock) throws(Failure) -> [Sleeper]? {
    let sleepers = try Self.withClock { () throws(ClockFailure) in try clock.sleepers() }
    if sleepers.contains(where: \.isStale) {
      try Self.withClock { () throws(ClockFailure) in try clock.renew() }
      return nil
    }
    return clock.wakings == wakings ? sleepers : nil
  }

  /// Lets those go on whose moment has come. What a runtime does by a clock of its own up to then happens
  /// one after the other, as it would: after one long jump a watchdog thinks that its worker has died.
  func fire() async throws(Failure) {
    guard let clock = driven.clock else { return }
    let moment = timeOrigin + system.now - TransitionSystem.origin
    let members = membersThatHold
    for _ in 0..<Self.mostMoments {
      let next = try Self.withClock { () throws(ClockFailure) in try clock.nextMoment() }
      guard let next, next < moment else { break }
      try Self.withClock { () throws(ClockFailure) in
        _ = try clock.advance(to: next, holding: members)
      }
      try await awaitSleep()
    }
    try Self.withClock { () throws(ClockFailure) in
      _ = try clock.advance(to: moment, holding: members)
    }
  }

  /// Moments on the way to a later one at most: a nap of an hour beside a timer of a second.
  private static let mostMoments = 4000

  /// The clock goes on by itself, so that the program ends as always.
  func releaseTime() throws(Failure) {
    guard let clock = driven.clock else { return }
    try Self.withClock { () throws(ClockFailure) in try clock.release() }
  }

  /// The instances that have sent what waits at a gate. Whoever waits for its reply there has not really
  /// sent it yet, and no deadline for that runs.
  private var membersThatHold: Set<Int> {
    Set(units.filter { system[$0.key].isHeld }.values.map(\.connection.instance))
  }

  private static func withClock<Value>(
    _ body: () throws(ClockFailure) -> Value
  ) throws(Failure) -> Value {
    do throws(ClockFailure) {
      return try body()
    } catch {
      throw .definite(.gaveUp("\(error)"))
    }
  }
}
