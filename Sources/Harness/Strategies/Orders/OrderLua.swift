// The order's answer under its number, the stock beside it: one Lua script looks for the answer, and takes and
// writes it where there is none.

import Drivers

package struct OrderLua: OrderStrategy {
  package static let card = StrategyCard(
    name: "order-lua", family: .orders, datatype: .orders,
    summary: "answer, check and DECRBY in one script (EVALSHA)", needs: .redis,
    expected: .linearizable,
    note:
      "The order's answer is written in the step that takes its units, so it is there if and only if they "
      + "are gone.")

  package var script = OrderLua.order

  package static let order = Script(
    """
    local answer = redis.call('GET', KEYS[2])
    if answer then return tonumber(answer) end
    local left = tonumber(redis.call('GET', KEYS[1]) or '0') - tonumber(ARGV[1])
    if left < 0 then left = -1 else redis.call('SET', KEYS[1], left) end
    redis.call('SET', KEYS[2], left)
    return left
    """, caption: RedisCaption("order"))

  package init() {}

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await session.redis.set(item.orderedStock, units) }
  }

  package func order(
    _ id: Int, _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    let left = try await session.redis.eval(
      script, keys: [item.orderedStock, item.answer(to: id)], arguments: [units])
    return left >= 0 ? .left(left) : .soldOut
  }

  package func reply(to call: ShopCall, answer: Int) -> ShopReply? {
    guard case .order = call else { return nil }
    return answer >= 0 ? .left(answer) : .soldOut
  }

  package func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await session.redis.get(item.orderedStock) ?? 0
  }

  package func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await read(item, in: session)
  }
}

extension Item {
  /// The key of the stock that orders take from, and of an order's answer.
  var orderedStock: String { tagged + ":stock" }
  func answer(to order: Int) -> String { "\(tagged):order:\(order)" }
}
