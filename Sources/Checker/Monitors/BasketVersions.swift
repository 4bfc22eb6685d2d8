// What was told of each item, as a descending line of versions. Gaps in it are filled with unanswered
// orders, where that is possible in one way; it does not look at when calls were made.

import History

/// The calls on each item in the order in which its numbers fell.
struct BasketVersions {
  /// One call on one item.
  struct Entry {
    var call: Int
    /// Left of the item after the call.
    var left: Int
    /// Units taken, 0 by a look.
    var units: Int
    /// Left of the item before the call.
    var found: Int { left + units }
  }

  let calls: [TimedCall<Basket>]
  let model: BasketModel
  /// By item, the first call first.
  var lines: [[Entry]]
  /// Orders that were never answered, by call.
  private(set) var pending: [Int] = []
  /// Those of them that are taken to have happened.
  var filled: Set<Int> = []

  /// Reads what was told, and refuses numbers that contradict each other.
  init(_ calls: [TimedCall<Basket>], _ model: BasketModel) throws(BasketRefusal) {
    self.calls = calls
    self.model = model
    lines = Array(repeating: [], count: model.items.count)
    for index in calls.indices { try read(index) }
    for item in lines.indices { try arrange(item) }
  }

  /// Bytes of the tables, estimated.
  var bytes: Int { lines.reduce(0) { $0 + $1.capacity * MemoryLayout<Entry>.stride } }

  private mutating func read(_ index: Int) throws(BasketRefusal) {
    switch (calls[index].call, calls[index].reply) {
    case (.order, nil): pending.append(index)
    case (.order(let lines), .left(let told)):
      for (line, told) in zip(lines, told) {
        guard let told else {
          throw .open("an order doesn't say what was left of every item")
        }
        try append(index, line.item, left: told, units: line.units)
      }
    case (.look(let items), .values(let told)):
      for (item, told) in zip(items, told) {
        if let told { try append(index, item, left: told, units: 0) }
      }
    case (.look, nil), (.order, .soldOut): break
    default: throw .open("a reply does not fit its call")
    }
  }

  private mutating func append(
    _ call: Int, _ item: Value, left: Int, units: Int
  ) throws(BasketRefusal) {
    guard let item = model.places[item] else { throw .open("an item was never in stock") }
    let (found, overflow) = left.addingReportingOverflow(units)
    guard !overflow, left >= 0, found <= model.initial[item] else {
      throw .conflict(.impossible(call, item: item))
    }
    lines[item].append(Entry(call: call, left: left, units: units))
  }

  /// Sorts an item's calls: the order that leaves a number before the looks that see it.
  private mutating func arrange(_ item: Int) throws(BasketRefusal) {
    lines[item].sort {
      $0.left != $1.left ? $0.left > $1.left : $0.units > 0 && $1.units == 0
    }
    var previous: Entry?
    for entry in lines[item] {
      if let previous, entry.found > previous.left {
        throw .conflict(
          previous.units > 0
            ? .overlap(previous.call, entry.call, item: item)
            : .skipped(look: previous.call, order: entry.call, item: item))
      }
      previous = entry
    }
  }

  /// What is left of an item after all calls that told it.
  func last(of item: Int) -> Int { lines[item].last?.left ?? model.initial[item] }

  /// The first call that left less than this of an item, as its place among the item's calls.
  func first(below units: Int, of item: Int) -> Int? {
    var low = 0
    var high = lines[item].count
    while low < high {
      let middle = (low + high) / 2
      if lines[item][middle].left < units { high = middle } else { low = middle + 1 }
    }
    return low < lines[item].count ? low : nil
  }

  /// What a call told of an item, with the units it took; nil where it told nothing.
  func entry(of call: Int, on item: Int) -> Entry? {
    let name = model.items[item]
    switch (calls[call].call, calls[call].reply) {
    case (.order(let lines), .left(let told)):
      guard let place = lines.firstIndex(where: { $0.item == name }), let left = told[place] else {
        return nil
      }
      return Entry(call: call, left: left, units: lines[place].units)
    case (.look(let items), .values(let told)):
      guard let place = items.firstIndex(of: name), let left = told[place] else { return nil }
      return Entry(call: call, left: left, units: 0)
    default: return nil
    }
  }

  /// The item that shows one answered call to come before another; nil where none does.
  func item(showing first: Int, before second: Int) -> Int? {
    for name in calls[first].call.items {
      guard let item = model.places[name], let one = entry(of: first, on: item),
        let other = entry(of: second, on: item)
      else { continue }
      if one.left > other.left || (one.left == other.left && one.units > 0 && other.units == 0) {
        return item
      }
    }
    return nil
  }
}
