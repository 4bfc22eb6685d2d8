// What a program sent and answered after each beginning of a schedule: the same steps lead to the same commands
// and answers, or nothing that was seen can be repeated.

/// What a program has done at one point of a schedule, without what is random in it.
struct Behaviour: Hashable {
  /// The commands that wait.
  var waiting: String
  /// What clients were told up to then.
  var told: String

  /// What another one is like instead, each with its verb; nil: the same.
  func difference(from other: Behaviour) -> (was: String, now: String)? {
    if waiting != other.waiting { return ("sent \(waiting)", "sent \(other.waiting)") }
    return told == other.told
      ? nil
      : ("had answered \(told)", "\(other.told), as a program does that keeps state between calls,")
  }
}

/// The behaviour after the same transitions before, as far as there is room.
struct CommandMemory {
  /// How many beginnings are remembered at most.
  private static let capacity = 50_000

  private var seen: [Int: Behaviour] = [:]

  /// Compares what a program does now with what it did after the same transitions before. Returns both where it
  /// was something else.
  mutating func difference(
    of now: Behaviour, after transitions: [Transition]
  ) -> (was: String, now: String)? {
    let key = transitions.hashValue
    guard let known = seen[key] else {
      if seen.count < Self.capacity { seen[key] = now }
      return nil
    }
    return known.difference(from: now)
  }
}
