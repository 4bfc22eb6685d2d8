// The result of a hunt for mutants as JSON (docs/reports.md): facts, no layout.

import History
import Report

extension MutationReport {
  /// The document, ended by a newline.
  package var json: String {
    let body = PrettyJSON.object([
      "as_expected": .bool(isClean),
      "mutants": .list(mutants.map(\.value)),
      "killed": .int(mutants.count - survivors.count),
      "median_ns": medianTimeToKill.map { .int(Int($0)) },
      "originals": .list(originals.map(\.value)),
      "false_alarms": .int(falseAlarms),
      "not_run": notRun.isEmpty ? nil : .list(notRun.map(Value.string)),
    ])
    return PrettyJSON.text(.map(JSONReport.head("mutants") + body.entries))
  }
}

extension MutantResult {
  var value: Value {
    PrettyJSON.object([
      "name": .string(name), "original": .string(original), "wrong": .string(wrong),
      "conditions": .string(conditions), "killed": .bool(!survived),
      "alarms": .list(alarms.map(\.value)),
      "elapsed_ns": .int(Int(elapsed)), "runs": .int(runs), "seed": .string(seed),
    ])
  }
}

extension OriginalResult {
  fileprivate var value: Value {
    PrettyJSON.object([
      "name": .string(name), "conditions": .string(conditions), "runs": .int(runs),
      "vacuous": .int(vacuous),
      "false_alarms": .list(
        falseAlarms.map { found in
          PrettyJSON.object([
            "seed": .string(found.seed), "alarm": found.alarm.value,
          ])
        }),
    ])
  }
}

extension Alarm {
  fileprivate var value: Value {
    PrettyJSON.object(["evidence": .string(evidence.rawValue), "headline": .string(sentence)])
  }
}
