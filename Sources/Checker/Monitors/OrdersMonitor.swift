// Decides numbered orders of one quantity in O(n log n), however often they were sent.
// It refuses histories with orders of several quantities, or one number with several.

public import History

/// The exact monitor for numbered orders that all take the same quantity.
///
/// **One step for each number.** The calls of one number have one effect together, by whichever of them takes
/// effect first: at a moment `t` after the call of the first and, as none may be answered before it is
/// decided, before the first reply. At every such moment the call that was called first is under way, so it
/// may be the one; every other one can have its effect at the later of its own call and `t`. If any of
/// them was answered that the units were taken, all must be, and with the same number left; if none was
/// answered, the order has its effect at any time after the first call, or never.
///
/// So each number comes to one step, or to one "sold out", in one interval; with the reads they form
/// a `LevelSequence` as a stock's takes do, and that has the method and its proof.
public struct OrdersMonitor: Monitor {
  public typealias Data = Orders

  public static var name: String { "orders-monitor" }

  /// Units at the start.
  public let units: Int

  /// - Parameter units: units in stock at the start, 0 or more.
  public init(units: Int) {
    precondition(units >= 0, "a stock starts with 0 units or more")
    self.units = units
  }

  public func judge(
    _ calls: [TimedCall<Orders>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    let quantity = try quantity(of: calls)
    let finding: Finding
    var bytes = 0
    do throws(OrdersConflict) {
      let numbers = try OrderNumbers(calls)
      let stairs = OrdersStairs(stock: StockStairs(units: units, quantity: quantity))
      let (levels, evidence) = StairLevels.decide(numbers.steps, stairs)
      bytes = numbers.bytes + levels.bytes
      if let evidence { throw .levels(numbers, evidence) }
      finding = .order(numbers.order(of: levels.order()))
    } catch {
      let explanation = OrdersExplanation(calls: calls, units: units, quantity: quantity)
      finding = .violation(explanation.contradiction(error))
    }
    return judgement(of: finding, calls, key: key, bytes: bytes)
  }

  /// The one quantity of all orders: also of those told "sold out", which weakened may have taken units.
  private func quantity(of calls: [TimedCall<Orders>]) throws(NotApplicable) -> Int {
    var quantities: [Value: Int] = [:]
    for call in calls {
      switch (call.call, call.reply) {
      case (.order(let id, let units), nil), (.order(let id, let units), .taken),
        (.order(let id, let units), .left), (.order(let id, let units), .soldOut):
        if let other = quantities[id], other != units {
          throw NotApplicable("order \(id) is of \(other) and of \(units) units")
        }
        quantities[id] = units
      case (.read, nil), (.read, .value), (.read, .unread): break
      default: throw NotApplicable("a reply does not fit its call")
      }
    }
    var quantity: Int?
    for units in quantities.values {
      if let quantity, quantity != units {
        throw NotApplicable(
          "some orders are of \(min(quantity, units)) and some of \(max(quantity, units)) units")
      }
      quantity = units
    }
    return quantity ?? 1
  }
}

/// The staircase of numbered orders, which is a stock's.
struct OrdersStairs: LevelSequence {
  let stock: StockStairs

  var last: Int { stock.last }

  func claim(of call: TimedCall<Orders>) -> StairClaim {
    switch (call.call, call.reply) {
    case (.order(_, let units), .left(let told)): stock.claim(of: .take(units), .left(told))
    case (.order(_, let units), .soldOut): stock.claim(of: .take(units), .soldOut)
    case (.order(_, let units), .taken): stock.claim(of: .take(units), .taken)
    case (.order(_, let units), nil): stock.claim(of: .take(units), nil)
    case (.read, .value(let told)): stock.claim(of: .read, .value(told))
    case (.read, .unread): stock.claim(of: .read, .unread)
    case (.read, nil): stock.claim(of: .read, nil)
    default: .impossible
    }
  }
}
