// What the explorer found about mutants as JSON (docs/reports.md): facts, no layout.

import History
import Report

extension ExploredMutants {
  /// The document, ended by a newline.
  package var json: String {
    let killed = mutants.filter { $0.kill != nil }
    let body = PrettyJSON.object([
      "as_expected": .bool(isClean),
      "mutants": .list(mutants.map(\.value)),
      "killed": .int(killed.count),
      "median_ns": Self.median(killed.map(\.elapsed)).map { .int(Int($0)) },
      "originals": .list(originals.map(\.value)),
      "false_alarms": .int(falseAlarms),
      "not_run": notRun.isEmpty ? nil : .list(notRun.map(Value.string)),
      "left_out": leftOut.isEmpty ? nil : .list(leftOut.map { .string($0.name) }),
      "left_out_reasons": leftOut.isEmpty ? nil : .list(leftOut.map { .string($0.reason) }),
    ])
    return PrettyJSON.text(.map(JSONReport.head("explored-mutants") + body.entries))
  }
}

extension ExploredMutant {
  fileprivate var value: Value {
    PrettyJSON.object([
      "name": .string(name), "original": .string(original), "wrong": .string(wrong),
      "under_load": hunted.map(\.value),
      "killed": .bool(kill != nil),
      "kill": kill.map(\.value),
      "configurations": .int(configurations), "schedules": .int(schedules),
      "elapsed_ns": .int(Int(elapsed)),
    ])
  }
}

extension ExploredMutant.Kill {
  fileprivate var value: Value {
    PrettyJSON.object([
      "calls": .string(calls), "stock": .int(stock),
      "faults": faults.isEmpty ? nil : .string(faults),
      "preemptions": preemptions.map { .int($0) }, "steps": .int(steps),
      "headline": .string(headline), "token": .string(token),
    ])
  }
}

extension ExploredOriginal {
  fileprivate var value: Value {
    PrettyJSON.object([
      "name": .string(name), "calls": .string(calls), "stock": .int(stock),
      "faults": faults.isEmpty ? nil : .string(faults),
      "preemptions": preemptions.map { .int($0) }, "schedules": .int(schedules),
      "complete": .bool(isComplete), "alarm": alarm.map(Value.string),
      "vacuity": vacuity.isEmpty ? nil : .list(vacuity.map(Value.string)),
    ])
  }
}
