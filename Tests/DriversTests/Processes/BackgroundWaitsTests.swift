// A runtime's own timers are told from a program's naps by what was seen while nothing was asked of it.

import Testing

@testable import Drivers

@Suite("Background waits")
struct BackgroundWaitsTests {
  private func wait(
    thread: Int32 = 2, process: Int32 = 1, call: Int = 230, given length: Duration? = nil
  ) -> ThreadWait {
    ThreadWait(
      process: process, thread: thread, root: process, call: SystemCall(number: call),
      end: .until(1000, given: length), switches: 1)
  }
  private let kind = BackgroundWaits.ThreadKind(
    program: "/usr/bin/java", thread: "VM Periodic Tas", isFirst: false)

  @Test("a thread's call that was seen while idle is background, another call isn't")
  func call() {
    var waits = BackgroundWaits()
    waits.learn(wait(), as: nil)
    #expect(waits.contains(wait()) { nil })
    #expect(!waits.contains(wait(call: 7)) { nil })
    #expect(!waits.contains(wait(thread: 3)) { nil })
    var endless = wait()
    endless.end = .forever
    #expect(!waits.contains(endless) { nil })
  }

  @Test("a length that was always the same has to be the same, one that varied may be what is left")
  func lengths() {
    var waits = BackgroundWaits()
    waits.learn(wait(given: .seconds(1)), as: nil)
    waits.learn(wait(given: .seconds(1)), as: nil)
    #expect(waits.contains(wait(given: .seconds(1))) { nil })
    #expect(!waits.contains(wait(given: .milliseconds(20))) { nil })
    #expect(!waits.contains(wait()) { nil })
    waits.learn(wait(given: .milliseconds(700)), as: nil)
    #expect(waits.contains(wait(given: .milliseconds(20))) { nil })
    #expect(!waits.contains(wait(given: .milliseconds(1001))) { nil })
  }

  @Test("a new process of the same program has the same timers, in threads of the same name")
  func kinds() {
    var waits = BackgroundWaits()
    waits.learn(wait(), as: kind)
    waits.forget(root: 1)
    #expect(!waits.contains(wait()) { nil })
    #expect(waits.contains(wait(thread: 9, process: 8)) { kind })
    var other = kind
    other.thread = "http-nio-exec-1"
    #expect(!waits.contains(wait(thread: 9, process: 8)) { other })
  }
}
