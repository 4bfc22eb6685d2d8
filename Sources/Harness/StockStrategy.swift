// A strategy that sells a stock of equal units: take some, read how many are left, put more in.

public import Drivers
public import History

/// A way of taking stock.
public protocol StockStrategy: Strategy {
  /// Takes this many units, all or none.
  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply

  /// How many units a buyer would be shown.
  func read(_ item: Item, in session: Session) async throws(Failure) -> Int

  /// Puts units in.
  func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure)

  /// The reply that a script's answer stands for, where it settles a call that was lost; nil: the
  /// answer alone doesn't tell.
  func reply(to call: Stock.Call, answer: Int) -> Stock.Reply?
}

extension StockStrategy {
  public func reply(to call: Stock.Call, answer: Int) -> Stock.Reply? { nil }

  public func reply(to call: ShopCall, answer: Int) -> ShopReply? {
    Stock.Call(call).flatMap { reply(to: $0, answer: answer) }.map { ShopReply($0) }
  }

  public func perform(
    _ call: ShopCall, on item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    switch call {
    case .take(let units): return ShopReply(try await take(units, of: item, in: session))
    case .read: return .value(try await read(item, in: session))
    case .restock(let units):
      try await restock(units, of: item, in: session)
      return .restocked
    case .claim, .order: throw .notFor(Self.card, call)
    }
  }
}

extension Stock.Call {
  fileprivate init?(_ call: ShopCall) {
    switch call {
    case .take(let units): self = .take(units)
    case .read: self = .read
    case .restock(let units): self = .restock(units)
    case .claim, .order: return nil
    }
  }
}
