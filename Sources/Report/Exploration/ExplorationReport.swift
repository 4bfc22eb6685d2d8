// An exploration's report for people: what was covered, the verdict, and the shortest counterexample step
// by step. Never wider than asked for.

import Checker

/// An exploration's report.
public struct ExplorationReport: Sendable {
  private let facts: ExplorationFacts
  /// Whether it is said that the verdict is, or is not, as expected.
  private let tellsExpectation: Bool

  public init(_ facts: ExplorationFacts, tellsExpectation: Bool = true) {
    self.facts = facts
    self.tellsExpectation = tellsExpectation
  }

  /// The whole report.
  public func text(width: Int = 80) -> String {
    var lines = hanging(heading, width)
    lines += hanging(verdict, width)
    if let difference = facts.difference {
      lines += hanging(
        "The program may do anything else too: \(difference). "
          + Units.counted(facts.differing, "schedule") + " had to be run again.", width)
    }
    if let unasked { lines += hanging(unasked, width) }
    if let reason = facts.realTime { lines += hanging("Time: real; \(reason).", width) }
    if tellsExpectation, let expectation { lines.append(expectation) }
    lines += hanging(effort, width)
    if let found = facts.counterexample {
      lines.append("")
      lines += hanging(title(found), width)
      lines.append("")
      lines +=
        found.steps.isEmpty
        ? ["No step: no server was asked for anything."]
        : StepTable(found.steps, clients: found.clients).lines(width: width)
      if let left = found.left { lines.append("Read at the end: \(left)") }
      lines.append("")
      lines += reasonLines(found.reasons, lead: "Why:", width)
      lines.append("Again: \(found.command)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func title(_ found: ExplorationFacts.Counterexample) -> String {
    (found.isShortest ? "The shortest: " : "Shortest found in the time given: ")
      + Units.counted(found.steps.count, "step") + ", "
      + Units.counted(found.preemptions, "preemption")
      + (found.faults > 0 ? ", " + Units.counted(found.faults, "fault") : "")
      + "; calls \(found.calls)\(shortening(found)), \(found.stock) \(facts.unit)."
  }

  /// What of the calls asked for a counterexample does without.
  private func shortening(_ found: ExplorationFacts.Counterexample) -> String {
    if found.clients < facts.clients {
      let verb = found.clients == 1 ? "is" : "are"
      return " (\(found.clients) of the \(facts.clients) clients \(verb) enough)"
    }
    return found.calls == facts.calls ? "" : " (of \(facts.calls) these are enough)"
  }

  /// That answers came from the program's own memory.
  private var unasked: String? {
    guard facts.unasked > 0 else { return nil }
    let verb = facts.unasked == 1 ? "was" : "were"
    return
      "\(Units.counted(facts.unasked, "call")) \(verb) answered without asking a server: from what the "
      + "program keeps in its memory, which no schedule begins anew."
  }

  /// What the verdict is against what was expected.
  private var expectation: String? {
    switch (facts.verdict, facts.expected) {
    case (.violation, .violation): "As expected."
    case (.violation, .linearizable): "Not as expected: it should hold up."
    case (.linearizable, .violation), (.vacuous, .violation): "Not as expected: it should break."
    default: nil
    }
  }

  private var heading: String {
    ([facts.strategy, "calls \(facts.calls)", "\(facts.stock) \(facts.unit)"] + facts.servers)
      .joined(separator: " · ")
  }

  private var effort: String {
    let seconds = Double(facts.elapsed) / 1e9
    let rate = seconds > 0 ? Double(facts.schedules) / seconds : 0
    var text = Units.counted(facts.schedules, "schedule")
    text += ", up to \(Units.counted(facts.longest, "step")), "
    text += Units.counted(facts.rememberedHistories, "history", "histories")
    if facts.unremembered > 0 { text += " and more" }
    text += ", in \(Units.tenths(seconds)) s (\(Units.count(Int(rate)))/s)"
    if facts.redundant > 0 {
      text += "; \(Units.count(facts.redundant)) more only repeated others"
    }
    if facts.cut > 0 {
      let verb = facts.cut == 1 ? "was" : "were"
      text += "; \(Units.count(facts.cut)) \(verb) cut off after \(facts.mostSteps) steps"
    }
    return text
  }

  /// The verdict in a sentence or two: what was found, and in how much.
  private var verdict: String {
    let reasons = facts.vacuity.joined(separator: "; ")
    switch facts.verdict {
    case .violation:
      let verb = facts.violations == 1 ? "breaks" : "break"
      return "VIOLATION: \(Units.count(facts.violations)) of "
        + "\(Units.counted(facts.schedules, "schedule")) \(verb) the stock. "
        + "Explored: \(facts.coverage)."
    case .linearizable: return "No violation. Explored: \(facts.coverage)."
    case .vacuous: return "VACUOUS: \(reasons). Explored: \(facts.coverage)."
    case .unknown:
      let vacuous = reasons.isEmpty ? "" : " Vacuous so far: \(reasons)."
      return "No violation so far. Explored: \(facts.coverage).\(vacuous)"
    }
  }
}

/// Why a schedule breaks the stock, after a lead such as `Why:`, in lines of a width.
func reasonLines(_ reasons: [String], lead: String, _ width: Int) -> [String] {
  // A headline is often what another sentence says at greater length.
  let kept = reasons.indices.filter { place in
    let reason = reasons[place]
    return !reasons[..<place].contains(reason)
      && !reasons.contains { $0 != reason && $0.contains(reason) }
  }.map { reasons[$0] }
  let sentences = kept.map { ".!?".contains($0.last ?? ".") ? $0 : $0 + "." }
  return hanging(
    "\(lead) \(sentences.joined(separator: " "))", width, indent: min(lead.count + 1, 5))
}

/// Words in lines of a width; later lines are indented. A longer word has a line of its own, so that a
/// command or a token stays whole.
func hanging(_ text: String, _ width: Int, indent: Int = 2) -> [String] {
  var lines: [String] = []
  var line = ""
  let margin = String(repeating: " ", count: indent)
  for word in text.printable.split(separator: " ", omittingEmptySubsequences: false) {
    if !line.isEmpty, line.columns + 1 + String(word).columns > width {
      lines.append(line)
      line = margin + word
    } else {
      line += line.isEmpty && lines.isEmpty ? String(word) : (line == margin ? "" : " ") + word
    }
  }
  return lines + [line]
}
