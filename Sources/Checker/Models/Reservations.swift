// What is known of one item's reservations. Whether a lease that may have ended has ended shows only
// when a unit is missed or found: until then it is left open how many of them have, and which.

internal import History

/// A state of `ReservationModel`: all ways in which leases can have ended that lead here at once.
///
/// Some tokens' leases are over and nothing has been said of them since: they are *overdue*. Of `n` overdue
/// tokens some number has expired, and that many units are back on sale. The number is known exactly, since
/// expiring is put off until a reply needs it, and a lease that is over can end later just as well.
/// Which of the tokens they are is not known, only that so many must be among those that were overdue when
/// a unit was needed. So overdue tokens stand in groups, in the order in which their leases were over, and
/// each group says how many of it and those before it have expired at least; the last one's is the exact
/// number. A choice exists iff no group asks for more than there are (Hall's condition: the groups
/// are nested).
public struct Reservations: Hashable, Sendable {
  /// Tokens whose leases were over before any later unit was needed.
  struct Group: Hashable, Sendable {
    var tokens: Set<Value>
    /// How many of these and all before them have expired, at least.
    var expired: Int
  }

  /// Units left, those that have expired among them.
  public internal(set) var left: Int
  /// Tokens of units that are sold.
  var confirmed: Set<Value> = []
  /// Tokens whose leases last, with the moment from which they may be over.
  var held: [Value: Int] = [:]
  var overdue: [Group] = []

  init(left: Int) {
    self.left = left
  }

  /// What a token is known to be.
  enum Standing: Hashable {
    case unknown
    case held
    /// In this group of the overdue.
    case overdue(Int)
    case confirmed
  }

  func standing(of token: Value) -> Standing {
    if held[token] != nil { return .held }
    if confirmed.contains(token) { return .confirmed }
    return overdue.firstIndex { $0.tokens.contains(token) }.map(Standing.overdue) ?? .unknown
  }

  /// How many overdue tokens have expired.
  private var expired: Int { overdue.last?.expired ?? 0 }

  private var overdueCount: Int { overdue.reduce(0) { $0 + $1.tokens.count } }

  /// How many more overdue tokens may expire.
  var expirable: Int { overdueCount - expired }

  /// Lets so many more overdue tokens expire.
  mutating func expire(_ count: Int) {
    guard count > 0, !overdue.isEmpty else { return }
    overdue[overdue.count - 1].expired += count
    left += count
  }

  /// Has the tokens whose leases may be over by a moment overdue; false where there are none.
  mutating func advance(to moment: Int) -> Bool {
    let over = held.filter { $0.value <= moment }.map(\.key)
    guard !over.isEmpty else { return false }
    for token in over { held[token] = nil }
    let before = overdue.dropLast().last?.expired ?? 0
    if let last = overdue.last, last.expired == before {
      // Nothing was needed since the last ones came.
      overdue[overdue.count - 1].tokens.formUnion(over)
    } else {
      overdue.append(Group(tokens: Set(over), expired: expired))
    }
    return true
  }

  /// Takes out an overdue token that has not expired; false where so many expired that it must have.
  mutating func keep(_ token: Value, in group: Int) -> Bool {
    overdue[group].tokens.remove(token)
    var count = 0
    for group in overdue {
      count += group.tokens.count
      if group.expired > count { return false }
    }
    tidy()
    return true
  }

  /// Takes out an overdue token that has expired.
  ///
  /// Where all that have expired must be among those overdue before it, it is one more. Else it counts as one of
  /// those known to have: another can still expire later, as this one would have.
  mutating func drop(_ token: Value, in group: Int) {
    let before = group > 0 ? overdue[group - 1].expired : 0
    if before == expired { expire(1) }
    overdue[group].tokens.remove(token)
    for place in group..<overdue.count {
      overdue[place].expired = max(overdue[place].expired - 1, before)
    }
    tidy()
  }

  /// Makes equal knowledge an equal state: an empty group asks what it asks of those before it, and one
  /// that asks for no more than those before it is joined with the next.
  private mutating func tidy() {
    var filled: [Group] = []
    for group in overdue {
      if !group.tokens.isEmpty {
        filled.append(group)
      } else if !filled.isEmpty {
        filled[filled.count - 1].expired = group.expired
      }
    }
    var groups: [Group] = []
    for group in filled {
      let before = groups.dropLast().last?.expired ?? 0
      if let last = groups.last, last.expired == before {
        groups[groups.count - 1] = Group(
          tokens: last.tokens.union(group.tokens), expired: group.expired)
      } else {
        groups.append(group)
      }
    }
    overdue = groups
  }
}
