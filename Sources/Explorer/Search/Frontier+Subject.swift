// What a frontier is of: to go on, one has to ask the same question of the same program and servers,
// since its branches would mean other schedules elsewhere.

import Drivers
import Harness

extension Frontier {
  /// What a frontier is of.
  public struct Subject: Sendable, Hashable, Codable {
    public var strategy: String
    /// As `CallScript` writes them.
    public var calls: String
    public var stock: Int
    public var faultBudget: [String: Int]
    public var persistence: String
    public var search: String
    /// The program's version, and the servers'.
    public var versions: [String: String]

    public init(_ configuration: Configuration, _ search: Search, versions: [String: String]) {
      strategy = configuration.name
      calls = CallScript.text(of: configuration.script)
      stock = configuration.stock
      faultBudget = [:]
      for kind in FaultBudget.kinds where configuration.faultBudget[keyPath: kind.count] > 0 {
        faultBudget[kind.name] = configuration.faultBudget[keyPath: kind.count]
      }
      persistence = configuration.persistence.word
      self.search = search.words
      self.versions = versions
    }

    /// Where another subject differs, in words; nil if it doesn't.
    func difference(from other: Subject) -> String? {
      func differ(_ what: String, _ own: some Equatable, _ others: some Equatable) -> String? {
        "\(own)" == "\(others)" ? nil : "\(what) \(own), not \(others)"
      }
      func listed(_ names: [String: some CustomStringConvertible]) -> String {
        let all = names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return all.isEmpty ? "none" : all.joined(separator: " and ")
      }
      return differ("of", strategy, other.strategy) ?? differ("with calls", calls, other.calls)
        ?? differ("with a stock of", stock, other.stock)
        ?? differ("with faults:", listed(faultBudget), listed(other.faultBudget))
        ?? differ("with persistence", persistence, other.persistence)
        ?? differ("of a", search, other.search)
        ?? differ("made by", listed(versions), listed(other.versions))
    }
  }
}

extension Search {
  /// What it is, in a frontier: `walk`, `walk in every order`, `random walk of seed 7f3a`.
  public var words: String {
    switch self {
    case .exhaustive(let reduces, let preemptions):
      "walk" + (reduces ? "" : " in every order")
        + (preemptions.map { " with up to \($0) preemption\($0 == 1 ? "" : "s")" } ?? "")
    case .random(.walk, let seed): "random walk of seed \(String(seed, radix: 16))"
    case .random(.pct(let depth), let seed):
      "PCT of depth \(depth) of seed \(String(seed, radix: 16))"
    }
  }
}
