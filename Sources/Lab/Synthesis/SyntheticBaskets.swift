// The baskets of generated histories: several items, some of which are never bought together.

import Checker
internal import History

/// Baskets of two or three items of one department; departments share no items.
struct SyntheticBaskets: SyntheticObject {
  private static let departments = 4
  private static let itemsEach = 5

  let units: Int
  private var left: [Int]

  /// - Parameter units: units of each item.
  init(units: Int) {
    self.units = units
    left = Array(repeating: units, count: Self.departments * Self.itemsEach)
  }

  var initial: Value { .map(left.indices.map { .init(Self.name($0), .int(units)) }) }

  private static func name(_ item: Int) -> Value { .string("item-\(item)") }

  private static func number(_ item: Value) -> Int {
    item.name.flatMap { Int($0.dropFirst("item-".count)) } ?? 0
  }

  /// Some of the items of a department.
  private func items(_ random: inout SplitMix64) -> [Int] {
    var items = Array(0..<Self.itemsEach)
    let first = random.below(Self.departments) * Self.itemsEach
    var some: [Int] = []
    for _ in 0..<(2 + random.below(2)) {
      some.append(first + items.remove(at: random.below(items.count)))
    }
    return some
  }

  mutating func read(_ random: inout SplitMix64) -> Request {
    Request(function: "look", input: .list(items(&random).map(Self.name)))
  }

  mutating func change(_ random: inout SplitMix64) -> Request {
    let lines = items(&random).map { Value.Entry(Self.name($0), .int(1 + random.below(4) / 3)) }
    return Request(function: "order", input: .map(lines))
  }

  mutating func perform(_ request: Request) -> Value {
    switch request.input {
    case .list(let items):
      return .map(items.map { .init($0, .int(left[Self.number($0)])) })
    case .map(let lines):
      let taken = lines.map { line -> (item: Int, units: Int) in
        if case .int(let units) = line.value { (Self.number(line.key), units) } else { (0, 0) }
      }
      guard taken.allSatisfy({ left[$0.item] >= $0.units }) else { return .string("sold-out") }
      for line in taken { left[line.item] -= line.units }
      return .map(taken.map { .init(Self.name($0.item), .int(left[$0.item])) })
    default: return .null
    }
  }

  /// Nothing is put back: no two baskets leave the same number, none is seen again, nothing is sold after
  /// "sold out", and what leaves less of one item does not leave more of another.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall] {
    let (one, other) = (Self.name(0), Self.name(1))
    let basket = Value.map([.init(one, .int(1)), .init(other, .int(1))])
    func told(_ first: Int, _ second: Int) -> Value {
      .map([.init(one, .int(first)), .init(other, .int(second))])
    }
    let next = told(max(left[0] - 1, 0), max(left[1] - 1, 0))
    switch defect {
    case .duplicate: return [.init("order", basket, next), .init("order", basket, next)]
    case .stale:
      let before = told(max(left[0], 1), max(left[1], 1))
      return [.init("order", basket, next), .init("look", .list([one, other]), before)]
    case .oversell:
      let single = Value.map([.init(one, .int(1))])
      return [
        .init("order", single, .string("sold-out")),
        .init("order", single, .map([.init(one, .int(max(left[0] - 1, 0)))])),
      ]
    case .swap:
      return [.init("order", basket, told(1, 0)), .init("order", basket, told(0, 1))]
    case .ghost: return [.init("look", .list([one]), .map([.init(one, .int(units + 1))]))]
    case .none: return []
    }
  }
}
