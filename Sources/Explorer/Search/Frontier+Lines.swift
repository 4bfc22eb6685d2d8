// The lines of a frontier's file: one JSON object each.

import Checker
import Harness

extension Frontier {
  /// The format that is written and read.
  static var format: Int { 4 }

  /// What every format's first line says.
  struct Format: Codable {
    var frontier: Int
  }

  struct Head: Codable {
    /// The format's version.
    var frontier = Frontier.format
    var of: Subject
    var drawn: Int
    var again: [Int]
  }

  struct Tally: Codable {
    var schedules, redundant, repeated, cut, violations, unknown, steps, longest, unremembered: Int
    var differing, unasked: Int
    /// Left out where there is none.
    var difference: String?
    var covered, seconds: Double
  }

  struct Happened: Codable {
    var happened: [String: Occurrences.Tally]
    var sold: Int
    var orders: [Int]
    var struck: [String: Int]
  }

  struct Worst: Codable {
    var worst: [String]
    var reasons: [String]
    var faults, preemptions: Int
  }

  struct Seen: Codable {
    var history: [Int32]
    var verdict: String
    var reasons: [String]
    var schedules: Int
    /// Left out where it is false.
    var guarantee: Bool?
  }

  /// A point; it is known by its place among the points, from 0.
  struct PointLine: Codable {
    var after: Int?
    var step: String?
    var others, asleep: [String]
    var share: Double
    var taken: Bool
  }

  struct BranchLine: Codable {
    var branch, asleep: [String]
    var weight: Double
    var point: Int?
  }
}

/// Choices from their words.
private func transitions(_ words: [String], _ line: Int) throws(FrontierError) -> [NamedTransition]
{
  var transitions: [NamedTransition] = []
  for word in words {
    guard let transition = NamedTransition.read(word)?.transition else {
      throw FrontierError(
        description: "its line \(line + 1) has \(word), which is not a transition")
    }
    transitions.append(transition)
  }
  return transitions
}

extension Frontier.Tally {
  init(_ findings: Findings) {
    (schedules, redundant, repeated) = (findings.schedules, findings.redundant, findings.repeated)
    (cut, violations, unknown) = (findings.cut, findings.violations, findings.unknown)
    (steps, longest, unremembered) = (findings.steps, findings.longest, findings.unremembered)
    (differing, unasked) = (findings.differing, findings.unasked)
    difference = findings.difference
    (covered, seconds) = (findings.covered, findings.seconds)
  }

  /// Whether a walk can have counted so: the numbers are added to.
  var makesSense: Bool {
    [
      schedules, redundant, repeated, cut, violations, unknown, steps, longest, unremembered,
      differing, unasked,
    ]
    .allSatisfy { (0...1_000_000_000_000_000).contains($0) }
      && [covered, seconds].allSatisfy { $0.isFinite && $0 >= 0 && $0 < 1e12 }
  }

  func tell(_ findings: inout Findings) {
    (findings.schedules, findings.redundant, findings.repeated) = (schedules, redundant, repeated)
    (findings.cut, findings.violations, findings.unknown) = (cut, violations, unknown)
    (findings.steps, findings.longest, findings.unremembered) = (steps, longest, unremembered)
    (findings.differing, findings.unasked) = (differing, unasked)
    findings.difference = difference
    (findings.covered, findings.seconds) = (covered, seconds)
  }
}

extension Frontier.Happened {
  init(_ occurrences: Occurrences) {
    (happened, sold) = (occurrences.functions, occurrences.sold)
    orders = occurrences.orders.sorted()
    struck = [:]
    for kind in FaultBudget.kinds { struck[kind.name] = occurrences.struck[keyPath: kind.count] }
  }

  /// Whether the numbers are plausible: they are added to.
  var makesSense: Bool {
    (happened.values.flatMap { [$0.calls, $0.ok] } + [sold] + struck.values)
      .allSatisfy { (0...1_000_000_000_000_000).contains($0) }
  }

  var occurrences: Occurrences {
    var occurrences = Occurrences()
    (occurrences.functions, occurrences.sold) = (happened, sold)
    occurrences.orders = Set(orders)
    for kind in FaultBudget.kinds {
      occurrences.struck[keyPath: kind.count] = struck[kind.name] ?? 0
    }
    return occurrences
  }
}

extension Frontier.Worst {
  init(_ violation: Violation) {
    worst = violation.schedule.named.map { $0.text() }
    reasons = violation.reasons
    (faults, preemptions) = (violation.faults, violation.preemptions)
  }

  func violation(_ line: Int) throws(FrontierError) -> Violation {
    var schedule = Schedule()
    schedule.named = try transitions(worst, line)
    schedule.transitions = schedule.named.map(\.transition)
    return Violation(
      schedule: schedule, reasons: reasons, faults: faults, preemptions: preemptions)
  }
}

extension Frontier.PointLine {
  init(_ point: Frontier.Waiting) {
    (after, step) = (point.after, point.step?.text())
    others = point.others.map { $0.text() }
    asleep = point.asleep.map { $0.text() }
    (share, taken) = (point.share, point.isExpanded)
  }

  /// The point; `count` are known before it.
  func point(_ line: Int, after count: Int) throws(FrontierError) -> Frontier.Waiting {
    // The first of a tree follows nothing; all others follow one that is known.
    guard (after == nil) == (step == nil), (0..<count).contains(after ?? 0) || after == nil else {
      throw FrontierError(description: "its line \(line + 1) follows a point that it has not got")
    }
    return Frontier.Waiting(
      after: after,
      step: try step.map { word throws(FrontierError) in try transitions([word], line)[0] },
      asleep: try transitions(asleep, line), others: try transitions(others, line), share: share,
      isExpanded: taken)
  }
}

extension Frontier.BranchLine {
  init(_ left: Frontier.Left) {
    branch = left.prefix.map { $0.text() }
    asleep = left.asleep.map { $0.text() }
    (weight, point) = (left.weight, left.point)
  }

  /// The branch; `count` points are known.
  func branch(_ line: Int, of count: Int) throws(FrontierError) -> Frontier.Left {
    guard (0..<count).contains(point ?? 0) || point == nil else {
      throw FrontierError(description: "its line \(line + 1) leaves a point that it has not got")
    }
    return Frontier.Left(
      prefix: try transitions(branch, line), asleep: try transitions(asleep, line), weight: weight,
      point: point)
  }
}
