// What a strategy promises its buyers, as far as a judge can tell whether it kept it.

/// What a strategy is held to under some conditions.
public struct Guarantees: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The stock behaves like one stock: the model and the invariants.
  public static let stock = Guarantees(rawValue: 1)
  /// No two clients take themselves for the holder of one lock at once.
  public static let exclusion = Guarantees(rawValue: 2)
  /// No two clients hold one lock at once before either's lease has run out.
  public static let validExclusion = Guarantees(rawValue: 4)
  /// Clients that wait for a lock are served before those that ask later.
  public static let order = Guarantees(rawValue: 8)
}
