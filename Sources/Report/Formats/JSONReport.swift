// Reports for programs (`--json`): facts, no layout. The schema, version 1, is
// described in docs/reports.md; names are only ever added, a changed meaning is a new version.

import Checker
package import History

/// The facts of runs and checks as JSON.
public enum JSONReport {
  /// Version of the schema, under `soldout_report` in every document.
  public static let version = 1

  /// One strategy's run.
  public static func text(_ run: RunFacts) -> String {
    PrettyJSON.text(.map(head("run") + entries(run)))
  }

  /// Several strategies' runs.
  public static func text(
    _ runs: [RunFacts], notRun: [NotRun] = [], leftOut: [String] = []
  ) -> String {
    let first = WorkloadReport(runs).first
    let body = PrettyJSON.object([
      "as_expected": .bool(runs.allSatisfy(\.isAsExpected) && notRun.isEmpty),
      "first": first.map { run in
        PrettyJSON.object([
          "strategy": .string(run.strategy),
          "verdict": .string(run.verdict.rawValue),
          "headline": .string(run.headline),
          "counterexample": counterexample(run.evidence),
        ])
      },
      "runs": .list(runs.map { .map(entries($0)) }),
      "not_run": notRun.isEmpty ? nil : .list(notRun.map { .string($0.name) }),
      "left_out": leftOut.isEmpty ? nil : .list(leftOut.map { .string($0) }),
    ])
    return PrettyJSON.text(.map(head("workload") + body.entries))
  }

  /// Checked histories: one by itself, or several in one document.
  public static func text(_ checks: [CheckFacts]) -> String {
    if checks.count == 1 { return text(checks[0]) }
    let verdict = RunVerdict.allCases.first { checks.map(\.verdict).contains($0) } ?? .vacuous
    let body = PrettyJSON.object([
      "verdict": .string(verdict.rawValue),
      "first": checks.first { $0.verdict == verdict && verdict != .linearizable }.map { check in
        PrettyJSON.object([
          "source": .string(check.source),
          "headline": .string(
            check.evidence.headline(verdict, vacuity: check.vacuity)),
          "counterexample": counterexample(check.evidence),
        ])
      },
      "checks": .list(checks.map { .map(entries($0)) }),
    ])
    return PrettyJSON.text(.map(head("checks") + body.entries))
  }

  /// One checked history.
  public static func text(_ check: CheckFacts) -> String {
    PrettyJSON.text(.map(head("check") + entries(check)))
  }

  private static func entries(_ check: CheckFacts) -> [Value.Entry] {
    let evidence = check.evidence
    let verdict = check.verdict
    return PrettyJSON.object([
      "verdict": .string(verdict.rawValue),
      "headline": .string(evidence.headline(verdict, vacuity: check.vacuity)),
      "counterexample": counterexample(evidence),
      "source": .string(check.source),
      "model": .string(check.model),
      "operations": .int(check.operations),
      "order": .string(check.history.order == .times ? "times" : "positions"),
      "elapsed_ns": check.elapsed.map { .int(Int($0)) },
      "keys": .list(check.judgements.map { key($0) }),
      "findings": findings(check.findings, of: check.history),
    ]).entries
  }

  /// A command that could not be carried out.
  public static func text(_ failure: CommandFailure) -> String {
    let body = PrettyJSON.object([
      "as_expected": .bool(false), "workload": .string(failure.suite),
      "name": .string(failure.name), "error": .string(failure.sentence),
      "exit_code": .int(failure.exitCode),
    ])
    return PrettyJSON.text(.map(head("error") + body.entries))
  }

  package static func head(_ kind: String) -> [Value.Entry] {
    PrettyJSON.object(["soldout_report": .int(version), "kind": .string(kind)]).entries
  }

  private static func entries(_ run: RunFacts) -> [Value.Entry] {
    let evidence = run.evidence
    return PrettyJSON.object([
      "verdict": .string(run.verdict.rawValue),
      "expected": .string((run.expected ?? .linearizable).rawValue),
      "as_expected": .bool(run.isAsExpected),
      "headline": .string(run.headline),
      "ended_early": run.cutShort == nil ? nil : .bool(true),
      "counterexample": counterexample(evidence),
      "workload": .string(run.workload),
      "strategy": .string(run.strategy),
      "origin": run.origin.map(Value.string),
      "seed": .string(run.seed),
      "conditions": .list(run.conditions.map(Value.string)),
      "servers": .list(run.servers.map(Value.string)),
      "server_facts": run.serverFacts.isEmpty
        ? nil
        : .map(
          run.serverFacts.sorted { $0.key < $1.key }.map {
            Value.Entry(.string($0.key), .list($0.value.map(Value.string)))
          }),
      "findings": findings(run.findings, of: run.history),
      "vacuity": .list(run.vacuity.map(Value.string)),
      "faults": .list(
        run.faults.map {
          PrettyJSON.object(["name": .string($0.name), "fired": .int($0.fired)])
        }),
      "outcomes": outcomes(run.figures.summary.outcomes),
      "failures": run.figures.failures.kinds.isEmpty ? nil : failures(run.figures.failures),
      "span_ns": .int(Int(run.figures.summary.span)),
      "called_per_second": run.figures.summary.callsPerSecond.map(Value.double),
      "answered_per_second": run.figures.summary.answersPerSecond.map(Value.double),
      "latency_ns": run.figures.summary.latency.map(latency),
      "holds": run.holds.map(holds),
      "functions": .list(run.figures.summary.functions.map(function)),
      "keys": .list(run.judgements.map { key($0) }),
      "recheck": run.recheck.map(Value.string),
      "again": run.again.map(Value.string),
    ]).entries
  }

  // MARK: Parts

  private static func counterexample(_ evidence: Evidence) -> Value? {
    guard let found = evidence.counterexample else { return nil }
    return PrettyJSON.object([
      "headline": .string(found.headline),
      "reasons": .list(found.reasons.map(Value.string)),
      "weakened": .int(found.weakened),
      "operations": .list(
        found.operations.filter(evidence.history.operations.indices.contains)
          .map { operation($0, of: evidence.history) }),
    ])
  }

  private static func operation(_ position: Int, of history: History) -> Value {
    let operation = history.operations[position]
    let lines = [operation.call.line, operation.reply?.line ?? 0].filter { $0 > 0 }
    return PrettyJSON.object([
      "index": .int(operation.call.index),
      "lines": lines.isEmpty ? nil : .list(lines.map(Value.int)),
      "process": .int(operation.process),
      "function": .string(operation.function),
      "key": operation.key,
      "input": operation.input,
      "outcome": .string(operation.outcome.rawValue),
      "output": operation.outcome == .ok ? operation.output : nil,
      "error": operation.error.map(Value.string),
      "called_ns": operation.call.time.map { .int(Int($0)) },
      "replied_ns": operation.reply?.time.map { .int(Int($0)) },
      "steps": history.steps[position].map { .list($0.map(step)) },
    ])
  }

  private static func step(_ step: Step) -> Value {
    PrettyJSON.object([
      "command": .string(step.command), "reply": .string(step.reply),
      "sent_ns": .int(Int(step.sent)), "received_ns": .int(Int(step.received)),
    ])
  }

  private static func key(_ judgement: Judgement) -> Value {
    PrettyJSON.object([
      "key": judgement.key,
      "verdict": .string(judgement.verdict.description),
      "engine": .string(judgement.engine),
      "operations": .int(judgement.operations),
      "headline": (judgement.counterexample?.headline).map(Value.string),
      "unknown": judgement.unknown.map(Value.string),
      "prefix": judgement.prefix.map {
        PrettyJSON.object([
          "operations": .int($0.operations), "line": .int($0.line), "longest": .bool($0.isLongest),
        ])
      },
      "not_applicable": judgement.refusals.isEmpty
        ? nil : .list(judgement.refusals.map(Value.string)),
      "not_judged": judgement.unanswered > 0 ? .int(judgement.unanswered) : nil,
      "configurations": .int(judgement.effort.configurations),
      "bytes": .int(judgement.effort.bytes),
    ])
  }

  static func holds(_ holds: HoldFigures) -> Value {
    PrettyJSON.object([
      "time_ns": latency(holds.time), "lease_ns": holds.lease.map { .int(Int($0)) },
      "outlasted": .int(holds.outlasted), "renewed": .int(holds.renewed),
    ])
  }

  static func failures(_ failures: FailureCounts) -> Value {
    .list(
      failures.kinds.map { kind in
        PrettyJSON.object([
          "error": .string(kind.error), "failed": .int(kind.failed),
          "indeterminate": .int(kind.indeterminate), "unexplained": .int(kind.unexplained),
          "refusal": .bool(kind.isRefusal), "message": kind.message.map(Value.string),
        ])
      })
  }

  private static func findings(_ findings: [Finding], of history: History) -> Value {
    .list(
      findings.map { finding in
        let shown = finding.operations.filter(history.operations.indices.contains)
        return PrettyJSON.object([
          "title": .string(finding.title), "sentence": .string(finding.sentence),
          "violation": .bool(finding.isViolation),
          "operations": .list(shown.map { .int(history.operations[$0].call.index) }),
        ])
      })
  }

  private static func outcomes(_ outcomes: Outcomes) -> Value {
    PrettyJSON.object([
      "ok": .int(outcomes.ok), "sold_out": .int(outcomes.soldOut), "fail": .int(outcomes.fail),
      "info": .int(outcomes.indeterminate),
    ])
  }

  private static func function(_ function: Summary.Function) -> Value {
    PrettyJSON.object([
      "name": .string(function.name), "outcomes": outcomes(function.outcomes),
      "latency_ns": function.latency.map(latency),
    ])
  }

  private static func latency(_ latency: Latency) -> Value {
    PrettyJSON.object([
      "count": .int(latency.count), "p50": .int(Int(latency.p50)), "p95": .int(Int(latency.p95)),
      "p99": .int(Int(latency.p99)), "p99.9": .int(Int(latency.p999)),
      "max": .int(Int(latency.max)),
    ])
  }
}

extension Value {
  /// The entries of a map, in order.
  package var entries: [Value.Entry] {
    if case .map(let entries) = self { entries } else { [] }
  }
}
