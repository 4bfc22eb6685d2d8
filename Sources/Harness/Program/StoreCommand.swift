// What a workload says to a store itself, where a program doesn't: how the stock is put up, and how it is
// told what is left.

/// A command to one of the private servers, with placeholders.
public struct StoreCommand: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// One statement or several, for PostgreSQL.
    case sql(String)
    /// A command's words, for Redis.
    case redis([String])
  }

  public var kind: Kind
  /// Where it stands, `shop.yaml:9:10`.
  public var place: String

  /// Placeholders: an item's name and its number from 0, and the units at the start.
  static let placeholders = ["{{item}}", "{{item.number}}", "{{stock}}"]

  /// Whether it is about one item at a time.
  var isPerItem: Bool {
    let text =
      switch kind {
      case .sql(let text): text
      case .redis(let words): words.joined(separator: " ")
      }
    return text.contains("{{item}}") || text.contains("{{item.number}}")
  }

  /// The same with an item's words in their places.
  func filled(_ item: Item, units: Int) -> Kind {
    func fill(_ text: String) -> String {
      text.replacing("{{item}}", with: item.name)
        .replacing("{{item.number}}", with: "\(item.number)")
        .replacing("{{stock}}", with: "\(units)")
    }
    return switch kind {
    case .sql(let text): .sql(fill(text))
    case .redis(let words): .redis(words.map(fill))
    }
  }
}

/// How a store is asked what is left.
public struct StoreTruth: Sendable, Hashable {
  /// Answers one whole number for an item.
  public var command: StoreCommand
  /// How long the answer has to stay the same, where what was sold arrives later, as through a queue.
  public var settle: Duration?
}
