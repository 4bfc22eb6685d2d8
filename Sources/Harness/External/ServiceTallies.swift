// How often each rule of a workload was met, as a report tells it: a rule that is wrong, or never met, shows
// here first.

/// The answers to all calls of a run.
struct ServiceTallies {
  enum Kind: String, CaseIterable {
    case take
    case claim
    case order
    case read
    case restock
  }

  private var tallies: [Kind: ReplyTally] = [:]
  private let rules: [Kind: [ReplyRule]]

  init(_ setup: ServiceSetup) {
    var rules: [Kind: [ReplyRule]] = [setup.taking: setup.take.rules.rules]
    if let read = setup.read { rules[.read] = read.rules.rules }
    if let restock = setup.restock { rules[.restock] = restock.rules.rules }
    self.rules = rules
    for (kind, rules) in rules { tallies[kind] = ReplyTally(rules: rules.count) }
  }

  mutating func add(_ kind: Kind, _ reading: ReplyReading, _ answer: ServiceAnswer) {
    tallies[kind]?.add(reading, answer)
  }

  /// The rules that answers met, with what they say.
  var met: [RuleCount] {
    Kind.allCases.flatMap { kind -> [RuleCount] in
      guard let tally = tallies[kind], let rules = rules[kind] else { return [] }
      return rules.indices.filter { tally.byRule[$0] > 0 }.map { position in
        RuleCount(
          call: kind.rawValue, place: rules[position].place, meaning: rules[position].meaning.word,
          count: tally.byRule[position])
      }
    }
  }

  /// A sentence for each kind of call, and for each kind of answer that no rule knew; without full stops.
  var sentences: [String] {
    Kind.allCases.flatMap { kind -> [String] in
      guard let tally = tallies[kind], let rules = rules[kind] else { return [] }
      let counts =
        rules.indices.map { "\(tally.byRule[$0]) by rule \($0 + 1)" }
        + tally.byStatus.sorted { $0.key < $1.key }.map { "\($0.value) by status \($0.key)" }
      var sentences: [String] = []
      if !counts.isEmpty { sentences.append("\(kind.rawValue): " + counts.joined(separator: ", ")) }
      for (_, unmapped) in tally.unmapped.sorted(by: { $0.key < $1.key }) {
        sentences.append(
          "\(kind.rawValue): \(unmapped.count) answers match no rule, first: "
            + unmapped.example)
      }
      return sentences
    } + unmet
  }

  /// The rules that no answer met, a sentence each.
  var unmet: [String] {
    Kind.allCases.flatMap { kind -> [String] in
      guard let tally = tallies[kind], let rules = rules[kind] else { return [] }
      return tally.unmet.map { "\(rules[$0].place): no answer matched this rule" }
    }
  }
}

/// A rule that answers met.
public struct RuleCount: Codable, Sendable, Hashable {
  /// `take`, `read` or `restock`.
  public var call: String
  /// Where it stands, `shop.yaml:14:7`.
  public var place: String
  /// What it says: `taken`, `sold-out`, `fail`, `info`.
  public var meaning: String
  public var count: Int

  /// As a list has it: `sold-out (shop.yaml:14:7, 12 answers)`.
  public var words: String {
    "\(meaning) (\(place), \(count) answer\(count == 1 ? "" : "s"))"
  }
}

extension ReplyMeaning {
  /// As rules have it.
  var word: String {
    switch self {
    case .done: "taken"
    case .soldOut: "sold-out"
    case .already: "already"
    case .failed: "fail"
    case .unknown: "info"
    }
  }
}
