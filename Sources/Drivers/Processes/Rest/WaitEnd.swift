// Until when a system call waits that was given a length of time or a moment, from its arguments.

#if canImport(Darwin)
  internal import Darwin
#else
  internal import CSystem
  internal import Glibc
#endif

/// Reads the end of a wait.
struct WaitEnd {
  let registers: SystemCallText.Registers
  /// Two numbers of 64 bits at an address of the caller's; nil: nothing can be read there.
  let memory: (UInt64) -> (Int64, Int64)?
  /// A clock now, in ns; nil: it isn't one that goes on by itself.
  let clock: (clockid_t) -> Int64?

  /// What an end is worth that lies further away than this: none. Ten years, in ns.
  private static let farthest: Int64 = 10 * 365 * 86_400 * 1_000_000_000

  /// What a rule says; nil: nothing about an end, or the arguments can't be read.
  func end(_ rule: WaitRule) -> ThreadWait.End? {
    switch rule {
    case .others, .descriptor(nil): .forever
    case .descriptor(let length?), .polled(let length), .length(let length): end(length)
    case .moment(let place, let kind): end(moment: place, number(kind))
    case .clockNap: napEnd
    case .futex: futexEnd
    case .restarted: nil
    }
  }

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
    // Others are refused at once.
    guard let pair = memory(address), pair.0 >= 0, 0..<(1_000_000_000 / unit) ~= pair.1 else {
      return nil
    }
    return end(length: Self.nanoseconds(pair, unit: unit))
  }

  private func end(length: Int64) -> ThreadWait.End? {
    guard length < Self.farthest else { return .forever }
    return clock(CLOCK_MONOTONIC).map { .until($0 + length, given: .nanoseconds(length)) }
  }

  private func end(moment place: Int, _ number: clockid_t) -> ThreadWait.End? {
    let address = registers.argument(place)
    if address == 0 { return .forever }
    guard let pair = memory(address), let there = clock(number), let here = clock(CLOCK_MONOTONIC)
    else { return nil }
    let left = Self.nanoseconds(pair, unit: 1).subtractingReportingOverflow(there)
    guard !left.overflow, left.partialValue < Self.farthest else { return .forever }
    return .until(here + left.partialValue, given: nil)
  }

  private func number(_ clock: WaitRule.Clock) -> clockid_t {
    switch clock {
    case .realTime: CLOCK_REALTIME
    case .argument(let place): clockid_t(truncatingIfNeeded: registers.argument(place))
    }
  }

  private var napEnd: ThreadWait.End? {
    let number = clockid_t(truncatingIfNeeded: registers.argument(0))
    let isMoment = registers.argument(1) & 1 != 0  // TIMER_ABSTIME
    if isMoment { return end(moment: 2, number) }
    // A length of the processor's time has no moment.
    return clock(number) == nil ? nil : end(.timespec(2))
  }

  /// futex(2): the operation without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME.
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

  /// A time of seconds and a part that is counted in so many ns; as long as can be where it is longer.
  private static func nanoseconds(_ pair: (Int64, Int64), unit: Int64) -> Int64 {
    let (seconds, isLarge) = pair.0.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isLarger) = seconds.addingReportingOverflow(pair.1 &* unit)
    return isLarge || isLarger ? .max : sum
  }

  /// The clocks of this machine that go on by themselves, not those of processor time (clock_gettime(2)):
  /// CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, the two with ALARM, CLOCK_TAI.
  static func machineClock(_ number: clockid_t) -> Int64? {
    guard [0, 1, 7, 8, 9, 11].contains(number) else { return nil }
    var time = timespec()
    guard clock_gettime(number, &time) == 0 else { return nil }
    return nanoseconds((Int64(time.tv_sec), Int64(time.tv_nsec)), unit: 1)
  }
}
