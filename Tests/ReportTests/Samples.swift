// Small histories that the tests of reports share, and random ones from a printed seed.

import Checker
import History
import Report
import Support

let microsecond: Int64 = 1000
let millisecond: Int64 = 1_000_000

/// An operation with times in microseconds, ranked by them as `HistoryBuilder` does.
func operation(
  _ process: Int, _ function: String = "take", _ input: Value = .int(1), _ output: Value = .null,
  _ outcome: Outcome = .ok, call: Int64, reply: Int64?, index: Int = 0, key: Value? = nil,
  error: String? = nil, lines: (call: Int, reply: Int) = (0, 0)
) -> Operation {
  func moment(_ time: Int64, _ isReply: Bool, _ line: Int) -> Moment {
    Moment(
      rank: Int(time * microsecond) * 2 + (isReply ? 1 : 0), index: index, line: line,
      time: time * microsecond)
  }
  return Operation(
    process: process, function: function, key: key, input: input, output: output,
    outcome: outcome, call: moment(call, false, lines.call),
    reply: reply.map { moment($0, true, lines.reply) }, error: error)
}

/// A step with times in microseconds.
func step(_ command: String, _ reply: String, _ sent: Int64, _ received: Int64) -> Step {
  Step(
    command: command, reply: reply, sent: sent * microsecond, received: received * microsecond)
}

/// Two takes under a lease lock: p3 pauses past its lease, p11 gets the lock, both write 57.
func leaseExpiry() -> (history: History, counterexample: Counterexample) {
  let item = Value.string("item-4")
  let history = History(
    header: Header(workload: "lease-expiry", strategy: "redisson-lock", model: "stock"),
    operations: [
      operation(
        3, "take", .int(1), .int(57), call: 0, reply: 413_900, index: 33, key: item,
        lines: (35, 52)),
      operation(
        11, "take", .int(1), .int(57), call: 620, reply: 201_980, index: 36, key: item,
        lines: (38, 49)),
    ],
    events: [
      event(
        "nemesis", "client-pause", .map([Value.Entry(.string("process"), .int(3))]), at: 910),
      event(
        "nemesis", "client-pause", .map([Value.Entry(.string("process"), .int(3))]), at: 412_910),
    ],
    steps: [
      0: [
        step("lock", "granted", 40, 190), step("SELECT", "58", 230, 600),
        step("UPDATE 57", "1 row", 413_010, 413_600),
      ],
      1: [
        step("lock", "granted", 640, 200_210), step("SELECT", "58", 200_250, 200_600),
        step("UPDATE 57", "1 row", 200_700, 201_700),
      ],
    ],
    source: "history.jsonl")
  let counterexample = Counterexample(
    operations: [0, 1],
    headline: "item-4 was oversold: two buyers were both told \"57 left\"",
    reasons: [
      "p3 held the lock past its lease of 200 ms.", "Both read 58.",
      "Nothing at the database refused the second write.",
    ],
    weakened: 98)
  return (history, counterexample)
}

/// The facts of the lease-expiry run.
func leaseExpiryRun(expected: RunVerdict? = nil) -> RunFacts {
  let (history, counterexample) = leaseExpiry()
  var facts = RunFacts(
    workload: "lease-expiry", strategy: "redisson-lock", seed: "7f3a",
    conditions: ["16 clients", "100 in stock"], servers: ["redis 7.0.15", "postgres 15"],
    history: history,
    judgements: [
      Judgement(
        key: .string("item-4"), verdict: .violation, engine: "stock-monitor", operations: 100,
        counterexample: counterexample, prefix: Judgement.Prefix(operations: 41, line: 86)),
      Judgement(
        key: .string("item-5"), verdict: .linearizable, engine: "stock-monitor", operations: 90),
    ],
    findings: [
      Finding(
        title: "lock overlap",
        sentence: "p3 and p11 held item-4 at once for 201 ms; p3's lease had run out before",
        operations: [0, 1], isViolation: false),
      Finding(
        title: "oversold",
        sentence: "item-4 was oversold: 101 units were sold, but there were only 100",
        operations: [1]),
    ],
    expected: expected, faults: [RunFacts.FaultCount(name: "client-pause", fired: 3)])
  facts.figures.summary = Summary(
    outcomes: Outcomes(ok: 47_960, soldOut: 141, fail: 0, indeterminate: 11),
    functions: [
      Summary.Function(
        name: "take", outcomes: Outcomes(ok: 47_960, soldOut: 141, fail: 0, indeterminate: 11),
        latency: Latency(
          count: 48_101, p50: 213_000, p95: 551_000, p99: 905_000, p999: 5_200_000,
          max: 414_000_000))
    ],
    latency: Latency(
      count: 48_101, p50: 213_000, p95: 551_000, p99: 905_000, p999: 5_200_000, max: 414_000_000),
    span: 3_000_000_000)
  facts.recheck = "soldout check results/lease-expiry/latest"
  facts.again = "soldout run lease-expiry --seed 7f3a"
  return facts
}
