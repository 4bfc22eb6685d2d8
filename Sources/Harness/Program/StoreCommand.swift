// What a workload says to a store itself, where a program doesn't: how the stock is put up, and how it is
// told what is left.

/// A command to one of the private servers, with placeholders.
public struct StoreCommand: Sendable, Hashable {
  /// What is said, with places for values.
  public enum Kind: Sendable, Hashable {
    /// One statement, or several for PostgreSQL.
    case sql(Template, BackendKind)
    /// A command's words, for Redis.
    case redis([Template])
  }

  /// The same with the values in their places.
  enum Filled: Sendable, Hashable {
    case sql(String, BackendKind)
    case redis([String])
  }

  public var kind: Kind
  /// Where it stands, `shop.yaml:9:10`.
  public var place: String

  /// An item's name and its number from 0, and the units at the start.
  static let placeholders = Placeholder.names.filter {
    [.item, .itemNumber, .stock].contains($0.placeholder)
  }

  /// Whether it is about one item at a time.
  var isPerItem: Bool { mentions(.item) || mentions(.itemNumber) }

  func mentions(_ placeholder: Placeholder) -> Bool {
    switch kind {
    case .sql(let text, _): text.mentions(placeholder)
    case .redis(let words): words.contains { $0.mentions(placeholder) }
    }
  }

  /// The same with an item's words in their places.
  func filled(_ item: Item, units: Int) -> Filled {
    var values = PlaceholderValues()
    (values.item, values.itemNumber, values.stock) = (item.name, item.number, units)
    return switch kind {
    case .sql(let text, let database): .sql(text.filled(values), database)
    case .redis(let words): .redis(words.map { $0.filled(values) })
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
