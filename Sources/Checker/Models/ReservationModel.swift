// Units held before they are sold: a lease that is over may end at any time, or never, and a unit
// whose hold was confirmed never comes back.

public import History

/// A stock whose units are held under tokens, confirmed, given back, or lost when their leases end.
///
/// A hold that was not answered may have a token that nobody was told; a token that is confirmed without
/// having been told may be that one's.
public struct ReservationModel: CatalogueModel {
  public typealias Data = Reservation

  public static var name: String { "reservation" }
  public static var summary: String { "units held for a while: hold, confirm, release, read" }
  public static var initialForm: String { "units in stock, 0 or more; required" }

  public let initial: Reservations

  /// - Parameter units: units in stock at the start, 0 or more.
  public init(units: Int) {
    precondition(units >= 0, "a stock starts with 0 units or more")
    initial = Reservations(left: units)
  }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(units: try Self.count(value, absent: nil))
  }

  public static var passesTime: Bool { true }

  public func advance(_ state: Reservations, to moment: Int) -> Reservations? {
    var state = state
    return state.advance(to: moment) ? state : nil
  }

  public func step(
    _ state: Reservations, _ call: Reservation.Call, _ reply: Reservation.Reply?
  ) -> ModelStep<Reservations> {
    switch (call, reply) {
    case (.hold(let hold), nil):
      held(state, hold, .tagged("hold", .int(hold.number))).map { .next($0) } ?? .next(state)
    case (.hold(let hold), .token(let token)):
      held(state, hold, token).map { .next($0) } ?? .refused
    case (.hold, .soldOut): state.left == 0 ? .next(state) : .refused
    case (.read, nil), (.read, .unread): .next(state)
    case (.read, .value(let told)): seen(told, in: state)
    case (.confirm(let token), nil):
      ended(token, in: state) { $0.confirmed.insert(token) } ?? .next(state)
    case (.confirm(let token), .done):
      state.standing(of: token) == .confirmed
        ? .next(state) : ended(token, in: state) { $0.confirmed.insert(token) } ?? .refused
    case (.release(let token), nil): ended(token, in: state) { $0.left += 1 } ?? .next(state)
    case (.release(let token), .done): ended(token, in: state) { $0.left += 1 } ?? .refused
    case (.confirm(let token), .expired): lost(token, in: state, mayBeSold: false)
    case (.release(let token), .expired): lost(token, in: state, mayBeSold: true)
    default: .refused
    }
  }

  /// After a hold; nil where nothing can be left for it, or its token is another's. A token is given again
  /// only when its hold has ended.
  private func held(
    _ state: Reservations, _ hold: Reservation.Hold, _ token: Value
  ) -> Reservations? {
    var state = state
    switch state.standing(of: token) {
    case .unknown: break
    case .overdue(let group): state.drop(token, in: group)
    case .held, .confirmed: return nil
    }
    if state.left == 0 {
      guard state.expirable > 0 else { return nil }
      state.expire(1)
    }
    state.left -= 1
    state.held[token] = hold.ends
    return state
  }

  /// After a read: more may have expired than was needed so far.
  private func seen(_ told: Int, in state: Reservations) -> ModelStep<Reservations> {
    let (more, overflow) = told.subtractingReportingOverflow(state.left)
    guard !overflow, (0...state.expirable).contains(more) else { return .refused }
    var state = state
    state.expire(more)
    return .next(state)
  }

  /// After a token that held a unit has ended otherwise than by its lease; nil where it can't have held one.
  ///
  /// A token that nobody was told may be that of any hold that was not answered.
  private func ended(
    _ token: Value, in state: Reservations, _ change: (inout Reservations) -> Void
  ) -> ModelStep<Reservations>? {
    guard state.standing(of: token) == .unknown else {
      return taken(token, from: state).map { state in
        var state = state
        change(&state)
        return .next(state)
      }
    }
    let nameless = (state.held.keys + state.overdue.flatMap(\.tokens)).filter {
      if case .tagged("hold", _) = $0 { true } else { false }
    }
    var outcomes: Set<Reservations> = []
    for hold in nameless {
      guard var after = taken(hold, from: state) else { continue }
      change(&after)
      outcomes.insert(after)
    }
    return outcomes.isEmpty ? nil : .either(Array(outcomes))
  }

  /// Without a token that held a unit until now.
  private func taken(_ token: Value, from state: Reservations) -> Reservations? {
    var state = state
    switch state.standing(of: token) {
    case .held: state.held[token] = nil
    case .overdue(let group): if !state.keep(token, in: group) { return nil }
    case .unknown, .confirmed: return nil
    }
    return state
  }

  /// After "expired".
  private func lost(
    _ token: Value, in state: Reservations, mayBeSold: Bool
  ) -> ModelStep<Reservations> {
    switch state.standing(of: token) {
    case .held: return .refused
    case .confirmed: return mayBeSold ? .next(state) : .refused
    case .unknown: return .next(state)
    case .overdue(let group):
      var state = state
      state.drop(token, in: group)
      return .next(state)
    }
  }

  /// A read of a number is none: it shows how many leases have ended.
  public func isPureRead(_ call: Reservation.Call, _ reply: Reservation.Reply?) -> Bool {
    switch (call, reply) {
    case (.read, nil), (.read, .unread), (.hold, .soldOut): true
    default: false
    }
  }

  public func footprint(of state: Reservations) -> Int {
    let tokens =
      state.confirmed.count + state.held.count + state.overdue.reduce(0) { $0 + $1.tokens.count }
    return 256 + 64 * tokens
  }

  public static func prepare(_ calls: inout [TimedCall<Reservation>], of history: History) {
    LeaseEnds(history, calls).note(in: &calls)
  }
}

extension ReservationModel {
  public func refusal(
    _ state: Reservations, _ call: Reservation.Call, _ reply: Reservation.Reply
  ) -> String {
    switch (call, reply) {
    case (.hold, .soldOut): return "was told \"sold out\", but \(were(state.left)) left"
    case (.hold, .token(let token)) where [.held, .confirmed].contains(state.standing(of: token)):
      return "was given the token \(token), which was given to another hold"
    case (.hold, .token): return "held a unit, but none was left: \(words(for: state))"
    case (.read, .value(let told)):
      let most = state.left + state.expirable
      return "read \(told), but "
        + (most == state.left ? "\(were(state.left)) left" : "\(state.left) to \(most) were left")
    case (.confirm(let token), .done), (.release(let token), .done):
      return "was told that \(token) was \(call.isConfirm ? "confirmed" : "given back"), but "
        + standing(of: token, in: state)
    case (.confirm(let token), .expired), (.release(let token), .expired):
      return "was told that \(token) had expired, but \(standing(of: token, in: state))"
    default: return "answered \(reply), which is not a reply to \(call)"
    }
  }

  private func standing(of token: Value, in state: Reservations) -> String {
    switch state.standing(of: token) {
    case .unknown: "no unit was held under it"
    case .held: "its lease was not over"
    case .confirmed: "it was sold, for ever"
    case .overdue: "its unit had gone to another, as no other lease was over in time"
    }
  }

  public func demand(of call: Reservation.Call, _ reply: Reservation.Reply) -> String {
    switch (call, reply) {
    case (.hold, .soldOut): "none left"
    case (.hold, .token): "one left, or a lease that is over"
    case (.read, .value(let told)): "exactly \(told) left"
    case (.confirm(let token), .done): "a unit held or sold under \(token)"
    case (.release(let token), .done): "a unit held under \(token)"
    case (_, .expired): "nothing held under that token"
    default: "an impossible stock"
    }
  }

  public func words(for state: Reservations) -> String {
    let overdue = state.overdue.reduce(0) { $0 + $1.tokens.count }
    var parts = ["\(state.left) left", "\(state.held.count) held"]
    if overdue > 0 { parts.append("\(overdue) whose leases were over") }
    parts.append("\(state.confirmed.count) sold")
    return Checker.list(parts)
  }

  private func were(_ count: Int) -> String { count == 1 ? "1 was" : "\(count) were" }
}

extension Reservation.Call {
  fileprivate var isConfirm: Bool { if case .confirm = self { true } else { false } }
}
