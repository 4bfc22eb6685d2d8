// The table of strategies against conditions, as people and programs get it.

import Testing

@testable import Report

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
          VIOLATION  redisson-fenced-lock, lease-expiry: p1's UPDATE 57 rests on its
                     SELECT 58

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
        database connections at the peak. over: units oversold, or sold without leaving
        the store; the most of any trial. gap: the longest time without an answer;
        overlaps: how often two clients both believed they held a lock; the most of any
        trial.

        Not tried
          lease-expiry  it has no lock: redis-decr

        The step that went wrong
          redisson-fenced-lock, lease-expiry  p1's UPDATE 57 rests on its SELECT 58

        Strategies that remain, fastest first (operations answered per second)
          correct                     2 of 2: redis-decr 16.0k, redisson-fenced-lock 812
          and under client-pause      2 of 2: redis-decr 16.0k, redisson-fenced-lock 812
          and under lease-expiry      1 of 2: redis-decr 16.0k
          and under all of these      1 of 2: redis-decr 16.0k
          and p99 within 1 ms         2 of 2: redis-decr 16.0k, redisson-fenced-lock 812
          and nobody overtaken        none
          and at most 16 connections  none

        """)
  }

  @Test func `without conditions there is no matrix`() {
    let plain = Comparison(comparisonSample.cells.filter { $0.condition == nil })
    let text = plain.text(Style())
    #expect(text.hasPrefix("as expected  4 trials of 2 rows"))
    #expect(!text.contains("plain") && plain.isAsExpected && !comparisonSample.isAsExpected)
  }

  @Test func `only failures: all are counted, what came out as expected is not shown`() {
    let text = comparisonSample.text(Style(), onlyFailures: true)
    #expect(text.hasPrefix("NOT AS EXPECTED  10 trials of 2 rows: redisson-fenced-lock under"))
    #expect(!text.contains("redis-decr") && !text.contains("plain"), "\(text)")
    #expect(text.contains("1/2") && text.contains("p1's UPDATE 57"), "\(text)")
    let good = Comparison(comparisonSample.cells.filter(\.isAsExpected))
    let lines = good.text(Style(), onlyFailures: true).split(separator: "\n")
    #expect(lines.count == 1, "\(lines)")
  }

  @Test func `no line is longer than the terminal is wide`() {
    for width in [66, 80, 120] {
      let text = comparisonSample.text(Style(width: width, unicode: false))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    }
  }

  @Test func `one that was ended early is not as expected, whatever it found`() {
    var part = Comparison(comparisonSample.cells.filter { $0.condition == nil })
    part.notRun = [
      NotRun(trial: "redlock", under: nil), NotRun(trial: "redlock", under: nil),
      NotRun(trial: "redis-decr", under: "client-pause"),
    ]
    #expect(!part.isAsExpected)
    #expect(
      part.text(Style()).hasPrefix(
        """
        ended early  4 trials of 2 rows, every verdict as expected; 3 trials not run:
                     redlock, redis-decr under client-pause

        """))
    var broken = comparisonSample
    broken.notRun = [NotRun(trial: "redlock", under: nil)]
    #expect(broken.text(Style()).hasPrefix("NOT AS EXPECTED  10 trials of 2 rows"))
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

/// Trials of a strategy, all alike.
private func trials(
  _ name: String, _ verdict: RunVerdict = .linearizable, under condition: String? = nil,
  perSecond: Double = 1000, p99: Int64 = 500_000, overtaken: Int? = nil, connections: Int? = nil,
  unfit: String? = nil
) -> [Comparison.Cell] {
  let latency = Latency(count: 9, p50: 1, p95: 1, p99: p99, p999: p99, max: p99)
  var cell = Comparison.Cell(
    name: name, condition: condition, verdict: verdict, isAsExpected: true,
    waits: overtaken.map {
      WaitFigures(grants: 9, waited: 5, overtaken: $0, overtakes: $0, wait: latency, overlaps: 0)
    }, latency: latency, perSecond: perSecond, connections: connections)
  cell.unfit = unfit
  return [cell, cell]
}

@Suite struct `Selection guide` {
  private func remaining(_ cells: [Comparison.Cell], _ constraint: String) -> [String]? {
    SelectionGuide(Comparison(cells)).rows.first { $0.constraint == constraint }
      .map { $0.remaining.map(\.name) }
  }

  @Test func `what broke in one trial is not correct, and the fastest stands first`() {
    var broken = trials("racy", perSecond: 9000)
    broken[1].verdict = .violation
    var vacuous = trials("idle")
    vacuous[0].verdict = .vacuous
    let cells = trials("slow", perSecond: 10) + trials("fast", perSecond: 90) + broken + vacuous
    #expect(remaining(cells, "correct") == ["fast", "slow"])
  }

  @Test func `what was not measured is not met`() {
    let cells = trials("queue", overtaken: 0) + trials("spin", overtaken: 3) + trials("decr")
    #expect(remaining(cells, "and nobody overtaken") == ["queue"])
    #expect(remaining(trials("a") + trials("b"), "and nobody overtaken") == nil)
    var nobodyWaited = trials("idle", overtaken: 0)
    nobodyWaited[0].waits?.waited = 0
    #expect(remaining(nobodyWaited + trials("spin", overtaken: 3), "and nobody overtaken") == [])
  }

  @Test func `latency and connections cut the list`() {
    let cells =
      trials("quick", p99: 1_000_000, connections: 4) + trials("late", p99: 1_000_001)
      + trials("hungry", connections: 8)
    #expect(remaining(cells, "and p99 within 1 ms") == ["hungry", "quick"])
    #expect(remaining(cells, "and at most 4 connections") == ["late", "quick"])
  }

  @Test func `a fault spares whom it cannot strike, and breaks nobody that it did not break`() {
    let cells =
      trials("a") + trials("b") + trials("c") + trials("a", .violation, under: "kill")
      + trials("b", under: "kill") + trials("b", .unknown, under: "pause")
    let comparison = Comparison(
      cells, omissions: [.init(condition: "kill", names: ["c"], reason: "it has no server")])
    let rows = SelectionGuide(comparison).rows
    func names(_ constraint: String) -> [String]? {
      rows.first { $0.constraint == constraint }?.remaining.map(\.name)
    }
    #expect(names("and under kill") == ["b", "c"])
    #expect(names("and under pause") == [])
    #expect(names("and under all of these") == [])
  }

  @Test func `traffic that a strategy is not made for is told, and no strategy of its own`() {
    let cells = trials("decr") + trials("lua") + trials("decr-restock", .violation, unfit: "decr")
    #expect(remaining(cells, "correct") == ["decr", "lua"])
    let text = Comparison(cells).text(Style())
    #expect(text.hasSuffix("\n  decr breaks under the traffic of decr-restock.\n"))
    #expect(Comparison(cells).markdown.contains("| correct | decr 1.00k, lua 1.00k |"))
  }

  @Test func `of one strategy there is nothing to choose`() {
    #expect(!Comparison(trials("decr")).text(Style()).contains("remain"))
  }
}

@Suite struct `Comparisons for a CI` {
  @Test func `what failed stands first, with the step that went wrong`() {
    let junit = JUnit.text(comparisonSample)
    #expect(junit.contains("<testsuites name=\"soldout\" tests=\"5\" failures=\"1\" errors=\"0\""))
    let lines = junit.split(separator: "\n")
    #expect(lines[2].contains("compare under lease-expiry"))
    #expect(lines[4].contains("<failure type=\"violation\" message=\"p1's UPDATE 57 rests"))
    let markdown = Markdown.text(comparisonSample).split(separator: "\n")
    #expect(markdown[0] == "## soldout: 1 of 5 rows not as expected")
    #expect(markdown[1].hasPrefix("**VIOLATION redisson-fenced-lock, lease-expiry**: p1's UPDATE"))
    #expect(
      Annotations.text(comparisonSample)
        == "::error title=compare under lease-expiry%3A VIOLATION redisson-fenced-lock::"
        + "p1's UPDATE 57 rests on its SELECT 58\n")
  }
}
