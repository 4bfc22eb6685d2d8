// The catalogue as the table of docs/choosing-a-strategy.md (`soldout list strategies --markdown`).
// A test compares the document with it.

import Harness

enum StrategyTable {
  /// A table for each family; each strategy is linked to the workload that shows what is said.
  static var markdown: String {
    StrategyCard.Family.allCases.map { family in
      let cards = Catalogue.strategies.map { $0.card }.filter { $0.family == family }
      return "### \(family.rawValue)\n\n"
        + "| strategy | takes stock by | expected | sells | runs on |\n"
        + "| --- | --- | --- | --- | --- |\n" + cards.map(row).joined() + "\n"
        + cards.map(note).joined()
    }.joined(separator: "\n")
  }

  private static func note(_ card: StrategyCard) -> String {
    let sentences = [card.note, card.origin].compactMap(\.self).joined(separator: " ")
    return "- **\(card.name)**: \(sentences)\n"
  }

  private static func row(_ card: StrategyCard) -> String {
    let cells = [
      "[\(card.name)](../workloads/\(card.name).yaml)", card.summary, card.expected.rawValue,
      card.supports.words, card.needs.roles.map(\.title).joined(separator: ", "),
    ]
    let escaped = cells.map { $0.replacing("|", with: "\\|") }
    return "| \(escaped.joined(separator: " | ")) |\n"
  }
}

extension Traffic {
  /// What is sold beyond single units.
  fileprivate var words: String {
    let words =
      (contains(.severalUnits) ? ["several units"] : [])
      + (contains(.restocks) ? ["restocks"] : [])
      + (isSuperset(of: Workload.Datatype.account.demands) ? ["accounts"] : [])
    return words.isEmpty ? "single units" : words.joined(separator: ", ")
  }
}
