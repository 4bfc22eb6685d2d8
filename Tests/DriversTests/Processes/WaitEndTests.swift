// Until when a call waits follows from its arguments, as its manual page says.

import Glibc
import Testing

@testable import Drivers

/// What a call was called with, and when that ends.
private struct Case: Sendable, CustomTestStringConvertible {
  var call: String
  var arguments: [UInt64]
  var end: ThreadWait.End?

  init(_ call: String, _ arguments: [UInt64], _ end: ThreadWait.End?) {
    (self.call, self.arguments, self.end) = (call, arguments, end)
  }

  var testDescription: String { "\(call)\(arguments)" }
}

private let second: Int64 = 1_000_000_000
/// The clock of the tests: half past something since the machine started.
private let now: Int64 = 1800 * second
/// The date of the tests.
private let date: Int64 = 1_700_000_000 * second

/// Memory: an address, and the two numbers there.
private let memory: [UInt64: (Int64, Int64)] = [
  0x10: (2, 500_000_000), 0x20: (1803, 7), 0x30: (1_700_000_004, 9), 0x40: (0, 250_000),
  0x50: (Int64.max, 0), 0x60: (1790, 0), 0x70: (400_000_000, 0),
]

private func after(_ length: Int64) -> ThreadWait.End {
  .until(now + length, given: .nanoseconds(length))
}
private func at(_ moment: Int64) -> ThreadWait.End { .until(moment, given: nil) }

private let noAnswer = UInt64(UInt32.max)

private let cases: [Case] = [
  Case("nanosleep", [0x10], after(2 * second + 500_000_000)),
  Case("clock_nanosleep", [1, 0, 0x10], after(2 * second + 500_000_000)),
  Case("clock_nanosleep", [0, 0, 0x10], after(2 * second + 500_000_000)),
  Case("clock_nanosleep", [1, 1, 0x20], at(1803 * second + 7)),
  Case("clock_nanosleep", [0, 1, 0x30], at(now + 4 * second + 9)),
  // A moment that has passed.
  Case("clock_nanosleep", [1, 1, 0x60], at(1790 * second)),
  // The processor's time.
  Case("clock_nanosleep", [2, 0, 0x10], nil), Case("clock_nanosleep", [2, 1, 0x20], nil),
  Case("ppoll", [1, 1, 0x10], after(2 * second + 500_000_000)), Case("ppoll", [1, 1, 0], .forever),
  Case("pselect6", [9, 0, 0, 0, 0x10, 0], after(2 * second + 500_000_000)),
  Case("pselect6", [9, 0, 0, 0, 0, 0], .forever),
  Case("epoll_pwait", [4, 1, 9, 250], after(250_000_000)),
  Case("epoll_pwait", [4, 1, 9, noAnswer], .forever),
  Case("epoll_pwait", [4, 1, 9, UInt64.max], .forever),
  Case("epoll_pwait2", [4, 1, 9, 0x10], after(2 * second + 500_000_000)),
  Case("epoll_pwait2", [4, 1, 9, 0], .forever),
  Case("rt_sigtimedwait", [1, 0, 0x10, 8], after(2 * second + 500_000_000)),
  Case("rt_sigtimedwait", [1, 0, 0, 8], .forever),
  Case("semtimedop", [1, 1, 1, 0x10], after(2 * second + 500_000_000)),
  Case("mq_timedreceive", [1, 1, 1, 1, 0x30], at(now + 4 * second + 9)),
  // FUTEX_WAIT, private; FUTEX_WAIT_BITSET, with and without FUTEX_CLOCK_REALTIME; FUTEX_LOCK_PI.
  Case("futex", [1, 128, 2, 0x10], after(2 * second + 500_000_000)),
  Case("futex", [1, 128, 2, 0], .forever), Case("futex", [1, 137, 2, 0x20], at(1803 * second + 7)),
  Case("futex", [1, 393, 2, 0x30], at(now + 4 * second + 9)),
  Case("futex", [1, 134, 0, 0x30], at(now + 4 * second + 9)),
  Case("futex", [1, 129, 0, 0], nil),
  Case("futex_wait", [1, 2, 3, 4, 0x20, 1], at(1803 * second + 7)),
  Case("futex_waitv", [1, 2, 3, 0x30, 0], at(now + 4 * second + 9)),
  // Centuries are for ever, and so is what doesn't fit.
  Case("nanosleep", [0x50], .forever), Case("nanosleep", [0x70], .forever),
  Case("futex", [1, 137, 2, 0x50], .forever),
  // Nobody can read there.
  Case("nanosleep", [0x99], nil), Case("futex", [1, 137, 2, 0x99], nil),
  Case("read", [3], .forever), Case("recvfrom", [3], .forever), Case("wait4", [0], .forever),
  Case("accept4", [3], .forever),
]

#if arch(x86_64)
  private let older: [Case] = [
    Case("poll", [1, 1, 250], after(250_000_000)), Case("poll", [1, 1, noAnswer], .forever),
    Case("epoll_wait", [4, 1, 9, 250], after(250_000_000)),
    Case("select", [9, 0, 0, 0, 0x40], after(250_000_000)),
    Case("select", [9, 0, 0, 0, 0], .forever),
  ]
#else
  private let older: [Case] = []
#endif

@Suite("Until when a system call waits")
struct WaitEndTests {
  @Test("by its arguments", arguments: cases + older)
  fileprivate func end(_ given: Case) throws {
    let number = try #require(SystemCall.names.firstIndex(of: given.call))
    let rule = try #require(WaitRule.of(SystemCall(number: number)))
    var registers = SystemCallText.Registers(number: number, words: SIMD8(repeating: 0))
    for (index, argument) in given.arguments.enumerated() { registers.words[index] = argument }
    let reader = WaitEnd(registers: registers) {
      memory[$0]
    } clock: {
      [CLOCK_MONOTONIC: now, CLOCK_REALTIME: date][$0]
    }
    #expect(reader.end(rule) == given.end)
  }

  @Test(
    "other calls don't tell", arguments: ["fsync", "io_uring_enter", "ioctl", "openat", "getpid"])
  func untold(_ call: String) throws {
    let number = try #require(SystemCall.names.firstIndex(of: call))
    #expect(WaitRule.of(SystemCall(number: number)) == nil)
  }

  @Test("every call that is spoken of has a number here")
  func namesExist() {
    #if arch(x86_64)
      #expect(WaitRule.spokenOf.allSatisfy(SystemCall.names.contains))
    #endif
    #expect(WaitRule.spokenOf.count > 40)
  }
}
