// Several items bought together: all of a basket or nothing, in one step.

public import History

/// The stocks of several items that go below zero together or not at all; a state is what is left of each.
public struct BasketModel: DivisibleModel {
  public typealias Data = Basket

  public static var name: String { "basket" }
  public static var summary: String { "baskets of several items, all or none: order, look" }
  public static var initialForm: String { "a map of items to units in stock; required" }
  public static var mayStartWithMap: Bool { true }

  /// The items, in the order of the state.
  public let items: [Value]
  public let initial: [Int]
  /// Where each item stands.
  let places: [Value: Int]

  /// Items that are not named have never been in stock.
  public init(_ stock: [Value: Int]) {
    let stock = stock.sorted { $0.key.description < $1.key.description }
    items = stock.map(\.key)
    initial = stock.map(\.value)
    places = Dictionary(uniqueKeysWithValues: zip(items, items.indices))
  }

  public init(initial value: Value) throws(InvalidValue) {
    guard case .map(let entries) = value else {
      throw InvalidValue(
        value == .null
          ? "basket needs its initial value: \(Self.initialForm)"
          : "basket starts with a map of items to units in stock, not with \(value.told)")
    }
    var stock: [Value: Int] = [:]
    for entry in entries {
      stock[Basket.item(entry.key)] = try Self.count(entry.value, absent: nil)
    }
    self.init(stock)
  }

  public static func parts(touchedBy call: Basket.Call) -> [Value] { call.items }

  public static func initial(
    _ value: Value, ofParts parts: Set<Value>
  ) throws(InvalidValue) -> Value {
    guard case .map(let entries) = value else { return value }
    let stocked = Set(entries.map { Basket.item($0.key) })
    if let missing = parts.subtracting(stocked).map(\.description).min() {
      throw InvalidValue("basket starts with \(initialForm); it has no \(missing)")
    }
    return .map(entries.filter { parts.contains(Basket.item($0.key)) })
  }

  public func step(
    _ left: [Int], _ call: Basket.Call, _ reply: Basket.Reply?
  ) -> ModelStep<[Int]> {
    switch (call, reply) {
    case (.order(let lines), nil): return .next(taken(lines, from: left) ?? left)
    case (.order(let lines), .soldOut):
      return taken(lines, from: left) == nil ? .next(left) : .refused
    case (.order(let lines), .left(let told)):
      guard let after = taken(lines, from: left), agree(told, lines.map(\.item), after) else {
        return .refused
      }
      return .next(after)
    case (.look, nil): return .next(left)
    case (.look(let items), .values(let told)):
      return agree(told, items, left) ? .next(left) : .refused
    default: return .refused
    }
  }

  public func isPureRead(_ call: Basket.Call, _ reply: Basket.Reply?) -> Bool {
    if case .look = call { true } else { reply == .soldOut }
  }

  public func footprint(of left: [Int]) -> Int { 32 + left.count * MemoryLayout<Int>.stride }

  /// What is left after an order; nil where there is too little of an item.
  private func taken(_ lines: [Basket.Line], from left: [Int]) -> [Int]? {
    var after = left
    for line in lines {
      guard let place = places[line.item], after[place] >= line.units else { return nil }
      after[place] -= line.units
    }
    return after
  }

  private func agree(_ told: [Int?], _ items: [Value], _ left: [Int]) -> Bool {
    zip(told, items).allSatisfy { told, item in told == nil || told == self.left(item, left) }
  }

  private func left(_ item: Value, _ left: [Int]) -> Int { places[item].map { left[$0] } ?? 0 }

  public func refusal(_ left: [Int], _ call: Basket.Call, _ reply: Basket.Reply) -> String {
    switch (call, reply) {
    case (.order(let lines), .soldOut):
      let stock = lines.map { "\(self.left($0.item, left)) \($0.item) left for \($0.units)" }
      return "was told \"sold out\", but there was enough: \(Checker.list(stock))"
    case (.order(let lines), .left(let told)):
      if let short = lines.first(where: { self.left($0.item, left) < $0.units }) {
        return "took \(short.units) \(short.item), but only \(self.left(short.item, left)) left"
      }
      for (line, told) in zip(lines, told) {
        let after = self.left(line.item, left) - line.units
        if let told, told != after {
          return "was told \(told) \(line.item) left, but "
            + "\(self.left(line.item, left)) − \(line.units) leaves \(after)"
        }
      }
    case (.look(let items), .values(let told)):
      for (item, told) in zip(items, told) {
        if let told, told != self.left(item, left) {
          return "saw \(told) \(item), but \(self.left(item, left)) left"
        }
      }
    default: break
    }
    return "answered \(reply), which is not a reply to \(call)"
  }

  public func demand(of call: Basket.Call, _ reply: Basket.Reply) -> String {
    switch (call, reply) {
    case (.order(let lines), .soldOut):
      "less than " + lines.map { "\($0.units) \($0.item)" }.joined(separator: " or less than ")
    case (.order(let lines), .left(let told)):
      Checker.list(
        zip(lines, told).map { line, told in
          guard let told else { return "at least \(line.units) \(line.item)" }
          let (before, overflow) = told.addingReportingOverflow(line.units)
          return overflow ? "an impossible stock" : "exactly \(before) \(line.item) before it"
        })
    case (.look(let items), .values(let told)):
      Checker.list(zip(items, told).compactMap { item, told in told.map { "\($0) \(item)" } })
    default: "an impossible stock"
    }
  }

  public func words(for left: [Int]) -> String {
    Checker.list(zip(items, left).map { "\($1) \($0)" }) + " left"
  }
}
