// A strategy that takes stock by numbered orders: one that is sent again is answered as before, and takes once.

public import Drivers

/// A way of taking an order that may come again.
public protocol OrderStrategy: Strategy {
  /// Takes this many units, all or none, unless the order of this number was decided before; then it is
  /// answered as it was.
  func order(
    _ id: Int, _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> ShopReply

  /// How many units a buyer would be shown.
  func read(_ item: Item, in session: Session) async throws(Failure) -> Int
}

extension OrderStrategy {
  public func perform(
    _ call: ShopCall, on item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    switch call {
    case .order(let id, let units): return try await order(id, units, of: item, in: session)
    case .read: return .value(try await read(item, in: session))
    case .take, .restock, .claim: throw .notFor(Self.card, call)
    }
  }
}
