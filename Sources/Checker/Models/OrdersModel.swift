// A stock from which numbered orders take: sent again, an order takes nothing more and is answered as before.

public import History

/// What is left of a stock, and how the orders that are called more than once were decided.
public struct OrderBook: Hashable, Sendable {
  enum Decision: Hashable, Sendable {
    /// It has its units; so many were left when it got them.
    case taken(left: Int)
    case soldOut
  }

  public internal(set) var left: Int
  var decided: [Value: Decision] = [:]

  init(left: Int) {
    self.left = left
  }
}

/// A stock that starts with some units and never goes below zero, and decides each order once.
///
/// The first call of a number that takes effect decides it, for ever: also "sold out" stays, and units that
/// another call of the same number asks for don't count. An order without a number (null: the only call of
/// its number in a history) is not remembered.
public struct OrdersModel: CatalogueModel {
  public typealias Data = Orders

  public static var name: String { "orders" }
  public static var summary: String { "numbered orders, each taken once: order, read" }
  public static var initialForm: String { "units in stock, 0 or more; required" }

  public let initial: OrderBook

  /// - Parameter units: units in stock at the start, 0 or more.
  public init(units: Int) {
    precondition(units >= 0, "a stock starts with 0 units or more")
    initial = OrderBook(left: units)
  }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(units: try Self.count(value, absent: nil))
  }

  /// Takes the number from every order that is called once: it can't be sent again, and orders of as
  /// many units are then alike.
  public static func prepare(_ calls: inout [TimedCall<Orders>], of _: History) {
    var times: [Value: Int] = [:]
    for call in calls { if case .order(let id, _) = call.call { times[id, default: 0] += 1 } }
    for index in calls.indices {
      if case .order(let id, let units) = calls[index].call, times[id] == 1 {
        calls[index].call = .order(id: .null, units: units)
      }
    }
  }

  public func step(
    _ book: OrderBook, _ call: Orders.Call, _ reply: Orders.Reply?
  ) -> ModelStep<OrderBook> {
    switch (call, reply) {
    case (.read, nil), (.read, .unread): return .next(book)
    case (.read, .value(let told)): return told == book.left ? .next(book) : .refused
    case (.order(let id, let units), _):
      let decision =
        book.decided[id] ?? (units <= book.left ? .taken(left: book.left - units) : .soldOut)
      guard Self.allows(reply, decision) else { return .refused }
      return .next(after(decision, id, in: book))
    default: return .refused
    }
  }

  private static func allows(_ reply: Orders.Reply?, _ decision: OrderBook.Decision) -> Bool {
    switch (reply, decision) {
    case (nil, _), (.taken, .taken), (.soldOut, .soldOut): true
    case (.left(let told), .taken(let left)): told == left
    default: false
    }
  }

  private func after(_ decision: OrderBook.Decision, _ id: Value, in book: OrderBook) -> OrderBook {
    guard book.decided[id] == nil else { return book }
    var book = book
    if case .taken(let left) = decision { book.left = left }
    if id != .null { book.decided[id] = decision }
    return book
  }

  public func isPureRead(_ call: Orders.Call, _ reply: Orders.Reply?) -> Bool {
    switch call {
    case .read: true
    case .order(let id, _): id == .null && reply == .soldOut
    }
  }

  public func footprint(of book: OrderBook) -> Int { 64 + 64 * book.decided.count }

  public func refusal(_ book: OrderBook, _ call: Orders.Call, _ reply: Orders.Reply) -> String {
    guard case .order(let id, let units) = call else {
      if case .value(let told) = reply { return "read \(told), but \(were(book.left)) left" }
      return "answered \(reply), which is not a reply to \(call)"
    }
    switch (reply, book.decided[id]) {
    case (.soldOut, .taken): return "was told \"sold out\", but order \(id) had its units already"
    case (.taken, .soldOut), (.left, .soldOut):
      return "took \(units), but order \(id) had been told \"sold out\""
    case (.left(let told), .taken(let left)):
      return "was told \(told) left, but order \(id) had left \(left)"
    case (.soldOut, nil): return "was told \"sold out\", but \(were(book.left)) left"
    case (.taken, nil): return "took \(units), but only \(were(book.left)) left"
    case (.left(let told), nil):
      return units > book.left
        ? "took \(units) and was told \(told) left, but only \(were(book.left)) there"
        : "was told \(told) left, but \(book.left) − \(units) leaves \(book.left - units)"
    default: return "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of call: Orders.Call, _ reply: Orders.Reply) -> String {
    switch (call, reply) {
    case (.order(_, let units), .soldOut):
      "less than \(units) left, or to have been sold out before"
    case (.order(_, let units), .taken): "at least \(units) left, or its units before"
    case (.order(_, let units), .left(let told)):
      told.addingReportingOverflow(units).overflow
        ? "an impossible stock"
        : "exactly \(told + units) left before it, or to have left \(told) before"
    case (.read, .value(let told)): "exactly \(told) left"
    default: "an impossible stock"
    }
  }

  public func words(for book: OrderBook) -> String {
    book.decided.isEmpty
      ? "\(book.left) left" : "\(book.left) left after \(book.decided.count) orders sent again"
  }

  private func were(_ count: Int) -> String { count == 1 ? "1 was" : "\(count) were" }
}
