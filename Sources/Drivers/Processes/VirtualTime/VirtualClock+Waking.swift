// How time passes: the clock is set in the page, then every wait concerned is told, interrupted, and
// told again until its thread has left it or looked again. A thread that died is not waited for.

internal import CSystem
internal import Glibc
internal import Synchronization

extension VirtualClock {
  /// How long a thread has to answer, in ns of real time: a loaded machine takes its turn.
  private static let timeout: Int64 = 20_000_000_000
  /// A signal that came just before the wait it was for is sent again after so long, in ns.
  private static let repetition: Int64 = 1_000_000

  /// - Throws: `ClockFailure.full` if a wait found no room and therefore takes real time.
  public func sleepers() throws(ClockFailure) -> [Sleeper] {
    try state.withLock { (state: inout State) throws(ClockFailure) in
      try state.checkRoom()
      return state.sleepers(state.waits)
    }
  }

  /// Begins a schedule: the clock reads what it read at the first one's beginning, and every wait under
  /// way has its whole length before it again. So it goes back: to be called while the program rests.
  /// Blocks until every wait knows.
  public func begin() throws(ClockFailure) {
    try state.withLock { (state: inout State) throws(ClockFailure) in
      let base = state.base ?? soldout_time_now(state.page, 0)
      state.base = base
      soldout_time_set(state.page, 1, base)
      let waits = state.waits
      for wait in waits { soldout_sleeper_move(wait.slot, base + wait.copy.length) }
      try Self.tell(waits, untilLeft: false)
      try state.checkRoom()
    }
  }

  /// Blocks until each thread has left its wait, or died.
  @discardableResult
  public func advance(
    to moment: Int64, holding members: Set<Int>
  ) throws(ClockFailure) -> [Sleeper] {
    try state.withLock { (state: inout State) throws(ClockFailure) in
      precondition(state.base != nil, "time passes by itself before the first schedule")
      let passed = moment - soldout_time_now(state.page, 0)
      if passed > 0, !members.isEmpty {
        for wait in state.waits
        where wait.awaitsBytes && members.contains(Int(wait.copy.member)) {
          soldout_sleeper_move(wait.slot, wait.copy.end + passed)
        }
      }
      state.move(to: moment)
      let due = state.waits.filter { $0.copy.end <= moment }
      try Self.tell(due, untilLeft: true)
      try state.checkRoom()
      return state.sleepers(due)
    }
  }

  /// For a member whose deliveries went to another thread. Blocks until all have looked.
  public func renew() throws(ClockFailure) {
    try state.withLock { (state: inout State) throws(ClockFailure) in
      let waits = state.waits
      let stale = zip(waits, state.sleepers(waits, isSorted: false)).filter(\.1.isStale).map(\.0)
      try Self.tell(stale, untilLeft: false)
    }
  }

  public func learnBackground() {
    state.withLock { state in state.background.formUnion(state.waits.map(\.identity)) }
  }

  public func release() throws(ClockFailure) {
    try state.withLock { (state: inout State) throws(ClockFailure) in
      soldout_time_set(state.page, 0, soldout_time_now(state.page, 0))
      state.base = nil
      try Self.tell(state.waits, untilLeft: false)
    }
  }

  /// Has waits look again, and returns when all have (or have left, or left only).
  private static func tell(_ waits: [Wait], untilLeft: Bool) throws(ClockFailure) {
    var waiting = waits.map { (wait: $0, kick: soldout_sleeper_kick($0.slot)) }
    let deadline = EventLoop.now() + timeout
    var next = Int64.min
    while !waiting.isEmpty {
      let now = EventLoop.now()
      if now >= next {
        waiting.removeAll { $0.wait.isDead }
        for wait in waiting { wait.wait.interrupt() }
        next = now + repetition
      }
      waiting.removeAll { $0.wait.hasAnswered($0.kick, byLeaving: untilLeft) }
      guard let late = waiting.first?.wait.copy else { return }
      guard now < deadline else {
        throw .unanswered(process: late.process, thread: late.thread)
      }
      sched_yield()
    }
  }
}

extension VirtualClock {
  /// A registered wait, as it was when it was looked at.
  struct Wait {
    let slot: UnsafeMutablePointer<soldout_sleeper>
    let copy: soldout_sleeper

    init?(_ slot: UnsafeMutablePointer<soldout_sleeper>) {
      var copy = soldout_sleeper()
      guard soldout_sleeper_read(slot, &copy) != 0 else { return nil }
      self.slot = slot
      self.copy = copy
    }

    var identity: ThreadIdentity {
      ThreadIdentity(process: copy.process, thread: copy.thread)
    }

    /// Whether it is for descriptors, and ends when one is ready.
    var awaitsBytes: Bool { copy.deliveries != UInt64.max }

    /// Whether its thread is no more; its slot is free then.
    var isDead: Bool {
      let path = "/proc/\(copy.process)/task/\(copy.thread)/stat"
      if let line = smallFile(path), ProcessStatus(line: line)?.isEnded == false { return false }
      soldout_sleeper_free(slot, copy.serial)
      return true
    }

    func interrupt() { soldout_interrupt(copy.process, copy.thread) }

    /// Whether its thread has left it or, unless only that counts, has looked since a kick.
    func hasAnswered(_ kick: UInt32, byLeaving: Bool) -> Bool {
      guard let present = Wait(slot), present.copy.serial == copy.serial else { return true }
      return !byLeaving && Int32(bitPattern: present.copy.looked &- kick) >= 0
    }
  }
}

extension VirtualClock.State {
  /// The waits of threads that live.
  var waits: [VirtualClock.Wait] {
    (0..<SOLDOUT_SLEEPERS).compactMap { VirtualClock.Wait(soldout_sleeper_at(page, $0)) }
      .filter { !$0.isDead }
  }

  func sleepers(_ waits: [VirtualClock.Wait], isSorted: Bool = true) -> [Sleeper] {
    let found = waits.map { wait in
      let copy = wait.copy
      let isStale =
        wait.awaitsBytes && copy.deliveries != soldout_deliveries(page, copy.member)
      return Sleeper(
        process: copy.process, thread: copy.thread, end: copy.end, member: Int(copy.member),
        awaitsBytes: wait.awaitsBytes, isStale: isStale,
        isBackground: background.contains(wait.identity))
    }
    guard isSorted else { return found }
    return found.sorted { ($0.end, $0.process, $0.thread) < ($1.end, $1.process, $1.thread) }
  }

  /// Sets the clock; no wait is told.
  func move(to moment: Int64) { soldout_time_advance(page, moment) }

  func checkRoom() throws(ClockFailure) {
    let count = soldout_overflows(page)
    guard count == 0 else { throw .full(Int(count)) }
  }
}
