// One stock: takes succeed while enough is left, and every reply tells the truth about it.

public import History

/// A stock that starts with `units` units and never goes below zero.
public struct StockModel: ResumableModel {
  public typealias Data = Stock

  public static var name: String { "stock" }
  public static var summary: String { "units for sale: take (never below 0), read, restock" }
  public static var initialForm: String { "units in stock, 0 or more; required" }

  public let initial: Int

  /// - Parameter units: units in stock at the start, 0 or more.
  public init(units: Int) {
    precondition(units >= 0, "a stock starts with 0 units or more")
    initial = units
  }

  public static func initialValue(in state: Int) -> Value { .int(state) }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(units: try Self.count(value, absent: nil))
  }

  public func step(
    _ left: Int, _ call: Stock.Call, _ reply: Stock.Reply?
  ) -> ModelStep<Int> {
    switch (call, reply) {
    case (.take(let units), nil):
      .next(units <= left ? left - units : left)
    case (.take(let units), .taken):
      units <= left ? .next(left - units) : .refused
    case (.take(let units), .left(let told)):
      told >= 0 && left - units == told ? .next(told) : .refused
    case (.take(let units), .soldOut):
      units > left ? .next(left) : .refused
    case (.read, nil), (.read, .unread):
      .next(left)
    case (.read, .value(let told)):
      told == left ? .next(left) : .refused
    case (.restock(let units), nil), (.restock(let units), .restocked):
      .next(left + units)
    case (.restock(let units), .stocked(let told)):
      left + units == told ? .next(told) : .refused
    default: .refused
    }
  }

  public func isPureRead(_ call: Stock.Call, _ reply: Stock.Reply?) -> Bool {
    switch call {
    case .read: true
    case .take: reply == .soldOut
    case .restock: false
    }
  }

  public func level(of left: Int) -> Int { left }

  public func change(by call: Stock.Call) -> ClosedRange<Int> {
    switch call {
    case .take(let units): -units...0
    case .read: 0...0
    case .restock(let units): 0...units
    }
  }

  public func levels(for call: Stock.Call, _ reply: Stock.Reply) -> ClosedRange<Int> {
    switch (call, reply) {
    case (.take(let units), .taken): units ... .max
    case (.take(let units), .left(let told)): (told &+ units)...(told &+ units)
    case (.take(let units), .soldOut): .min...(units - 1)
    case (.read, .value(let told)): told...told
    case (.restock(let units), .stocked(let told)): (told &- units)...(told &- units)
    default: .min ... .max
    }
  }

  public func refusal(_ left: Int, _ call: Stock.Call, _ reply: Stock.Reply) -> String {
    switch (call, reply) {
    case (.take, .soldOut): "told \"sold out\", but \(were(left)) left"
    case (.take(let units), .taken): "took \(units), but only \(were(left)) left"
    case (.take(let units), .left(let told)) where units > left:
      "took \(units) and was told \(were(told)) left, but only \(were(left)) there"
    case (.take(let units), .left(let told)):
      "was told \(were(told)) left, but \(left) − \(units) leaves \(left - units)"
    case (.read, .value(let told)): "read \(told), but \(were(left)) left"
    case (.restock(let units), .stocked(let told)):
      "was told \(were(told)) left, but \(left) + \(units) makes \(left + units)"
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of call: Stock.Call, _ reply: Stock.Reply) -> String {
    switch (call, reply) {
    case (.take(let units), .soldOut): "less than \(units) left"
    case (.take(let units), .taken): "at least \(units) left"
    case (.take(let units), .left(let told)):
      Self.demand(told.addingReportingOverflow(units))
    case (.restock(let units), .stocked(let told)):
      Self.demand(told.subtractingReportingOverflow(units))
    case (.read, .value(let told)): "exactly \(told) left"
    default: "an impossible stock"
    }
  }

  private static func demand(_ before: (partialValue: Int, overflow: Bool)) -> String {
    before.overflow ? "an impossible stock" : "exactly \(before.partialValue) left before it"
  }

  public func words(for left: Int) -> String { "\(left) left" }
}

/// `1 was`, `2 were`.
private func were(_ count: Int) -> String { count == 1 ? "1 was" : "\(count) were" }
