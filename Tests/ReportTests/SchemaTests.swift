// Reports in JSON are what docs/report.schema.json says, and the schema refuses what they are not.

import Checker
import Foundation
import History
import Support
import Testing

@testable import Report

@Suite struct `JSON reports follow their schema` {
  private var unknownCheck: CheckFacts {
    let (history, _) = leaseExpiry()
    var judgement = Judgement(
      key: .string("item-4"), verdict: .unknown, engine: "search", operations: 2,
      unknown: "out of time")
    judgement.prefix = Judgement.Prefix(operations: 1, line: 7)
    judgement.refusals = ["stock-monitor is for stocks"]
    return CheckFacts(
      source: "-", model: "stock", history: history, judgements: [judgement], elapsed: 12)
  }

  @Test func `runs, workloads, checks and comparisons`() throws {
    let run = leaseExpiryRun(expected: .violation)
    var vacuous = run
    vacuous.vacuity = ["nothing was sold"]
    vacuous.findings = []
    vacuous.judgements = []
    var cut = run
    cut.cutShort = "1 s of 3s"
    var part = comparisonSample
    part.notRun = [NotRun(trial: "saga", under: "latency")]
    var failing = run
    failing.origin = "Re-implemented."
    failing.holds = Latency(of: [1, 2]).map { HoldFigures(time: $0, lease: 10) }
    part.cells[0].holds = failing.holds
    failing.serverFacts = ["redis": ["maxmemory 3.0 MB, noeviction"]]
    var operations = failing.history.operations
    for position in operations.indices {
      (operations[position].outcome, operations[position].error) = (.fail, "OOM")
    }
    failing.figures.failures = FailureCounts(
      of: History(operations: operations, events: []),
      known: [.init(error: "OOM", message: "OOM no room", isRefusal: false)])
    part.cells[0].failures = failing.figures.failures
    part.cells[0].vacuity = ["nothing was sold"]
    for text in [
      JSONReport.text(failing), JSONReport.text(cut),
      JSONReport.text([run], notRun: [NotRun(strategy: "a", of: "b")]),
      JSONReport.text(part, about: []),
      JSONReport.text(run), JSONReport.text([run, vacuous]), JSONReport.text(vacuous),
      JSONReport.text(unknownCheck),
      JSONReport.text(comparisonSample, about: [("date", "today"), ("kernel", "6.1")]),
      JSONReport.text([unknownCheck, unknownCheck]),
    ] {
      #expect(try checkAgainstSchema(text) == [])
    }
  }

  @Test func `a command that could not be carried out`() throws {
    let failure = CommandFailure(
      suite: "a<b>", name: "redlock", sentence: "redis-server is missing; \"install\" it",
      exitCode: 69)
    #expect(try checkAgainstSchema(JSONReport.text(failure)) == [])
    let junit = JUnit.text(failure)
    let suite = "<testsuite name=\"a&lt;b&gt;\" tests=\"1\" failures=\"0\" errors=\"1\""
    #expect(junit.contains(suite), "\(junit)")
    let error = "<error type=\"exit 69\" message=\"redis-server is missing; &quot;install"
    #expect(junit.contains(error), "\(junit)")
    #expect(Annotations.text(failure).hasPrefix("::error title=a<b>%3A not run::redis-server is"))
    #expect(Markdown.text(failure).hasPrefix("## soldout: a&lt;b&gt; could not be run\n"))
  }

  @Test(arguments: RunVerdict.allCases)
  func `explorations, one and several`(_ verdict: RunVerdict) throws {
    let facts = explorationSample(verdict)
    let other = explorationSample(.linearizable, strategy: "pg-update")
    let left = [UnexploredStrategy(name: "queue-keyed", reason: "is served by workers")]
    for text in [
      JSONReport.text([facts]), JSONReport.text([facts, other]),
      JSONReport.text([facts], leftOut: left), JSONReport.text([ExplorationFacts]()),
      JSONReport.text([facts], notRun: [NotRun(strategy: "redlock", of: "lease-ends")]),
    ] {
      #expect(try checkAgainstSchema(text) == [])
    }
    let wrong = JSONReport.text([facts]).replacingOccurrences(of: "\"calls\"", with: "\"cals\"")
    #expect(try !checkAgainstSchema(wrong).isEmpty)
    guard case .object(let report) = try JSONDocument(text: JSONReport.text([facts, other])),
      case .list(let entries)? = report["explorations"]
    else {
      Issue.record("no list of explorations")
      return
    }
    #expect(entries.count == 2)
    for case .object(var entry) in entries {
      entry["soldout_report"] = .number(1)
      entry["kind"] = .string("exploration")
      #expect(try checkAgainstSchema(.object(entry)) == [])
    }
  }

  /// Every run within a workload's report is a run's report but for its first two names.
  @Test func `runs within a workload are runs`() throws {
    let text = JSONReport.text([leaseExpiryRun(), leaseExpiryRun()])
    guard case .object(let report) = try JSONDocument(text: text),
      case .list(let runs)? = report["runs"]
    else {
      Issue.record("no list of runs")
      return
    }
    #expect(runs.count == 2)
    for case .object(var run) in runs {
      run["soldout_report"] = .number(1)
      run["kind"] = .string("run")
      #expect(try checkAgainstSchema(.object(run)) == [])
    }
  }

  /// Likewise every check within several.
  @Test func `checks within one document are checks`() throws {
    guard
      case .object(let report) = try JSONDocument(
        text: JSONReport.text([unknownCheck, unknownCheck])),
      case .list(let checks)? = report["checks"]
    else {
      Issue.record("no list of checks")
      return
    }
    #expect(checks.count == 2 && report["verdict"] == .string("unknown"))
    for case .object(var check) in checks {
      check["soldout_report"] = .number(1)
      check["kind"] = .string("check")
      #expect(try checkAgainstSchema(.object(check)) == [])
    }
  }

  @Test(arguments: [
    ("\"kind\": \"run\"", "\"kind\": \"ran\""), ("\"soldout_report\": 1", "\"soldout_report\": 2"),
    ("\"verdict\": \"violation\"", "\"verdict\": \"bad\""),
    ("\"as_expected\": false", "\"as_expected\": \"no\""), ("\"seed\":", "\"sead\":"),
    ("\"weakened\": 98", "\"weakened\": -1"), ("\"weakened\": 98", "\"weakened\": 9.5"),
    ("\"reasons\": [", "\"reasons\": [7,"), ("\"p99.9\":", "\"p999\":"),
  ])
  func `and it refuses what they are not`(_ right: String, _ wrong: String) throws {
    let text = JSONReport.text(leaseExpiryRun()).replacingOccurrences(of: "\":", with: "\": ")
      .replacingOccurrences(of: ":  ", with: ": ")
    try #require(text.contains(right), "\(text)")
    #expect(try !checkAgainstSchema(text.replacingOccurrences(of: right, with: wrong)).isEmpty)
  }
}
