// The catalogue as the table of docs/choosing-a-strategy.md (`soldout list strategies --markdown`).
// A test compares the document with it.

import Harness

enum StrategyTable {
  /// A table for each family; each strategy is linked to the workload that shows what is said.
  static var markdown: String {
    Catalogue.families.map { family, cards in
      "### \(family.rawValue)\n\n"
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
      sells(card), card.needs.roles.map(\.title).joined(separator: ", "),
    ]
    let escaped = cells.map { $0.replacing("|", with: "\\|") }
    return "| \(escaped.joined(separator: " | ")) |\n"
  }
}

extension StrategyTable {
  private static func sells(_ card: StrategyCard) -> String {
    switch card.datatype {
    case .stock, .account: card.supports.words
    case .coupon: "coupons"
    case .orders: "orders"
    }
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
