// What the monitors of locks with owners tell people, and when they leave a history to the search.

import Checker
import History
import Support
import Testing

/// Who, from, until (nil: no reply), what, reply.
private typealias LockLine = (Int, Int, Int?, Lock.Action, Lock.Reply?)

private func calls(_ lines: [LockLine]) -> [TimedCall<Lock>] {
  timeline(
    lines.map { process, start, end, action, reply in
      TimedCall(
        call: Lock.Call(action, by: .int(process)), reply: end == nil ? nil : reply, start: start,
        end: end ?? Int.max, process: process, position: 0)
    }, keepingProcesses: true)
}

@Suite struct `What monitors of locks with owners say` {
  private func owned(
    _ headline: String, reasons: [String]? = nil, by shown: [Int], heldBy owner: Int? = nil,
    _ lines: [LockLine]
  ) throws {
    let owner = owner.map { Value.int($0) }
    try expect(
      headline, reasons, shown, OwnerMutexMonitor(heldBy: owner), OwnerMutexModel(heldBy: owner),
      calls(lines))
  }

  private func fenced(
    _ headline: String, reasons: [String]? = nil, by shown: [Int], _ lines: [LockLine]
  ) throws {
    try expect(
      headline, reasons, shown, FencedMutexMonitor(token: 4), FencedMutexModel(token: 4),
      calls(lines))
  }

  private func expect<M: Model, W: Monitor>(
    _ headline: String, _ reasons: [String]?, _ shown: [Int], _ monitor: W, _ model: M,
    _ calls: [TimedCall<M.Data>]
  ) throws where W.Data == M.Data {
    let example = try #require(try monitor.judge(calls, key: nil).counterexample)
    #expect(example.headline == headline)
    #expect(example.operations.map { calls[$0].process } == shown)
    if let reasons { #expect(example.reasons == reasons) }
    #expect(compare(monitor, model, calls) == .agreed(.violation))
  }

  @Test func `two hold it at once`() throws {
    try owned(
      "p2 acquired the lock while p1 held it",
      reasons: [
        "p1 had acquired it and not called to release it.",
        "p2 had acquired it and not called to release it.",
      ],
      by: [1, 2],
      [
        (1, 0, 1, .acquire, .done), (2, 2, 5, .acquire, .done), (1, 6, 7, .release, .done),
        (2, 8, 9, .release, .done),
      ])
    try owned(
      "p2 acquired the lock while p1 held it", by: [2], heldBy: 1,
      [(2, 2, 5, .acquire, .done), (1, 6, 7, .release, .done)])
  }

  @Test func `who acquired twice and released once still holds it`() throws {
    try owned(
      "p2 acquired the lock while p1 (#0) held it",
      reasons: [
        "p1 had acquired it 2 times (#0, #1) and called to release it once (#2).",
        "p2 had acquired it and not called to release it.",
      ],
      by: [1, 1, 2],
      [
        (1, 0, 1, .acquire, .done), (1, 2, 3, .acquire, .done), (1, 4, 5, .release, .done),
        (2, 6, 7, .acquire, .done),
      ])
  }

  @Test func `a release by who does not hold it, and refusals of its holder`() throws {
    try owned(
      "p2 released the lock, but did not hold it", reasons: ["It had not acquired it."], by: [2],
      [(1, 0, 1, .acquire, .done), (2, 2, 3, .release, .done)])
    try owned(
      "p1 (#2) released the lock, but did not hold it",
      reasons: ["It had acquired it once (#0) and released it once (#1) before."], by: [1, 1],
      [
        (1, 0, 1, .acquire, .done), (1, 2, 3, .release, .done), (1, 4, 5, .release, .done),
      ])
    try owned(
      "p1 (#1) was refused the lock, but held it itself", by: [1, 1],
      [(1, 0, 1, .acquire, .done), (1, 2, 3, .acquire, .refused)])
    try owned(
      "p1 (#1) was refused the release, but held the lock", by: [1, 1],
      [(1, 0, 1, .acquire, .done), (1, 2, 3, .release, .refused)])
  }

  @Test func `a refusal while it was free`() throws {
    try owned(
      "p2 was refused the lock, but nobody else can have held it",
      reasons: ["Nobody can have acquired it by then."], by: [2],
      [(2, 0, 1, .acquire, .refused)])
    try owned(
      "p2 was refused the lock, but nobody else can have held it",
      reasons: [
        "All who had acquired it before had released it when p2 called.",
        "The next to hold it was p3, who called only after.",
      ],
      by: [1, 2, 3],
      [
        (1, 0, 1, .acquire, .done), (1, 2, 3, .release, .done), (2, 4, 5, .acquire, .refused),
        (3, 6, 7, .acquire, .done),
      ])
  }

  @Test func `tokens that do not rise`() throws {
    try fenced(
      "p2 got token 5 after p1 had got 7",
      reasons: ["Each acquisition gets a higher token than all before."], by: [1, 2],
      [
        (1, 0, 1, .acquire, .token(7)), (1, 2, 3, .release, .done),
        (2, 4, 5, .acquire, .token(5)),
      ])
    try fenced(
      "p1 got token 4, but that one was handed out before", by: [1],
      [(1, 0, 1, .acquire, .token(4))])
    try fenced(
      "p3 got token 6 after p1 had got 5",
      reasons: ["1 acquisition in between (#2) took a token too."], by: [1, 2, 3],
      [
        (1, 0, 1, .acquire, .token(5)), (1, 2, 3, .release, .done), (2, 4, 5, .acquire, .done),
        (2, 6, 7, .release, .done), (3, 8, 9, .acquire, .token(6)),
      ])
    try fenced(
      "p1 (#1) acquired the lock, but held it already", by: [1, 1],
      [(1, 0, 1, .acquire, .token(5)), (1, 2, 3, .acquire, .token(6))])
  }

  @Test func `a client that calls twice at a time is left to the search`() throws {
    let both = calls([(1, 0, 5, .acquire, .done), (1, 4, 9, .release, .done)])
    #expect(throws: NotApplicable("client 1 calls again before its last call is answered")) {
      _ = try OwnerMutexMonitor(heldBy: nil).judge(both, key: nil)
    }
    #expect(throws: NotApplicable.self) {
      _ = try FencedMutexMonitor(token: 0).judge(both, key: nil)
    }
  }
}
