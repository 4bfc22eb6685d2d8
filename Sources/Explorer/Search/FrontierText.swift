// A frontier as a file: JSON, one object a line, so that a person can see how far a walk has come. The
// first line says what it is of; a frontier of anything else is refused, since its branches would
// mean other schedules.

import Checker
import Drivers
import Foundation
import Harness

/// Why a text is not the frontier that is asked for: a sentence.
public struct FrontierError: Error, Sendable, CustomStringConvertible {
  public var description: String
}

extension Frontier {
  /// What a frontier is of.
  public struct Subject: Sendable, Hashable, Codable {
    public var strategy: String
    /// As `CallScript` writes them.
    public var calls: String
    public var stock: Int
    public var allowance: [String: Int]
    public var persistence: String
    public var search: String
    /// The program's version, and the servers'.
    public var versions: [String: String]

    public init(_ configuration: Configuration, _ search: Search, versions: [String: String]) {
      strategy = configuration.name
      calls = CallScript.text(of: configuration.script)
      stock = configuration.stock
      allowance = [:]
      for kind in Allowance.kinds where configuration.allowance[keyPath: kind.count] > 0 {
        allowance[kind.name] = configuration.allowance[keyPath: kind.count]
      }
      persistence = configuration.persistence.word
      self.search = search.words
      self.versions = versions
    }

    /// Where another subject differs, in words; nil if it doesn't.
    func difference(from other: Subject) -> String? {
      func differ(_ what: String, _ own: some Equatable, _ others: some Equatable) -> String? {
        "\(own)" == "\(others)" ? nil : "\(what) \(own), not \(others)"
      }
      func listed(_ names: [String: some CustomStringConvertible]) -> String {
        let all = names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return all.isEmpty ? "none" : all.joined(separator: " and ")
      }
      return differ("of", strategy, other.strategy) ?? differ("with calls", calls, other.calls)
        ?? differ("with a stock of", stock, other.stock)
        ?? differ("with faults:", listed(allowance), listed(other.allowance))
        ?? differ("with persistence", persistence, other.persistence)
        ?? differ("of a", search, other.search)
        ?? differ("made by", listed(versions), listed(other.versions))
    }
  }

  fileprivate struct Head: Codable {
    /// The format's version.
    var frontier = 1
    var of: Subject
    var drawn: Int
  }

  fileprivate struct Tally: Codable {
    var schedules, redundant, repeated, cut, violations, unknown, steps, longest, unremembered: Int
    var covered, seconds: Double
  }

  fileprivate struct Worst: Codable {
    var worst: [String]
    var reasons: [String]
    var faults, preemptions: Int
  }

  fileprivate struct Seen: Codable {
    var history: [Int32]
    var verdict: String
    var reasons: [String]
    var schedules: Int
  }

  fileprivate struct Line: Codable {
    var branch: [String]
    var asleep: [String]
    var weight: Double
  }

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
    add(Head(of: subject, drawn: drawn))
    if let findings {
      add(Tally(findings))
      if let worst = findings.worst { add(Worst(worst)) }
      for (sighting, finding) in findings.histories.sorted(by: { $0.key.precedes($1.key) }) {
        add(
          Seen(
            history: sighting.numbers, verdict: "\(finding.verdict)", reasons: finding.reasons,
            schedules: finding.schedules))
      }
    }
    for index in branches.indices {
      add(
        Line(
          branch: branches[index].map { $0.text() }, asleep: sleeping[index].map { $0.text() },
          weight: weights[index]))
    }
    return lines
  }

  // MARK: Reading

  /// The subject of a frontier's text.
  public static func subject(of text: String) throws(FrontierError) -> Subject {
    guard let first = text.split(separator: "\n").first,
      let head = Self.read(Head.self, first)
    else { throw FrontierError(description: "its first line says not what it is a frontier of") }
    guard head.frontier == 1 else {
      throw FrontierError(description: "it has format \(head.frontier), and this program reads 1")
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
    (branches, sleeping, weights) = ([], [], [])
    var findings = Findings()
    var isTold = false
    for (number, line) in text.split(separator: "\n").enumerated() {
      if number == 0 {
        drawn = Self.read(Head.self, line)?.drawn ?? 0
      } else if let tally = Self.read(Tally.self, line) {
        tally.tell(&findings)
        isTold = true
      } else if let worst = Self.read(Worst.self, line) {
        findings.worst = try worst.violation(number)
      } else if let seen = Self.read(Seen.self, line),
        let verdict = Verdict.allCases.first(where: { "\($0)" == seen.verdict })
      {
        findings.histories[Sighting(numbers: seen.history)] = Finding(
          verdict: verdict, reasons: seen.reasons, schedules: seen.schedules)
      } else if let branch = Self.read(Line.self, line) {
        branches.append(try choices(branch.branch, number))
        sleeping.append(try choices(branch.asleep, number))
        weights.append(branch.weight)
      } else {
        throw FrontierError(description: "its line \(number + 1) is no line of a frontier")
      }
    }
    if isTold { self.findings = findings }
  }

  private static func read<Form: Decodable>(_ form: Form.Type, _ line: Substring) -> Form? {
    try? JSONDecoder().decode(form, from: Data(line.utf8))
  }
}

/// Choices from their words.
private func choices(_ words: [String], _ line: Int) throws(FrontierError) -> [NamedChoice] {
  var choices: [NamedChoice] = []
  for word in words {
    guard let choice = NamedChoice.read(word)?.choice else {
      throw FrontierError(description: "its line \(line + 1) has \(word), which is no choice")
    }
    choices.append(choice)
  }
  return choices
}

extension Frontier.Tally {
  init(_ findings: Findings) {
    (schedules, redundant, repeated) = (findings.schedules, findings.redundant, findings.repeated)
    (cut, violations, unknown) = (findings.cut, findings.violations, findings.unknown)
    (steps, longest, unremembered) = (findings.steps, findings.longest, findings.unremembered)
    (covered, seconds) = (findings.covered, findings.seconds)
  }

  func tell(_ findings: inout Findings) {
    (findings.schedules, findings.redundant, findings.repeated) = (schedules, redundant, repeated)
    (findings.cut, findings.violations, findings.unknown) = (cut, violations, unknown)
    (findings.steps, findings.longest, findings.unremembered) = (steps, longest, unremembered)
    (findings.covered, findings.seconds) = (covered, seconds)
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
    schedule.named = try choices(worst, line)
    schedule.choices = schedule.named.map(\.choice)
    return Violation(
      schedule: schedule, reasons: reasons, faults: faults, preemptions: preemptions)
  }
}

extension Search {
  /// What it is, in a frontier: `walk`, `walk in every order`, `random walk of seed 7f3a`.
  public var words: String {
    switch self {
    case .exhaustive(let reduces, let preemptions):
      "walk" + (reduces ? "" : " in every order")
        + (preemptions.map { " with up to \(counted($0, "preemption"))" } ?? "")
    case .lottery(.walk, let seed): "random walk of seed \(String(seed, radix: 16))"
    case .lottery(.pct(let depth), let seed):
      "PCT of depth \(depth) of seed \(String(seed, radix: 16))"
    }
  }
}
