// What the monitor of locks without owner tells people: for each kind of conflict the calls it
// picks and its words.

import Checker
import History
import Support
import Testing

private func acquire(
  _ process: Int, _ start: Int, _ end: Int?, _ reply: Lock.Reply = .done
) -> TimedCall<Lock> {
  call(.acquire, process, start, end, reply)
}

private func release(
  _ process: Int, _ start: Int, _ end: Int?, _ reply: Lock.Reply = .done
) -> TimedCall<Lock> {
  call(.release, process, start, end, reply)
}

private func call(
  _ action: Lock.Action, _ process: Int, _ start: Int, _ end: Int?, _ reply: Lock.Reply
) -> TimedCall<Lock> {
  TimedCall(
    call: Lock.Call(action, by: .int(process)), reply: end == nil ? nil : reply, start: start,
    end: end ?? Int.max, process: process, position: 0)
}

private struct ToldOfLock: Sendable, CustomTestStringConvertible {
  var headline: String
  var reason: String
  var shownBy: [Int]
  var calls: [TimedCall<Lock>]

  var testDescription: String { headline }

  static let catalogue: [ToldOfLock] = [
    ToldOfLock(
      headline: "p2 acquired the lock, but it was still held",
      reason: "No release had been called when p2 was answered.", shownBy: [1, 2],
      calls: [acquire(1, 0, 1), acquire(2, 2, 3), release(1, 4, 5)]),
    ToldOfLock(
      headline: "p3 acquired the lock, but it was still held",
      reason:
        "When p3 was answered, only 1 release (#1) had been called, and one more is needed.",
      shownBy: [1, 2, 3],
      calls: [acquire(1, 0, 1), release(1, 2, 3), acquire(2, 4, 9), acquire(3, 5, 10)]),
    ToldOfLock(
      headline: "p1 released the lock, but nobody can have held it",
      reason: "No acquisition had been called when p1 was answered.", shownBy: [1],
      calls: [release(1, 0, 1), acquire(2, 2, 3)]),
    ToldOfLock(
      headline: "p1 was refused the lock, but nobody can have held it",
      reason: "No acquisition had been called when p1 was answered.", shownBy: [1],
      calls: [acquire(1, 0, 1, .refused), acquire(2, 2, nil)]),
    ToldOfLock(
      headline: "p2 was refused the release, but the lock was held",
      reason: "No release had been called when p2 was answered.", shownBy: [1, 2],
      calls: [acquire(1, 0, 1), release(2, 2, 3, .refused)]),
  ]
}

@Suite struct MutexSentenceTests {
  @Test(arguments: ToldOfLock.catalogue)
  fileprivate func `tells a violation by few calls, in plain words`(_ told: ToldOfLock) throws {
    let calls = timeline(told.calls, keepingProcesses: true)
    let monitor = MutexMonitor(isHeld: false)
    let example = try #require(try monitor.judge(calls, key: nil).counterexample)
    #expect(example.headline == told.headline)
    #expect(example.reasons == [told.reason])
    #expect(example.operations.map { calls[$0].process } == told.shownBy)
    #expect(compare(monitor, MutexModel(isHeld: false), calls) == .agreed(.violation))
  }

  @Test func `a lost release is made up for by one whose reply was lost`() throws {
    let calls = timeline(
      [acquire(1, 0, 1), release(1, 2, nil), acquire(2, 3, 4), acquire(3, 0, 9, .refused)],
      keepingProcesses: true)
    let judgement = try MutexMonitor(isHeld: false).judge(calls, key: nil)
    #expect(judgement.verdict == .linearizable)
    #expect(judgement.order?.map { calls[$0].process } == [1, 3, 1, 2])
  }
}
