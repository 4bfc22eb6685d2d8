// Whose a command is where several clients' calls are under way in one instance of a service. By causality: one
// command is let go, or one call is made, while all else sleeps; so what comes before the next rest was sent for
// that client. What a client checks out of a pool says nothing: that was wrong a third of the time.

import Harness

/// The clients that commands are sent for.
struct CommandAttribution {
  /// Whom a connection was used for last.
  private var owners: [DrivenSystem.Connection.ID: Int] = [:]
  /// Clients that were told something since all slept: a call was made for them, or a command answered.
  private var awake: Set<Int> = []
  /// How often several clients came into question.
  private(set) var guesses = 0

  mutating func wake(_ client: Int) { awake.insert(client) }

  /// All sleep again.
  mutating func rest() { awake.removeAll(keepingCapacity: true) }

  /// Whom what came over a connection was sent for; nil: nobody, it is the service's own.
  ///
  /// `calling` are the clients with a call under way in its instance, in order; `waiting` those among them
  /// that wait for a command already. Where one client's reply and another's end of a wait came together, a
  /// connection in use stays its user's; who waited for a connection gets what comes when another call ended.
  mutating func owner(
    of connection: DrivenSystem.Connection.ID, calling: [Int], waiting: Set<Int>
  ) -> Int? {
    let found: Int?
    let free = calling.filter { !waiting.contains($0) }
    let woken = free.filter(awake.contains)
    if let last = owners[connection], woken.contains(last) || free.isEmpty && calling.contains(last)
    {
      found = last
    } else if let first = woken.first ?? free.first ?? calling.first {
      if (woken.isEmpty ? (free.isEmpty ? calling : free) : woken).count > 1 { guesses += 1 }
      found = first
    } else {
      found = nil
    }
    if let found { owners[connection] = found }
    return found
  }
}
