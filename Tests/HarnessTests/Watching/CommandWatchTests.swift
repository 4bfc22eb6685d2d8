// Whose a command is: exact where it can be known, the instance's where it can't, and never guessed.

import Drivers
import Testing

@testable import Harness

/// A watch, and what it tells.
private final class Bench {
  let watch = CommandWatch()
  var shared: [String] = []

  init() {
    watch.isCounting = true
    watch.onShared = { [unowned self] instance, step in
      shared.append("i\(instance) \(step.command) → \(step.shownReply)")
    }
  }

  func send(
    _ verb: String, _ words: String..., over connection: Int = 1, of instance: Int = 0,
    inTransaction: Bool = false
  ) -> ProxyRequest {
    var request = ProxyRequest(
      verb: verb, text: ([verb] + words).joined(separator: " "), inTransaction: inTransaction,
      words: [verb] + words)
    request.connection = connection
    watch.asked(request, of: instance, to: .redis, by: .redis)
    return request
  }

  func answer(_ request: ProxyRequest, _ reply: CommandTrace.Reply? = .ok, of instance: Int = 0) {
    watch.answered(request, with: reply, of: instance, to: .redis, by: .redis)
  }

  func call(_ item: String = "item-0", of instance: Int = 0) -> (WatchedCall, CommandTrace) {
    let trace = CommandTrace()
    return (watch.begin(of: instance, on: item, filling: trace), trace)
  }
}

extension CommandTrace {
  fileprivate var told: [String] { steps.map { "\($0.command) → \($0.shownReply)" } }
}

@Suite("Whose commands those are")
struct CommandWatchTests {
  @Test("the only call's, those of another instance not; before and after it nobody's")
  func alone() {
    let bench = Bench()
    bench.answer(bench.send("KEYS", "*"))
    let (call, trace) = bench.call()
    bench.answer(bench.send("GET", "item-0", over: 1), .integer(3))
    bench.answer(bench.send("GET", "x", of: 1), of: 1)
    bench.answer(bench.send("SET", "item-0", "2", over: 2))
    bench.watch.end(call)
    bench.answer(bench.send("KEYS", "*"))
    #expect(trace.told == ["GET item-0 → 3", "SET item-0 2 → ok"])
    #expect(bench.watch.counts.ofCalls == 2 && bench.watch.counts.outside["KEYS"]?.count == 2)
    #expect(bench.shared.isEmpty)
  }

  @Test("a lost reply and the same command again are two steps; one without an answer is lost")
  func lost() {
    let bench = Bench()
    let (call, trace) = bench.call()
    bench.answer(bench.send("DECR", "item-0", over: 1), nil)
    bench.answer(bench.send("DECR", "item-0", over: 2), .integer(8))
    _ = bench.send("PUBLISH", "sold", "1", over: 2)
    bench.watch.end(call)
    #expect(trace.told == ["DECR item-0 → lost", "DECR item-0 → 8", "PUBLISH sold 1 → lost"])
  }

  @Test("of two calls under way it is told as the instance's")
  func shared() {
    let bench = Bench()
    let (first, trace) = bench.call()
    let (second, other) = bench.call()
    let request = bench.send("GET", "item-0")
    bench.answer(request, .integer(3))
    bench.watch.end(first)
    bench.answer(bench.send("SET", "item-0", "2"))
    bench.watch.end(second)
    #expect(bench.shared == ["i0 GET item-0 → 3"])
    #expect(trace.told.isEmpty && other.told == ["SET item-0 2 → ok"])
    #expect(bench.watch.counts.shared == 1 && bench.watch.counts.ofCalls == 1)
  }

  @Test("another item's name rules a call out")
  func items() {
    let bench = Bench()
    let (first, trace) = bench.call("item-1")
    let (second, other) = bench.call("item-10")
    bench.answer(bench.send("GET", "item-10"))
    bench.answer(bench.send("GET", "item-1"))
    bench.watch.end(first)
    bench.watch.end(second)
    #expect(trace.told == ["GET item-1 → ok"] && other.told == ["GET item-10 → ok"])
  }

  @Test("a transaction is one call's: what rules others out late counts for its beginning")
  func transaction() {
    let bench = Bench()
    let (first, _) = bench.call()
    let (second, trace) = bench.call()
    bench.answer(bench.send("MULTI"))
    // The first one doesn't wait for what is still to come.
    bench.answer(bench.send("SET", "k", "1", inTransaction: true), .text("QUEUED"))
    _ = first
    let (third, late) = bench.call()
    bench.answer(bench.send("GET", "k", over: 2))
    bench.watch.end(third)
    bench.watch.end(second)
    #expect(late.told.isEmpty && trace.told.isEmpty)
    #expect(bench.shared == ["i0 GET k → ok", "i0 MULTI → ok", "i0 SET k 1 → QUEUED"])
  }

  @Test("a transaction that began before a call did is not that call's")
  func narrowed() {
    let bench = Bench()
    let (first, trace) = bench.call()
    bench.answer(bench.send("MULTI"))
    let (second, other) = bench.call()
    bench.answer(bench.send("SET", "k", "1", inTransaction: true), .text("QUEUED"))
    bench.answer(bench.send("EXEC", inTransaction: true))
    bench.watch.end(second)
    bench.watch.end(first)
    #expect(trace.told == ["MULTI → ok", "SET k 1 → QUEUED", "EXEC → ok"])
    #expect(other.told.isEmpty && bench.shared.isEmpty)
  }

  @Test("an answer that comes when its call is over is not the other call's")
  func late() {
    let bench = Bench()
    let (first, trace) = bench.call()
    let request = bench.send("GET", "item-0", over: 1)
    let (second, other) = bench.call()
    bench.watch.end(first)
    bench.answer(request, .integer(3))
    bench.watch.end(second)
    #expect(trace.told == ["GET item-0 → lost"] && other.told.isEmpty)
  }

  @Test("logins and checks are counted by themselves")
  func upkeep() {
    let bench = Bench()
    let (call, trace) = bench.call()
    bench.answer(bench.send("PING"))
    bench.watch.end(call)
    #expect(trace.told.isEmpty && bench.watch.counts.upkeep == 1)
    #expect(bench.watch.counts.sentence == "1 to keep connections alive")
  }
}
