import Checker
import History
import Report
import Testing

@Suite struct Demo {
  @Test func demo() {
    let run = leaseExpiryRun()
    print(RunReport(run).text(Style()))
    print(RunReport(leaseExpiryRun(expected: .violation)).text(Style(width: 40, unicode: false)))
    print(RunReport(run).text(Style(color: true)))
    var fine = run
    fine.strategy = "redisson-fenced-lock"
    fine.judgements = [run.judgements[1]]
    fine.findings = []
    var vac = fine
    vac.vacuity = ["nothing was sold", "the fault client-pause never fired"]
    print(WorkloadReport([fine, vac, run]).text(Style()))
    print(WorkloadReport([fine]).text(Style()))
    var check = CheckFacts(
      source: "history.jsonl", model: "stock", history: run.history, judgements: run.judgements,
      prefixes: [.string("item-4"): .init(operations: 41, line: 86)], elapsed: 412_000_000)
    print(CheckReport(check).text(Style()))
    check.judgements[0] = Judgement(
      key: .string("item-4"), verdict: .unknown, engine: "search", operations: 100,
      unknown:
        "the budget of 60 s ran out after 81 204 of 90 000 operations, which are linearizable; give it more with --budget 300s"
    )
    print(CheckReport(check).text(Style()))
    for w in [30, 60, 80, 120] {
      print(
        ProgressLine(
          elapsed: 3_200_000_000, done: 0.32, outcomes: run.summary.outcomes, perSecond: 16037,
          faults: run.faults
        ).text(Style(width: w)) + "|")
    }
  }
}
