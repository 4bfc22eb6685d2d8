// What a run found against a strategy, by kind of evidence: what kills a mutant, and would be a
// false alarm for its original. It adds nothing to what the checker found.

import Checker
package import Report

/// One thing that was found against a strategy.
package struct Alarm: Sendable, Hashable {
  /// Where it came from.
  package enum Evidence: String, Sendable, Hashable, CaseIterable {
    /// The history fits no order of the model.
    case verdict
    /// A sum of the stock is wrong.
    case invariant
    /// Two held one lock at once, leases run out or not.
    case overlap
    /// Two held one lock at once, and neither's lease had run out.
    case validOverlap = "valid overlap"
    /// A later caller was served first.
    case order
  }

  package var evidence: Evidence
  /// One sentence, without a full stop.
  package var sentence: String

  package init(_ evidence: Evidence, _ sentence: String) {
    self.evidence = evidence
    self.sentence = sentence
  }
}

extension RunFacts {
  /// Everything found of the kinds that count, the model's verdict first; at most one alarm a kind.
  package func alarms(counting kinds: Set<Alarm.Evidence>) -> [Alarm] {
    Alarm.Evidence.allCases.compactMap { kind in
      kinds.contains(kind) ? alarm(kind) : nil
    }
  }

  private func alarm(_ kind: Alarm.Evidence) -> Alarm? {
    let sentence: String? =
      switch kind {
      case .verdict:
        judgements.first { $0.verdict == .violation }.map { judgement in
          judgement.counterexample?.headline ?? "no order of the operations conforms"
        }
      case .invariant: findings.first(where: \.isViolation)?.sentence
      case .overlap: locks.overlaps.first?.sentence
      case .validOverlap: locks.validOverlaps.first?.sentence
      case .order: locks.firstOvertaking
      }
    return sentence.map { Alarm(kind, $0) }
  }
}

extension LockLog {
  /// Of the waits of one lock the one that was overtaken most, in a sentence; nil if none was.
  fileprivate var firstOvertaking: String? {
    for (lock, line) in waits.sorted(by: { $0.key < $1.key }) {
      let overtakes = Overtakes(of: line)
      guard let worst = overtakes.worst else { continue }
      return "p\(line[worst].process) waited for \(lock) while "
        + "\(Units.counted(overtakes.counts[worst], "later caller")) got it first"
    }
    return nil
  }
}
