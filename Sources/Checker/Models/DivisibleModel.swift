// Objects that fall into independent parts, such as the items of a shop that no basket ever connects:
// each group of connected parts is judged as an object of its own.

public import History

/// A model whose object has parts, of which a call reads and changes only those that it names.
///
/// Parts that no call connects, directly or by way of others, never meet: the object is as good as several
/// of fewer parts, and a history is linearizable iff each of theirs is (Herlihy & Wing, 1990, theorem 1).
public protocol DivisibleModel: CatalogueModel {
  /// The parts that a call names, at least one.
  static func parts(touchedBy call: Data.Call) -> [Value]
  /// What these parts alone start with, of the whole object's initial value; refuses one that leaves
  /// any of them out.
  static func initial(_ value: Value, ofParts parts: Set<Value>) throws(InvalidValue) -> Value
}

/// Operations that share parts, with the parts.
struct Division {
  var operations: [Int]
  var parts: Set<Value>
}

extension History {
  /// The independent objects of a partition, named after their parts where there are several.
  func divided<M: DivisibleModel>(
    _ partition: ModelEntry.Partition, as _: M.Type
  ) throws(InvalidValue) -> [ModelEntry.Partition] {
    guard let divisions = divisions(of: partition.operations, as: M.self) else {
      return [partition]
    }
    var partitions: [ModelEntry.Partition] = []
    for division in divisions {
      var part = partition
      part.operations = division.operations
      part.initial = try M.initial(partition.initial, ofParts: division.parts)
      if divisions.count > 1 {
        let names = division.parts.map(\.description).sorted()
        let shown = names.count > 3 ? "\(names[0]) and \(names.count - 1) more" : list(names)
        part.key = .string((partition.key.map { "\($0): " } ?? "") + shown)
      }
      partitions.append(part)
    }
    return partitions
  }

  /// A partition's operations by groups of connected parts, in the order of their first calls; nil where a
  /// call can't be read, which is for the engines to say.
  func divisions<M: DivisibleModel>(of positions: [Int], as _: M.Type) -> [Division]? {
    var groups = PartGroups()
    var first: [Int] = []
    first.reserveCapacity(positions.count)
    for position in positions {
      let operation = operations[position]
      guard
        let call = try? M.Data.call(operation.function, operation.input, by: operation.process)
      else { return nil }
      let parts = M.parts(touchedBy: call).map { groups.number(of: $0) }
      guard let part = parts.first else { return nil }
      first.append(part)
      // What failed had no effect, and connects nothing.
      if operation.outcome != .fail { for other in parts { groups.connect(part, other) } }
    }
    var places: [Int: Int] = [:]
    var divisions: [Division] = []
    for (place, position) in positions.enumerated() {
      let root = groups.root(of: first[place])
      let division = places[root, default: divisions.count]
      if division == divisions.count {
        places[root] = division
        divisions.append(Division(operations: [], parts: []))
      }
      divisions[division].operations.append(position)
    }
    for (part, number) in groups.numbers {
      if let division = places[groups.root(of: number)] { divisions[division].parts.insert(part) }
    }
    return divisions
  }
}

/// Parts by the group they belong to: union-find (Galler & Fischer 1964), with paths halved.
private struct PartGroups {
  private(set) var numbers: [Value: Int] = [:]
  private var parents: [Int] = []

  mutating func number(of part: Value) -> Int {
    if let number = numbers[part] { return number }
    numbers[part] = parents.count
    parents.append(parents.count)
    return parents.count - 1
  }

  mutating func root(of number: Int) -> Int {
    var number = number
    while parents[number] != number {
      parents[number] = parents[parents[number]]
      number = parents[number]
    }
    return number
  }

  mutating func connect(_ one: Int, _ other: Int) {
    let (one, other) = (root(of: one), root(of: other))
    parents[max(one, other)] = min(one, other)
  }
}
