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
}

extension ShopCall {
  /// What is called, as histories of a stock name it.
  public var function: String {
    switch self {
    case .take: "take"
    case .read: "read"
    case .restock: "restock"
    }
  }

  /// What it is called with, as in histories.
  public var input: Value {
    switch self {
    case .take(let units), .restock(let units): .int(units)
    case .read: .null
    }
  }
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
    case .restocked: input
    case .taken, .unread: .null
    }
  }
}
