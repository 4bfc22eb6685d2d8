// Decides a stock of unit takes (or takes of one constant quantity) in O(n log n).
// It refuses histories with a restock or with takes of several quantities.

public import History

/// The exact monitor for a stock that is only taken from, always by the same quantity.
///
/// Such a stock runs down a staircase: after `k` takes of `q` units `units − k·q` are left, and that
/// is level `k`. `LevelSequence` has the method and its proof.
public struct StockMonitor: Monitor {
  public typealias Data = Stock

  public static var name: String { "stock-monitor" }

  /// Units at the start.
  public let units: Int

  /// - Parameter units: units in stock at the start, 0 or more.
  public init(units: Int) {
    precondition(units >= 0, "a stock starts with 0 units or more")
    self.units = units
  }

  public func judge(
    _ calls: [TimedCall<Stock>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    let stairs = StockStairs(units: units, quantity: try quantity(of: calls))
    let (levels, evidence) = StairLevels.decide(calls, stairs)
    let finding: Finding =
      if let evidence {
        .violation(StockExplanation(calls: calls, stairs: stairs).contradiction(evidence))
      } else {
        .order(levels.order())
      }
    return judgement(of: finding, calls, key: key, bytes: levels.bytes)
  }

  /// The one quantity that takes took, or may have taken.
  private func quantity(of calls: [TimedCall<Stock>]) throws(NotApplicable) -> Int {
    var quantity: Int?
    for call in calls {
      switch call.call {
      case .restock:
        throw NotApplicable("the stock is restocked")
      case .take(let units) where call.reply != .soldOut:
        if let quantity, quantity != units {
          throw NotApplicable("some takes are of \(quantity) and some of \(units) units")
        }
        guard units > 0 else { throw NotApplicable("a take is of \(units) units") }
        quantity = units
      case .take, .read:
        break
      }
    }
    return quantity ?? 1
  }
}

/// The staircase that a stock runs down when every take is of the same quantity.
struct StockStairs: LevelSequence {
  /// Units at the start.
  let units: Int
  /// Units of a take.
  let quantity: Int

  /// The number of takes that there is stock for.
  var last: Int { units / quantity }

  func left(at level: Int) -> Int { units - level * quantity }

  /// The level at which this many units are left, if there is one.
  private func level(leaving left: Int) -> Int? {
    guard (0...units).contains(left), (units - left) % quantity == 0 else { return nil }
    return (units - left) / quantity
  }

  /// The first level at which this many units are no longer left, if there is one.
  private func level(lacking asked: Int) -> Int? {
    if asked > units { return 0 }
    let level = (units - asked) / quantity + 1
    return level <= last ? level : nil
  }

  func claim(of call: TimedCall<Stock>) -> StairClaim { claim(of: call.call, call.reply) }

  func claim(of call: Stock.Call, _ reply: Stock.Reply?) -> StairClaim {
    switch (call, reply) {
    case (.take, .left(let told)):
      level(leaving: told).flatMap { $0 > 0 ? .reaches($0) : nil } ?? .impossible
    case (.take(let asked), .soldOut):
      level(lacking: asked).map(StairClaim.passes) ?? .impossible
    case (.take, .taken): .steps
    case (.take, nil): .mayStep
    case (.read, .value(let told)): level(leaving: told).map(StairClaim.sees) ?? .impossible
    case (.read, .unread): .seesNothing
    case (.read, nil): .nothing
    default: .impossible
    }
  }
}
