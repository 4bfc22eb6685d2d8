// A comparison for programs (`soldout compare --json`): a cell for each trial.

import History

extension JSONReport {
  /// The trials of a comparison, and what it says of itself, such as the date and the machine.
  public static func text(_ comparison: Comparison, about: [(name: String, value: String)])
    -> String
  {
    let body = PrettyJSON.object([
      "soldout_report": .int(version), "kind": .string("comparison"),
      "as_expected": .bool(comparison.isAsExpected),
      "headline": .string(comparison.headline),
      "cause": comparison.firstBroken.flatMap { group in
        group.cause.map { .string("\(group.label): \($0)") }
      },
      "about": .map(about.map { Value.Entry(.string($0.name), .string($0.value)) }),
      "trials": .list(comparison.cells.map(trial)),
      "not_run": comparison.notRun.isEmpty
        ? nil
        : .list(
          comparison.notRun.map { .string($0.label) }),
      "not_tried": comparison.omissions.isEmpty
        ? nil : .list(comparison.omissions.map(omission)),
      "guide": guide(SelectionGuide(comparison)),
    ])
    return PrettyJSON.text(body)
  }

  private static func trial(_ cell: Comparison.Cell) -> Value {
    PrettyJSON.object([
      "name": .string(cell.name),
      "condition": cell.condition.map(Value.string),
      "verdict": .string(cell.verdict.rawValue),
      "as_expected": .bool(cell.isAsExpected),
      "oversold": cell.oversold.map(Value.int),
      "answered_per_second": cell.perSecond.map(Value.double),
      "p50_ns": cell.latency.map { .int(Int($0.p50)) },
      "p99_ns": cell.latency.map { .int(Int($0.p99)) },
      "connections": cell.connections.map(Value.int),
      "gap_ns": cell.gap.map { .int(Int($0)) },
      "waits": cell.waits.map(waits),
      "holds": cell.holds.map(holds),
      "cause": cell.cause.map(Value.string),
      "vacuity": cell.vacuity.isEmpty ? nil : .list(cell.vacuity.map(Value.string)),
      "failures": cell.failures.flatMap { $0.kinds.isEmpty ? nil : failures($0) },
      "again": cell.again.map(Value.string),
    ])
  }

  private static func guide(_ guide: SelectionGuide) -> Value? {
    if guide.rows.isEmpty { return nil }
    return .list(
      guide.rows.map { row in
        PrettyJSON.object([
          "constraint": .string(row.constraint),
          "remain": .list(row.remaining.map { .string($0.name) }),
        ])
      })
  }

  private static func omission(_ omission: Comparison.Omission) -> Value {
    PrettyJSON.object([
      "condition": .string(omission.condition), "reason": .string(omission.reason),
      "names": .list(omission.names.map(Value.string)),
    ])
  }

  private static func waits(_ waits: WaitFigures) -> Value {
    PrettyJSON.object([
      "grants": .int(waits.grants), "waited": .int(waits.waited),
      "overtaken": .int(waits.overtaken), "overtakes": .int(waits.overtakes),
      "wait_p99_ns": .int(Int(waits.wait.p99)), "overlaps": waits.overlaps.map(Value.int),
    ])
  }
}
