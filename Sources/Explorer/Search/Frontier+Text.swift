// A frontier as a file: JSON, one object a line, so that a person can see how far a walk has come. The
// first line says what it is of; a frontier of anything else is refused.

import Checker
import Drivers
import Foundation
import Harness

/// Why a text is not the frontier that is asked for: a sentence.
public struct FrontierError: Error, Sendable, CustomStringConvertible {
  public var description: String
}

extension Frontier {
  // MARK: Writing

  /// The frontier as text.
  public func text(of subject: Subject) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines = ""
    func add(_ line: some Encodable) {
      // Numbers, words and lists of them: there is nothing in it that JSON has no form for.
      if let data = try? encoder.encode(line) {
        lines += String(decoding: data, as: UTF8.self) + "\n"
      }
    }
    add(Head(of: subject, drawn: drawn, again: again))
    if let findings {
      add(Tally(findings))
      add(Happened(findings.occurrences))
      if let worst = findings.worst { add(Worst(worst)) }
      for (fingerprint, finding) in findings.histories.sorted(by: { $0.key.precedes($1.key) }) {
        add(
          Seen(
            history: fingerprint.numbers, verdict: "\(finding.verdict)", reasons: finding.reasons,
            schedules: finding.schedules, guarantee: finding.breaksGuaranteeAlone ? true : nil))
      }
    }
    for point in points { add(PointLine(point)) }
    for branch in branches { add(BranchLine(branch)) }
    return lines
  }

  // MARK: Reading

  /// The subject of a frontier's text.
  public static func subject(of text: String) throws(FrontierError) -> Subject {
    let first = text.split(separator: "\n").first ?? ""
    if let found = Self.read(Format.self, first)?.frontier, found != format {
      throw FrontierError(
        description: "it has format \(found), and this program reads \(format)")
    }
    guard let head = Self.read(Head.self, first) else {
      throw FrontierError(description: "its first line says not what it is a frontier of")
    }
    return head.of
  }

  /// Reads a frontier of a subject; throws a sentence if the text is none, or another's.
  public init(text: String, of subject: Subject) throws(FrontierError) {
    let own = try Self.subject(of: text)
    if let difference = own.difference(from: subject) {
      throw FrontierError(description: "it is \(difference)")
    }
    self.init()
    branches = []
    var findings = Findings()
    var isTold = false
    for (number, line) in text.split(separator: "\n").enumerated() {
      if number == 0 {
        let head = Self.read(Head.self, line)
        (drawn, again) = (head?.drawn ?? 0, head?.again ?? [])
        guard ([drawn] + again).allSatisfy({ (0...1_000_000_000_000_000).contains($0) }) else {
          throw FrontierError(description: "its first line counts what can't be counted")
        }
      } else if let tally = Self.read(Tally.self, line), tally.makesSense {
        tally.tell(&findings)
        isTold = true
      } else if let happened = Self.read(Happened.self, line), happened.makesSense {
        findings.occurrences = happened.occurrences
      } else if let worst = Self.read(Worst.self, line) {
        findings.worst = try worst.violation(number)
      } else if let seen = Self.read(Seen.self, line),
        let verdict = Verdict.allCases.first(where: { "\($0)" == seen.verdict }),
        (0...1_000_000_000_000_000).contains(seen.schedules)
      {
        findings.histories[HistoryFingerprint(numbers: seen.history)] = Finding(
          verdict: verdict, reasons: seen.reasons, schedules: seen.schedules,
          breaksGuaranteeAlone: seen.guarantee ?? false)
      } else if let point = Self.read(PointLine.self, line) {
        points.append(try point.point(number, after: points.count))
      } else if let branch = Self.read(BranchLine.self, line) {
        branches.append(try branch.branch(number, of: points.count))
      } else {
        throw FrontierError(description: "its line \(number + 1) is not a line of a frontier")
      }
    }
    if isTold { self.findings = findings }
  }

  private static func read<Form: Decodable>(_ form: Form.Type, _ line: Substring) -> Form? {
    try? JSONDecoder().decode(form, from: Data(line.utf8))
  }
}
