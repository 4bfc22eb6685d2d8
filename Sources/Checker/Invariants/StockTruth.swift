// What the stores themselves say after a run, to be compared with what the clients were told.
// Values only: reading them from servers is the harness's work.

public import History

/// The state of the stores once every fault is healed and every client has stopped.
public struct StockTruth: Sendable, Hashable {
  /// What is known of one item.
  public struct Item: Sendable, Hashable {
    public var key: Value?
    /// Units at the start.
    public var initial: Int
    /// Units put in during the run, where a store knows; else the history's restocks count.
    public var restocked: Int?
    /// Units left at the end, by the name of the store that says so (`redis`, `postgres`).
    public var final: [String: Int]
    /// Units in order rows at the end, by the name of the store that keeps them.
    public var ordered: [String: Int]

    public init(
      key: Value?, initial: Int, restocked: Int? = nil, final: [String: Int] = [:],
      ordered: [String: Int] = [:]
    ) {
      self.key = key
      self.initial = initial
      self.restocked = restocked
      self.final = final
      self.ordered = ordered
    }
  }

  public var items: [Item]

  public init(items: [Item]) {
    self.items = items
  }
}
