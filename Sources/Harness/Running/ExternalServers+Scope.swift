// Which strategies the user's own servers are for: one Redis, one PostgreSQL and one MySQL can be given. What asks
// for five, a cluster or two shards has private servers all the same, and that is said, never silent.

/// Why servers of the user's don't fit what is run: a sentence.
public struct ExternalRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String
}

extension ExternalServers {
  /// Says of these strategies which have private servers beside the user's, a sentence each; refuses
  /// servers that none of them would use, since a run would seem to tell of them.
  public func scope(of strategies: [StrategyCard]) throws(ExternalRefusal) -> [String] {
    var notes: [String] = []
    for kind in given { notes += try Self.scope(of: strategies, kind) }
    return notes
  }

  private static func scope(
    of strategies: [StrategyCard], _ kind: BackendKind
  ) throws(ExternalRefusal) -> [String] {
    let (need, option) = (Needs.one(kind), kind.option)
    let others = Needs.several(kind)
    let apart = strategies.filter { !$0.needs.isDisjoint(with: others) }
    guard strategies.contains(where: { $0.needs.contains(need) }) else {
      let why = apart.first.map {
        "\($0.name) uses \($0.needs.intersection(others).words), which soldout always starts itself"
      }
      throw ExternalRefusal(
        description: "\(option) is given but nothing here uses it: "
          + (why ?? "the strategies need no \(need.words)") + "; leave it out")
    }
    guard !apart.isEmpty else { return [] }
    let names = apart.map { "\($0.name) (\($0.needs.intersection(others).words))" }
    return ["private servers in spite of \(option): \(names.joined(separator: ", "))"]
  }
}
