// How often each rule of a workload was met, as a report tells it: a rule that is wrong, or never met, shows
// here first.

/// The answers to all calls of a run.
struct ServiceTallies {
  enum Kind: String, CaseIterable {
    case take
    case read
    case restock
  }

  private var tallies: [Kind: ReplyTally] = [:]
  private let rules: [Kind: [ReplyRule]]

  init(_ setup: ServiceSetup) {
    var rules: [Kind: [ReplyRule]] = [.take: setup.take.rules.rules]
    if let read = setup.read { rules[.read] = read.rules.rules }
    if let restock = setup.restock { rules[.restock] = restock.rules.rules }
    self.rules = rules
    for (kind, rules) in rules { tallies[kind] = ReplyTally(rules: rules.count) }
  }

  mutating func add(_ kind: Kind, _ reading: ReplyReading, _ answer: ServiceAnswer) {
    tallies[kind]?.add(reading, answer)
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
      for position in tally.unmet {
        sentences.append("\(rules[position].place): no answer met this rule")
      }
      for (_, unmapped) in tally.unmapped.sorted(by: { $0.key < $1.key }) {
        sentences.append(
          "\(kind.rawValue): \(unmapped.count) answered with what no rule knows, first: "
            + unmapped.example)
      }
      return sentences
    }
  }
}
