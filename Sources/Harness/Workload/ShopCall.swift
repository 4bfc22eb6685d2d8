// What clients call and what they are answered, whatever is for sale. Which calls a workload makes follows
// from its datatype; how histories write them is here, for all.

public import History

/// A call of one client on one item, before it is made.
public enum ShopCall: Sendable, Hashable {
  /// Take this many units, all or none.
  case take(Int)
  /// Ask how many units are left.
  case read
  /// Put this many units in.
  case restock(Int)
  /// One coupon for this buyer, unless he has one.
  case claim(buyer: Int)
  /// Take this many units, all or none, unless the order of this number was decided before.
  case order(id: Int, units: Int)
}

/// What a call was answered.
public enum ShopReply: Sendable, Hashable {
  /// Taken; this many are left after it.
  case left(Int)
  /// Taken; how many are left was not said.
  case taken
  /// There were fewer than asked for, and nothing was taken.
  case soldOut
  /// Read: this many are left.
  case value(Int)
  /// Read, but no number was told.
  case unread
  /// Put in; how many are left was not said.
  case restocked
  /// Put in; this many are left after it.
  case stocked(Int)
  /// The buyer had a coupon before, and got no other.
  case already
}

extension ShopCall {
  /// What is called, as histories name it.
  public var function: String {
    switch self {
    case .take: "take"
    case .read: "read"
    case .restock: "restock"
    case .claim: "claim"
    case .order: "order"
    }
  }

  /// What it is called with, as in histories.
  public var input: Value {
    switch self {
    case .take(let units), .restock(let units): .int(units)
    case .read: .null
    case .claim(let buyer): .string("u\(buyer)")
    case .order(let id, let units):
      .map([
        Value.Entry(.string("id"), .string("o\(id)")),
        Value.Entry(.string("units"), .int(units)),
      ])
    }
  }

  /// Units that it takes if there are enough.
  public var units: Int {
    switch self {
    case .take(let units), .order(_, let units): units
    case .claim: 1
    case .read, .restock: 0
    }
  }

  /// Whether clients of such a workload make it.
  public func fits(_ datatype: Workload.Datatype) -> Bool {
    switch self {
    case .read: true
    case .take, .restock: datatype.isStock
    case .claim: datatype == .coupon
    case .order: datatype == .orders
    }
  }

  /// Whether it is sent again under the same name after an outcome that is not known.
  var isRepeatable: Bool { if case .order = self { true } else { false } }
}

extension ShopReply {
  init(_ reply: Stock.Reply) {
    self =
      switch reply {
      case .left(let left): .left(left)
      case .taken: .taken
      case .soldOut: .soldOut
      case .value(let value): .value(value)
      case .unread: .unread
      case .restocked: .restocked
      case .stocked(let left): .stocked(left)
      }
  }

  /// As in histories, to a call with this input.
  public func output(to input: Value) -> Value {
    switch self {
    case .left(let units), .value(let units), .stocked(let units): .int(units)
    case .soldOut: .string("sold-out")
    case .already: .string("already")
    case .restocked: input
    case .taken, .unread: .null
    }
  }

  /// Whether units were taken.
  public var isTaken: Bool {
    switch self {
    case .left, .taken: true
    case .soldOut, .value, .unread, .restocked, .stocked, .already: false
    }
  }
}
