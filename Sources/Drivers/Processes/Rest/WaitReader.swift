// What a sleeping thread waits for and until when, from its system call's arguments. Read while it sleeps;
// whoever looks makes sure afterwards that it slept on meanwhile.

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Reads one thread's wait.
struct WaitReader {
  private let thread: ThreadProbe
  private let root: Int32
  private let call: SystemCall
  private let memory: ForeignMemory

  private var registers: SystemCallText.Registers { thread.registers }

  /// What a wait's end is worth that lies further away than this: for ever. Ten years, in ns.
  private static let farthest: Int64 = 10 * 365 * 86_400 * 1_000_000_000

  init(_ thread: ThreadProbe, root: Int32) {
    self.thread = thread
    self.root = root
    call = SystemCall(number: thread.registers.number)
    memory = ForeignMemory(process: thread.process)
  }

  /// nil: the call or its arguments don't tell.
  var wait: ThreadWait? {
    guard let rule = WaitRule.of(call) else { return nil }
    switch rule {
    case .others: return found(.forever)
    case .descriptor(let length): return descriptorWait(length)
    case .polled(let length): return end(length).map { found($0, descriptor: onlyPolled) }
    case .length(let length): return end(length).map { found($0) }
    case .moment(let place, let kind): return end(moment: place, clock(kind)).map { found($0) }
    case .clockNap: return napEnd.map { found($0) }
    case .futex: return futexEnd.map { found($0) }
    case .restarted: return restarted
    }
  }

  /// Waits for somebody to let it go on; what it was stopped in doesn't tell when it ends.
  var stopped: ThreadWait { found(.forever) }

  private func found(_ end: ThreadWait.End, descriptor: Int32? = nil) -> ThreadWait {
    ThreadWait(
      process: thread.process, thread: thread.thread, root: root, call: call,
      descriptor: descriptor, end: end, switches: thread.switches ?? 0)
  }

  private func descriptorWait(_ length: WaitRule.Length?) -> ThreadWait? {
    let number = Int32(truncatingIfNeeded: registers.argument(0))
    let descriptor = OpenDescriptor(process: thread.process, number: number)
    // Locks of files are waited for like any message; files themselves come from a disk or a network.
    let isLock = call.name == "flock" || call.name == "fcntl"
    guard isLock || !descriptor.isStored else { return nil }
    guard let end = length.map({ self.end($0) }) ?? .forever else { return nil }
    return found(earlier(end, descriptor.timer), descriptor: number)
  }

  private func earlier(_ end: ThreadWait.End, _ timer: Int64?) -> ThreadWait.End {
    guard let timer else { return end }
    if case .until(let moment, _) = end, moment <= timer { return end }
    return .until(timer, given: nil)
  }

  private var onlyPolled: Int32? {
    registers.argument(1) == 1 ? memory.int32(at: registers.argument(0)) : nil
  }

  /// A nap goes on as it was: what was known of its end holds.
  private var restarted: ThreadWait? {
    guard let former = thread.former, former.registers.words == registers.words else { return nil }
    var wait = former.wait
    (wait.isStopped, wait.switches) = (false, thread.switches ?? 0)
    return wait
  }
}

// MARK: - Lengths and moments

extension WaitReader {
  private func end(_ length: WaitRule.Length) -> ThreadWait.End? {
    switch length {
    case .milliseconds(let place):
      let milliseconds = Int32(truncatingIfNeeded: registers.argument(place))
      return milliseconds < 0 ? .forever : end(length: Int64(milliseconds) * 1_000_000)
    case .timespec(let place): return end(at: registers.argument(place), unit: 1)
    case .timeval(let place): return end(at: registers.argument(place), unit: 1000)
    }
  }

  private func end(at address: UInt64, unit: Int64) -> ThreadWait.End? {
    if address == 0 { return .forever }
    return memory.pair(at: address).map { end(length: Self.nanoseconds($0, unit: unit)) }
  }

  private func end(length: Int64) -> ThreadWait.End {
    length >= Self.farthest
      ? .forever : .until(EventLoop.now() + length, given: .nanoseconds(length))
  }

  private func end(moment place: Int, _ clock: clockid_t) -> ThreadWait.End? {
    let address = registers.argument(place)
    if address == 0 { return .forever }
    guard let pair = memory.pair(at: address), let now = Self.now(clock) else { return nil }
    let left = Self.nanoseconds(pair, unit: 1).subtractingReportingOverflow(now)
    guard !left.overflow, left.partialValue < Self.farthest else { return .forever }
    return .until(EventLoop.now() + left.partialValue, given: nil)
  }

  private func clock(_ clock: WaitRule.Clock) -> clockid_t {
    switch clock {
    case .realTime: CLOCK_REALTIME
    case .argument(let place): clockid_t(truncatingIfNeeded: registers.argument(place))
    }
  }

  private var napEnd: ThreadWait.End? {
    let clock = clockid_t(truncatingIfNeeded: registers.argument(0))
    let isMoment = registers.argument(1) & 1 != 0  // TIMER_ABSTIME
    if isMoment { return end(moment: 2, clock) }
    return Self.now(clock) == nil ? nil : end(.timespec(2))
  }

  /// futex(2), FUTEX_OP: the operation without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME.
  private var futexEnd: ThreadWait.End? {
    let operation = registers.argument(1)
    let isRealTime = operation & 256 != 0
    return switch operation & 127 {
    case 0: end(.timespec(3))  // FUTEX_WAIT
    case 9, 11, 13:  // FUTEX_WAIT_BITSET, FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2
      end(moment: 3, isRealTime ? CLOCK_REALTIME : CLOCK_MONOTONIC)
    case 6: end(moment: 3, CLOCK_REALTIME)  // FUTEX_LOCK_PI
    default: nil
    }
  }

  /// A time of seconds and a part that is counted in so many ns.
  private static func nanoseconds(_ pair: (Int64, Int64), unit: Int64) -> Int64 {
    let (seconds, isLarge) = pair.0.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isLarger) = seconds.addingReportingOverflow(pair.1 &* unit)
    return isLarge || isLarger ? .max : sum
  }

  /// A clock that goes on by itself; nil: it doesn't, as those of processor time (clock_gettime(2)).
  private static func now(_ clock: clockid_t) -> Int64? {
    guard [0, 1, 7, 8, 9, 11].contains(clock) else { return nil }
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return nil }
    return nanoseconds((Int64(time.tv_sec), Int64(time.tv_nsec)), unit: 1)
  }
}
