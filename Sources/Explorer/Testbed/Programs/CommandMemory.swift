// What a program sent after each beginning of a schedule: the same steps lead to the same commands, or nothing
// that was seen can be repeated.

/// The commands that waited after the same transitions before, as far as there is room.
struct CommandMemory {
  /// How many beginnings are remembered at most.
  private static let capacity = 50_000

  private var seen: [Int: String] = [:]

  /// Compares what waits now, with all that is random in it taken out, with what waited after the same
  /// transitions before. Returns the latter where it was something else.
  mutating func difference(of waiting: String, after transitions: [Transition]) -> String? {
    let key = transitions.hashValue
    guard let known = seen[key] else {
      if seen.count < Self.capacity { seen[key] = waiting }
      return nil
    }
    return known == waiting ? nil : known
  }
}
