// The texts of runs and checks: verdict first, then what it rests on.

import Checker
import History
import Report
import Testing

/// Runs of one workload that end in every way.
func runsOfEveryKind() -> [RunFacts] {
  let broken = leaseExpiryRun()
  var good = broken
  good.strategy = "redisson-fenced-lock"
  good.judgements = [broken.judgements[1]]
  good.findings = []
  var vacuous = good
  vacuous.strategy = "pg-update"
  vacuous.vacuity = ["nothing was sold", "the fault client-pause never fired"]
  var unknown = good
  unknown.strategy = "redlock"
  unknown.judgements = [
    Judgement(
      key: .string("item-9"), verdict: .unknown, engine: "search", operations: 9,
      unknown: "the budget of 60s ran out; the first 7 of 9 operations are linearizable")
  ]
  var known = broken
  known.strategy = "lock-simple"
  known.expected = .violation
  return [good, vacuous, unknown, broken, known]
}

@Suite struct `Run report` {
  @Test func `a violation is told with its picture, reasons, figures and commands`() {
    #expect(
      RunReport(leaseExpiryRun()).text(Style()) == """
        lease-expiry · redisson-lock · 16 clients · 100 in stock · seed 7f3a ·
        redis 7.0.15 · postgres 15
        VIOLATION  item-4 was oversold: two buyers were both told "57 left"
          p3  #33 take ├───a───b─∙ ∙ ∙ ∙ ∙ ∙ ∙ 412 ms ∙ ∙ ∙ ∙ ∙ ∙ ∙─f───┤ ok, 57 left
          p11 #36 take             ├───c─∙ 200 ms ∙─d───e───┤ ok, 57 left
          nemesis                          ━━━━━━━━━━━━━━━━━━━━━━ client-pause process 3
                       └0          └+620 µs         └+200 ms            └+414 ms
            a  +40.0 µs  p3      lock → granted
            b  +230 µs   p3      SELECT → 58
            c  +640 µs      p11  lock → granted
            d  +200 ms      p11  SELECT → 58
            e  +201 ms      p11  UPDATE 57 → 1 row
            f  +413 ms   p3      UPDATE 57 → 1 row
          Lines #33 35–52, #36 38–49 of history.jsonl
        Why: p3 held the lock past its lease of 200 ms. Both read 58. Nothing at the
             database refused the second write.
             The other 98 operations, whatever they did, don't change that.
        Fault: client-pause struck p3, +910 µs to +413 ms.
          oversold      item-4 was oversold: 101 units were sold, but there were only
                        100.
          lock overlap  p3 and p11 held item-4 at once for 201 ms; p3's lease had run
                        out before.
        Operations  [ok, sold out, fail, info]   47 960, 141, 0, 11
        Throughput  [called/s, answered/s]       16 037, 16 034
        Latency     [p50, p95, p99, p99.9, max]  213µs, 551µs, 905µs, 5.20ms, 414ms
        Faults      client-pause 3×
        Recheck: soldout check results/lease-expiry/latest
        Again:   soldout run lease-expiry --seed 7f3a

        """)
  }

  @Test func `an expected violation says that it is expected`() {
    let text = RunReport(leaseExpiryRun(expected: .violation)).text(Style())
    #expect(text.contains("VIOLATION  item-4"))
    #expect(text.contains("As expected: this workload is meant to break."))
    var mild = leaseExpiryRun(expected: .violation)
    mild.judgements.removeFirst()
    mild.findings = []
    #expect(!mild.isAsExpected)
    #expect(RunReport(mild).text(Style()).contains("This workload expects: violation."))
  }

  @Test func `a vacuous run is not a pass, and a violation in one stays a violation`() {
    let vacuous = runsOfEveryKind()[1]
    #expect(vacuous.verdict == .vacuous && !vacuous.isAsExpected)
    #expect(
      RunReport(vacuous).text(Style()).contains(
        "VACUOUS  nothing was sold; the fault client-pause never fired\n"))
    var broken = leaseExpiryRun()
    broken.vacuity = ["nothing sold out"]
    #expect(broken.verdict == .violation)
    #expect(RunReport(broken).text(Style()).contains("Vacuous: nothing sold out.\n"))
  }

  @Test func `what was not judged is unknown`() {
    var run = leaseExpiryRun()
    run.judgements = []
    run.findings = []
    #expect(run.verdict == .unknown)
    #expect(RunReport(run).text(Style()).contains("unknown  nothing was judged\n"))
  }

  @Test func `a finding about locks alone does not break the stock`() {
    var run = leaseExpiryRun()
    run.judgements.removeFirst()
    run.findings.removeLast()
    #expect(run.verdict == .linearizable)
    #expect(RunReport(run).text(Style()).contains("  lock overlap  p3 and p11 held"))
  }

  @Test func `a finding that breaks the stock is the counterexample where no model has one`() {
    var run = leaseExpiryRun()
    run.judgements.removeFirst()
    #expect(run.verdict == .violation)
    let text = RunReport(run).text(Style())
    #expect(text.contains("VIOLATION  item-4 was oversold: 101 units were sold"))
    #expect(text.contains("  p11 #36 take ├"))
  }

  @Test func `of thousands of findings a few are told and all are counted`() {
    var run = leaseExpiryRun()
    run.findings = (0..<5000).map {
      Finding(title: "lock overlap", sentence: "overlap \($0)", isViolation: false)
    }
    let text = RunReport(run).text(Style())
    #expect(text.contains("  4 999 more of lock overlap\n"))
    #expect(text.split(separator: "\n").count < 40)
  }

  @Test(arguments: [20, 40, 60, 80, 100, 200])
  func `no line passes the width but the commands to copy`(width: Int) {
    for run in runsOfEveryKind() {
      for unicode in [true, false] {
        let text = RunReport(run).text(Style(width: width, unicode: unicode))
        for line in text.split(separator: "\n") where line.count > width {
          #expect(line.hasPrefix("Recheck: ") || line.hasPrefix("Again:   "), "\(line)")
        }
        #expect(unicode || text.allSatisfy { $0.isASCII })
      }
    }
  }
}

@Suite struct `A low screen` {
  /// A violation with more to say than a screen holds.
  private var crowded: RunFacts {
    var run = leaseExpiryRun()
    run.look = "soldout report results/x"
    run.findings += (0..<30).map {
      Finding(title: "finding \($0)", sentence: "sentence \($0)", isViolation: $0 % 2 == 0)
    }
    return run
  }

  @Test func `the verdict stays in sight, and what was left out can be had`() {
    let all = RunReport(crowded).text(Style()).split(separator: "\n")
    #expect(all.count > 50)
    let seen = RunReport(crowded).text(Style(height: 24)).split(separator: "\n")
    #expect(seen.count < 24)
    #expect(seen.contains { $0.hasPrefix("VIOLATION  item-4") })
    #expect(seen.contains { $0.contains("p11 #36 take") })
    #expect(seen.contains { $0.hasPrefix("Recheck: ") })
    #expect(seen.last == "All of it: soldout report results/x")
  }

  @Test(arguments: [1, 5, 10, 24, 40, 100])
  func `of any height shows the verdict`(height: Int) {
    for run in runsOfEveryKind() + [crowded] {
      let lines = RunReport(run).text(Style(height: height)).split(separator: "\n")
      let seen = lines.suffix(max(2, height - 1))
      #expect(seen.contains { $0.hasPrefix(run.verdict.word + "  ") }, "\(seen)")
    }
    for text in [
      DetailedReport([crowded]).text(Style(height: height)),
      WorkloadReport(runsOfEveryKind()).text(Style(height: height)),
    ] {
      let seen = text.split(separator: "\n").suffix(max(4, height - 1))
      #expect(seen.contains { $0.contains("VIOLATION") }, "\(seen)")
    }
  }

  @Test func `a pipe gets everything`() {
    #expect(RunReport(crowded).text(Style()) == RunReport(crowded).text(Style(height: 1000)))
  }
}

@Suite struct `Workload report` {
  @Test func `only failures: all are counted, what came out as expected is not shown`() {
    let runs = runsOfEveryKind()
    var report = WorkloadReport(runs)
    report.onlyFailures = true
    let text = report.text(Style())
    #expect(text.hasPrefix("NOT AS EXPECTED  lease-expiry: 3 of 5 strategies"))
    for run in runs {
      #expect(text.contains(run.strategy) == !run.isAsExpected, "\(run.strategy): \(text)")
    }
  }

  @Test func `what was not expected, its counterexample, a table of 80 columns, then the rest`() {
    let runs = runsOfEveryKind()
    let text = WorkloadReport(runs, folder: "results/x").text(Style())
    #expect(
      text.hasPrefix(
        """
        NOT AS EXPECTED  lease-expiry: 3 of 5 strategies: redisson-lock VIOLATION,
                         redlock unknown, pg-update VACUOUS

        VIOLATION  redisson-lock: item-4 was oversold: two buyers were both told "57
                   left"
          p3  #33 take ├───a───b─∙ ∙ ∙ ∙ ∙ ∙ ∙ 412 ms ∙ ∙ ∙ ∙ ∙ ∙ ∙─f───┤ ok, 57 left
        """))
    #expect(
      text.contains(
        """

        strategy             verdict      expected   ops ops/s   p50   p99 ok/sold/info
        redisson-fenced-lock linearizable yes      48.1k 16.0k 213µs 905µs 48.0k/141/11
        pg-update            VACUOUS      NO       48.1k 16.0k 213µs 905µs 48.0k/141/11
        redlock              unknown      NO       48.1k 16.0k 213µs 905µs 48.0k/141/11
        redisson-lock        VIOLATION    NO       48.1k 16.0k 213µs 905µs 48.0k/141/11
        lock-simple          VIOLATION    yes      48.1k 16.0k 213µs 905µs 48.0k/141/11
        """))
    #expect(text.hasSuffix("\nReports: results/x\n"))
    // The violation is told before the rest.
    let order = ["VIOLATION  item-4", "unknown  item-9", "VACUOUS  nothing"].compactMap {
      text.firstRange(of: $0)?.lowerBound
    }
    #expect(order.count == 3 && order == order.sorted())
  }

  @Test func `all as expected is said in one line`() {
    let text = WorkloadReport([runsOfEveryKind()[0], runsOfEveryKind()[4]]).text(Style())
    #expect(text.hasPrefix("as expected  lease-expiry: 2 strategies, every verdict as expected\n"))
    #expect(text.contains("\nVIOLATION  lock-simple, as expected: item-4 was oversold"))
    let clean = WorkloadReport([runsOfEveryKind()[0]]).text(Style())
    #expect(clean.split(separator: "\n").count == 3)
  }
}

@Suite struct `Check report` {
  @Test func `a violation names the engine, the lines and the longest linearizable prefix`() {
    let run = leaseExpiryRun()
    let check = CheckFacts(
      source: "history.jsonl", model: "stock", history: run.history, judgements: run.judgements,
      elapsed: 412 * millisecond)
    #expect(
      CheckReport(check).text(Style()) == """
        VIOLATION  item-4 was oversold: two buyers were both told "57 left"
          p3  #33 take ├───a───b─∙ ∙ ∙ ∙ ∙ ∙ ∙ 412 ms ∙ ∙ ∙ ∙ ∙ ∙ ∙─f───┤ ok, 57 left
          p11 #36 take             ├───c─∙ 200 ms ∙─d───e───┤ ok, 57 left
          nemesis                          ━━━━━━━━━━━━━━━━━━━━━━ client-pause process 3
                       └0          └+620 µs         └+200 ms            └+414 ms
            a  +40.0 µs  p3      lock → granted
            b  +230 µs   p3      SELECT → 58
            c  +640 µs      p11  lock → granted
            d  +200 ms      p11  SELECT → 58
            e  +201 ms      p11  UPDATE 57 → 1 row
            f  +413 ms   p3      UPDATE 57 → 1 row
          Lines #33 35–52, #36 38–49 of history.jsonl
        Why: p3 held the lock past its lease of 200 ms. Both read 58. Nothing at the
             database refused the second write.
             The other 98 operations, whatever they did, don't change that.
        Fault: client-pause struck p3, +910 µs to +413 ms.
        history.jsonl · model stock · 2 operations · 2 keys · ordered by time · 412 ms
        Keys: 1 violation, 1 linearizable; decided 2 by stock-monitor
          key     verdict       operations  engine         linearizable prefix
          item-4  VIOLATION            100  stock-monitor  first 41, to line 86
          item-5  linearizable          90  stock-monitor  all

        """)
  }

  @Test func `unknown says what was proven and how to go on`() {
    let check = CheckFacts(
      source: "h.edn", model: "register", history: leaseExpiry().history,
      judgements: [
        Judgement(
          key: nil, verdict: .unknown, engine: "search", operations: 90,
          unknown: "60 s ran out; the first 81 of 90 operations are linearizable; "
            + "go on with --budget 300s")
      ])
    #expect(
      CheckReport(check).text(Style()).hasPrefix(
        """
        unknown  60 s ran out; the first 81 of 90 operations are linearizable; go on
                 with --budget 300s
        """))
  }

  @Test func `of many keys only those that are not linearizable are listed`() {
    let judgements = (0..<1000).map {
      Judgement(
        key: .int($0), verdict: $0 == 500 ? .violation : .linearizable,
        engine: $0 % 2 == 0 ? "stock-monitor" : "search", operations: 4)
    }
    let check = CheckFacts(
      source: "-", model: "stock", history: leaseExpiry().history, judgements: judgements)
    let text = CheckReport(check).text(Style())
    #expect(text.hasPrefix("VIOLATION  key 500: no order of the 4 operations conforms\n"))
    #expect(text.contains("Keys: 1 violation, 999 linearizable; decided 500 by stock-monitor, 500"))
    #expect(text.split(separator: "\n").count < 10)
  }

  @Test func `of several histories the worst stands first`() {
    let run = leaseExpiryRun()
    func check(_ name: String, _ judgements: [Judgement]) -> CheckFacts {
      CheckFacts(source: name, model: "stock", history: run.history, judgements: judgements)
    }
    let (good, bad) = (check("a", [run.judgements[1]]), check("b", run.judgements))
    let text = ChecksReport([good, bad, good]).text(Style())
    #expect(text.hasPrefix("VIOLATION  1 of 3 histories: b\n\nVIOLATION  item-4 was oversold"))
    #expect(ChecksReport([bad]).text(Style()) == CheckReport(bad).text(Style()))
    #expect(ChecksReport([good, good]).text(Style()).hasPrefix("linearizable  all 2 histories\n"))
    var failures = ChecksReport([good, bad, good])
    failures.onlyFailures = true
    #expect(failures.text(Style()).hasPrefix("VIOLATION  1 of 3 histories"))
    #expect(failures.text(Style()).count < text.count)
    let seen = ChecksReport([bad, good, good]).text(Style(height: 20)).split(separator: "\n")
    #expect(seen.last == "VIOLATION  1 of 3 histories: b")
  }

  @Test func `a history without operations is vacuous`() {
    let check = CheckFacts(
      source: "empty.jsonl", model: "stock", history: History(operations: []), judgements: [])
    #expect(check.verdict == .vacuous)
    #expect(CheckReport(check).text(Style()).hasPrefix("VACUOUS  the history has no operation\n"))
  }
}

@Suite struct `Progress line` {
  private let line = ProgressLine(
    elapsed: 3_200_000_000, done: 0.32,
    outcomes: Outcomes(ok: 47_960, soldOut: 141, fail: 0, indeterminate: 11),
    perSecond: 16_037, faults: [RunFacts.FaultCount(name: "client-pause", fired: 3)])

  @Test func `shows the time, how far, how many, and what was hit`() {
    #expect(
      line.text(Style(width: 120))
        == "0:03 ▕██████              ▏  48 112 ops  16 037/s  ok 47 960  sold out 141  "
        + "indeterminate 11  fault: client-pause 3×")
    #expect(
      line.text(Style(width: 80, unicode: false))
        == "0:03 |###       |  16 037/s  ok 47 960  sold out 141  info 11  client-pause 3x")
    #expect(line.text(Style(width: 40)) == "0:03  16 037/s  ok 47 960  sold out 141")
  }

  @Test func `fits every width`() {
    for width in 20...140 { #expect(line.text(Style(width: width)).count <= width) }
    var odd = line
    for done in [nil, -1, 2, .nan, .infinity] {
      odd.done = done
      #expect(odd.text(Style(width: 140)).hasPrefix("0:03"))
    }
  }
}
