// The table of strategies against conditions, as people and programs get it.

import Report
import Testing

/// Two trials each of a strategy that holds up and of one that a fault breaks once.
var comparisonSample: Comparison {
  var cells: [Comparison.Cell] = []
  for round in 1...2 {
    for name in ["redis-decr", "redisson-fenced-lock"] {
      for condition in [nil, "client-pause", "lease-expiry"] {
        let isLock = name != "redis-decr"
        if condition == "lease-expiry" && !isLock { continue }
        let isBroken = condition == "lease-expiry" && round == 2
        let latency = Latency(
          count: 9, p50: 212_000, p95: 500_000, p99: 905_000, p999: 950_000, max: 990_000)
        cells.append(
          Comparison.Cell(
            name: name, condition: condition, verdict: isBroken ? .violation : .linearizable,
            isAsExpected: !isBroken, oversold: isBroken ? 3 : 0,
            waits: isLock
              ? WaitFigures(
                grants: 90, waited: 40, overtaken: 10, overtakes: 12, wait: latency, overlaps: 0)
              : nil,
            latency: latency, perSecond: isLock ? 812.4 : 16_037, connections: 32,
            gap: Int64(round) * 200_000_000,
            cause: isBroken ? "p1's UPDATE 57 rests on its SELECT 58" : nil))
      }
    }
  }
  return Comparison(
    cells,
    omissions: [
      Comparison.Omission(
        condition: "lease-expiry", names: ["redis-decr"], reason: "it has no lock")
    ])
}

@Suite struct `Comparison table` {
  @Test func `a verdict, a matrix, the figures, and the step that went wrong`() {
    #expect(
      comparisonSample.text(Style()) == """
        NOT AS EXPECTED  10 trials of 2 rows: redisson-fenced-lock under lease-expiry
                         VIOLATION

        strategy              plain  client-pause  lease-expiry
        redis-decr            lin.   lin.          -
        redisson-fenced-lock  lin.   lin.          VIOL.!

        plain
        strategy             verdict as exp ops/s   p50   p99 late  wait conn over
        redis-decr           lin.       2/2 16.0k 212µs 905µs    -     -   32    0
        redisson-fenced-lock lin.       2/2   812 212µs 905µs  25% 905µs   32    0

        client-pause
        strategy              verdict  as exp  over  overlaps    gap  ops/s
        redis-decr            lin.        2/2     0         -  400ms  16.0k
        redisson-fenced-lock  lin.        2/2     0         0  400ms    812

        lease-expiry
        strategy              verdict  as exp  over  overlaps    gap  ops/s
        redisson-fenced-lock  VIOL.!      1/2     3         0  400ms    812

        lin. linearizable; VIOL. violation; unk. unknown; vac. vacuous; ! not the
        expected verdict; - doesn't apply, or was not run. as exp: trials that came out
        as expected. ops/s, p50, p99: operations answered, in the trial with the middle
        throughput. late: of those who waited for a lock or in a queue, the share that a
        later caller overtook. wait: p99 of the time from asking to being served. conn:
        database connections at the peak. over: units sold that were not there, or did
        not go from the store; the most of any trial. gap: the longest time without an
        answer; overlaps: times that two clients took themselves for holders of a lock;
        the most of any trial.

        Not tried
          lease-expiry  it has no lock: redis-decr

        The step that went wrong
          redisson-fenced-lock, lease-expiry  p1's UPDATE 57 rests on its SELECT 58

        """)
  }

  @Test func `without conditions there is no matrix`() {
    let plain = Comparison(comparisonSample.cells.filter { $0.condition == nil })
    let text = plain.text(Style())
    #expect(text.hasPrefix("as expected  4 trials of 2 rows"))
    #expect(!text.contains("plain") && plain.isAsExpected && !comparisonSample.isAsExpected)
  }

  @Test func `no line is longer than the terminal is wide`() {
    for width in [66, 80, 120] {
      let text = comparisonSample.text(Style(width: width, unicode: false))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    }
  }

  @Test func `Markdown has both tables`() {
    let lines = comparisonSample.markdown.split(separator: "\n")
    #expect(lines[0] == "| strategy | plain | client-pause | lease-expiry |")
    #expect(lines[2] == "| redis-decr | lin. | lin. | - |")
  }

  @Test func `JSON has every trial`() {
    let text = JSONReport.text(comparisonSample, about: [("date", "today")])
    #expect(text.ranges(of: "\"name\": \"redis-decr\"").count == 4)
    #expect(text.contains("\"as_expected\": false") && text.contains("today"))
  }
}
