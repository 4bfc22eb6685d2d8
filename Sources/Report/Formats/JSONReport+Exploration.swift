// Explorations for programs (`soldout explore --json`): facts, no layout.

import Checker
import History

extension JSONReport {
  /// Explorations: one by itself, or several in one document.
  public static func text(
    _ explorations: [ExplorationFacts], notRun: [NotRun] = [],
    leftOut: [UnexploredStrategy] = []
  ) -> String {
    if explorations.count == 1, notRun.isEmpty, leftOut.isEmpty {
      return PrettyJSON.text(.map(head("exploration") + entries(explorations[0])))
    }
    let body = PrettyJSON.object([
      "as_expected": .bool(explorations.allSatisfy(\.isAsExpected) && notRun.isEmpty),
      "explorations": .list(explorations.map { .map(entries($0)) }),
      "not_run": notRun.isEmpty ? nil : .list(notRun.map { .string($0.name) }),
      "not_explored": leftOut.isEmpty
        ? nil
        : .list(
          leftOut.map {
            PrettyJSON.object(["name": .string($0.name), "reason": .string($0.reason)])
          }),
    ])
    return PrettyJSON.text(.map(head("explorations") + body.entries))
  }

  private static func entries(_ facts: ExplorationFacts) -> [Value.Entry] {
    PrettyJSON.object([
      "verdict": .string(facts.verdict.rawValue),
      "expected": .string(facts.expected.description),
      "as_expected": .bool(facts.isAsExpected),
      "headline": .string(facts.headline),
      "counterexample": facts.counterexample.map(counterexample),
      "workload": .string(facts.workload),
      "strategy": .string(facts.strategy),
      "calls": .string(facts.calls),
      "stock": .int(facts.stock),
      "allowed": .list(facts.faults.map { .string("\($0.kind)=\($0.count)") }),
      "servers": .list(facts.servers.map(Value.string)),
      "explored": .string(facts.coverage),
      "complete": .bool(facts.isComplete),
      "schedules": .int(facts.schedules),
      "violations": .int(facts.violations),
      "histories": .int(facts.histories),
      "longest": .int(facts.longest),
      "elapsed_ns": .int(Int(facts.elapsed)),
      "difference": facts.difference.map(Value.string),
      "unasked": facts.unasked > 0 ? .int(facts.unasked) : nil,
      "vacuity": .list(facts.vacuity.map(Value.string)),
      "real_time": facts.realTime.map(Value.string),
    ]).entries
  }

  private static func counterexample(_ found: ExplorationFacts.Counterexample) -> Value {
    PrettyJSON.object([
      "reasons": .list(found.reasons.map(Value.string)),
      "calls": .string(found.calls), "stock": .int(found.stock),
      "preemptions": .int(found.preemptions), "faults": .int(found.faults),
      "shortest": .bool(found.isShortest),
      "steps": .list(found.steps.map(step)),
      "token": .string(found.token),
    ])
  }

  private static func step(_ step: ExplorationFacts.Step) -> Value {
    PrettyJSON.object([
      "client": step.client.map { .int($0) }, "command": .string(step.command),
      "reply": step.reply.map(Value.string),
      "state": .list(step.state.map(Value.string)),
      "ends": step.ends.isEmpty ? nil : .list(step.ends.map(Value.string)),
    ])
  }
}
