// What was ended before its end is no pass, in any form of report, and names what was not run.

import Checker
import Testing

@testable import Report

@Suite struct `Ended early` {
  /// A run of which half was done, in which nothing was found.
  private var half: RunFacts {
    var run = leaseExpiryRun(expected: .linearizable)
    run.judgements = run.judgements.map {
      var judgement = $0
      (judgement.verdict, judgement.counterexample) = (.linearizable, nil)
      return judgement
    }
    run.findings = []
    run.cutShort = "4.1 s of 20s"
    return run
  }

  private let rest = [NotRun(strategy: "redlock", of: "default")]

  @Test func `a run says so first, and is not as expected`() {
    #expect(half.verdict == .linearizable && !half.isAsExpected)
    let lines = RunReport(half).text(Style(width: 200)).split(separator: "\n")
    #expect(
      lines.contains { $0.hasPrefix("linearizable  ended early after 4.1 s of 20s: ") }, "\(lines)")
  }

  @Test func `a violation that was found stays one`() {
    var run = leaseExpiryRun(expected: .violation)
    run.cutShort = "4.1 s of 20s"
    #expect(run.verdict == .violation && run.isAsExpected)
  }

  @Test func `strategies that were not run are named, whatever the others came to`() {
    var whole = half
    whole.cutShort = nil
    let style = Style(width: 200)
    #expect(
      WorkloadReport([whole], notRun: rest).text(style)
        .contains("1 of 2 strategies run, every verdict as expected; not run: redlock"))
    #expect(
      WorkloadReport([], notRun: rest).text(style)
        .hasPrefix("ended early  default: 0 of 1 strategy run; not run: redlock"))
    let cut = WorkloadReport([half], notRun: rest).text(style)
    #expect(cut.hasPrefix("ended early  "), "\(cut)")
    #expect(cut.contains("\(half.strategy) ended early; not run: redlock"), "\(cut)")
  }

  @Test func `JSON is not as expected and names them`() {
    var whole = half
    whole.cutShort = nil
    let text = JSONReport.text([whole], notRun: rest)
    #expect(text.contains("\"as_expected\": false,\n  \"runs\""))
    #expect(text.contains("\"not_run\": [\"redlock\"]") || text.contains("\"redlock\"\n  ]"))
    #expect(JSONReport.text(half).contains("\"ended_early\": true"))
  }

  @Test func `JUnit has them as skipped, and a cut run as an error`() {
    let text = JUnit.text([half], notRun: rest)
    #expect(text.contains("tests=\"2\" failures=\"0\" errors=\"1\""))
    #expect(text.contains("<skipped message=\"not run: the command ended first\"/>"))
    #expect(text.contains("name=\"redlock\""))
    let comparison = Comparison(
      [], notRun: [NotRun(trial: "redlock", under: "latency"), NotRun(trial: "saga", under: nil)])
    let table = JUnit.text(comparison)
    #expect(table.ranges(of: "<skipped ").count == 2)
    #expect(table.contains("<testsuite name=\"compare under latency\" tests=\"1\""))
  }

  @Test func `Markdown and annotations name them`() {
    #expect(Markdown.text([half], notRun: rest).contains("not run: redlock"))
    var whole = half
    whole.cutShort = nil
    #expect(
      Markdown.text([whole], notRun: rest)
        .hasPrefix("## soldout: ended early, 1 of 2 strategies not run"))
    #expect(
      Annotations.text([whole], notRun: rest).hasPrefix("::warning title=soldout ended early"))
  }
}
