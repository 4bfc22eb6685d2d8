// How many commands of the user's code passed the proxies in the main phase, and how many of them are known
// to be a call's: what the lanes of a counterexample rest on.

import Drivers

/// Commands that passed, counted.
public struct CommandCounts: Codable, Sendable, Hashable {
  /// Commands of one verb.
  public struct Example: Codable, Sendable, Hashable {
    public var count: Int
    /// The first of them.
    public var first: String
  }

  /// Of one call each.
  public var ofCalls = 0
  /// While several calls were under way on their instance: whose they are is not known.
  public var shared = 0
  /// While no call was under way that could have sent them, by verb.
  public var outside: [String: Example] = [:]
  /// Logins and checks that a connection is alive.
  public var upkeep = 0

  public init() {}

  mutating func addOutside(_ verb: String, _ text: String) {
    let key = outside.count < Self.mostVerbs ? verb : outside[verb] == nil ? "…" : verb
    outside[key, default: Example(count: 0, first: text)].count += 1
  }

  /// Verbs that are counted separately.
  private static let mostVerbs = 20

  /// All of it in one sentence, without a full stop; nil: none passed.
  public var sentence: String? {
    var parts: [String] = []
    if ofCalls > 0 { parts.append("\(ofCalls) in calls") }
    if shared > 0 {
      parts.append(
        "\(shared) while several calls were under way on their instance, so their call is not known: they "
          + "are in its lane (with one instance per client, each has its call)")
    }
    if !outside.isEmpty {
      let verbs = outside.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      let total = verbs.reduce(0) { $0 + $1.value.count }
      let named = verbs.prefix(3).map { "\($0.value.first) \($0.value.count)×" }
      parts.append("\(total) outside any call (\(named.joined(separator: ", ")))")
    }
    if upkeep > 0 { parts.append("\(upkeep) to keep connections alive") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
