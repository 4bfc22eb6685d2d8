// Strategies that exist to be explored: textbook examples, each of one fact about the servers. Offered
// to nobody as a way of selling; never in `Catalogue.strategies`.

/// What can be named in a workload that is explored, beside the strategies.
public enum ExampleCatalogue {
  public static let strategies: [any Strategy.Type] = [
    WatchOwnSet.self,
    WatchOneSet.self,
    WatchThreeSets.self,
    BeginBeforeLock.self,
    BeginRepeatableBeforeLock.self,
  ]

  public static var names: [String] { strategies.map { $0.card.name } }
}
