// ^C and SIGTERM as values, in a process of the test's own.

import Glibc
import Synchronization
import Testing

@testable import Drivers

@Suite struct InterruptsTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `the first interrupt is a request, the next one is not`(number: Int32) async {
    await #expect(processExitsWith: .exitCode(3)) { [number = number as Int32] in
      let seen = Mutex<[Interrupt]>([])
      Interrupts.watch { interrupt in seen.withLock { $0.append(interrupt) } }
      kill(getpid(), number)
      while seen.withLock({ $0.count }) < 1 { usleep(1000) }
      kill(getpid(), number)
      while seen.withLock({ $0.count }) < 2 { usleep(1000) }
      exit(seen.withLock { $0 == [.requested, .forced] } ? 3 : 4)
    }
  }

  @Test func `a hangup that was ignored from the start stays ignored`() async {
    await #expect(processExitsWith: .exitCode(3)) {
      signal(SIGHUP, SIG_IGN)
      let seen = Mutex<[Interrupt]>([])
      Interrupts.watch { interrupt in seen.withLock { $0.append(interrupt) } }
      kill(getpid(), SIGHUP)
      kill(getpid(), SIGTERM)
      while seen.withLock({ $0.isEmpty }) { usleep(1000) }
      exit(seen.withLock { $0 == [.requested] } ? 3 : 4)
    }
  }

  @Test func `a write to a closed pipe is an error and not the end`() async {
    await #expect(processExitsWith: .exitCode(3)) {
      Interrupts.ignoreBrokenPipes()
      var ends: [Int32] = [-1, -1]
      pipe(&ends)
      close(ends[0])
      var byte: UInt8 = 0
      exit(write(ends[1], &byte, 1) == -1 && errno == EPIPE ? 3 : 4)
    }
  }
}
