// A model of your own: a stock that may go a little below zero, and no further.

import Checker
import History

public struct OverbookedStock: CatalogueModel {
  public typealias Data = Stock

  public static let name = "overbooked-stock"
  public static let summary = "a stock of which five more units are sold than there are"
  public static let initialForm = "units in stock"

  public let initial: Int

  public init(initial value: Value) throws(InvalidValue) {
    guard case .int(let units) = value else {
      throw InvalidValue("not a number of units: \(value)")
    }
    initial = units
  }

  public func step(_ left: Int, _ call: Stock.Call, _ reply: Stock.Reply?) -> ModelStep<Int> {
    switch (call, reply) {
    case (.take(let units), .left(let told)):
      told == left - units && told >= -5 ? .next(told) : .refused
    case (.take(let units), .soldOut): left - units < -5 ? .next(left) : .refused
    case (.take(let units), nil): .next(left - units < -5 ? left : left - units)
    case (.read, .value(let told)): told == left ? .next(left) : .refused
    case (.read, nil): .next(left)
    case (.restock(let units), _): .next(left + units)
    default: .refused
    }
  }

  public func isPureRead(_ call: Stock.Call, _ reply: Stock.Reply?) -> Bool {
    call == .read || reply == .soldOut
  }

  public func refusal(_ left: Int, _ call: Stock.Call, _ reply: Stock.Reply) -> String {
    "answered \(reply) to \(call), but \(left) were left"
  }
}
