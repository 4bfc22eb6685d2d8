// Several items bought together, all or none, and looked at together.

/// Calls on the stocks of several items. A call touches several of them, so they are judged together.
public enum Basket: Datatype {
  public static var noun: String { "a shop of baskets" }
  public static var functions: [String] { ["order", "look"] }

  /// So many units of one item.
  public struct Line: Hashable, Sendable {
    public var item: Value
    /// At least 1.
    public var units: Int

    public init(_ item: Value, _ units: Int) {
      self.item = item
      self.units = units
    }
  }

  /// Items are text however a format writes their names, so that one file's initial stock fits another's
  /// calls.
  public static func item(_ value: Value) -> Value { value.name.map(Value.string) ?? value }

  public enum Call: Hashable, Sendable {
    /// Take what every line says, or nothing. Each item is on one line.
    case order([Line])
    /// Read how many are left of each of these items, at one moment.
    case look([Value])

    /// The items, in the order of the call.
    public var items: [Value] {
      switch self {
      case .order(let lines): lines.map(\.item)
      case .look(let items): items
      }
    }
  }

  public enum Reply: Hashable, Sendable {
    /// Taken; how many are left of each item after it, in the order of the call, nil where not said.
    case left([Int?])
    /// There was too little of at least one item, and nothing was taken.
    case soldOut
    /// Looked: how many are left of each item, in the order of the call, nil where not said.
    case values([Int?])
  }

  public static func unanswered(in reply: Reply) -> Int {
    if case .values(let values) = reply { values.count { $0 == nil } } else { 0 }
  }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch function {
    case "order": return .order(try lines(input))
    case "look": return .look(try items(input))
    default: throw unknown(function)
    }
  }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch call {
    case .look(let items):
      let answers = "look answers a map of items to what is left"
      return .values(try counts(of: items, in: output, answers))
    case .order where output.name == "sold-out": return .soldOut
    case .order(let lines) where output.isDone: return .left(lines.map { _ in nil })
    case .order(let lines):
      let answers = "order answers null, a map of items to what is left, or \"sold-out\""
      return .left(try counts(of: lines.map(\.item), in: output, answers))
    }
  }

  private static func lines(_ input: Value) throws(InvalidValue) -> [Line] {
    guard let entries = pairs(input), !entries.isEmpty else {
      throw InvalidValue(
        "order takes a map of items to units, or a list such as [[a 1] [b 2]], not \(input.told)")
    }
    var lines: [Line] = []
    for entry in entries {
      guard case .int(let units) = entry.value, (1...mostUnits).contains(units) else {
        throw InvalidValue(
          "order takes whole numbers of units, 1 to \(mostUnits), not \(entry.value.told) of "
            + "\(entry.key)")
      }
      lines.append(Line(item(entry.key), units))
    }
    try refuseRepeated(lines.map(\.item), in: "order")
    return lines
  }

  private static func items(_ input: Value) throws(InvalidValue) -> [Value] {
    switch input {
    case .list(let items) where !items.isEmpty, .set(let items) where !items.isEmpty:
      let items = items.map(item)
      try refuseRepeated(items, in: "look")
      return items
    default: throw InvalidValue("look takes a list of items, not \(input.told)")
    }
  }

  private static func refuseRepeated(
    _ items: [Value], in function: String
  ) throws(InvalidValue) {
    var seen: Set<Value> = []
    for item in items where !seen.insert(item).inserted {
      throw InvalidValue("\(function) names \(item) twice")
    }
  }

  /// What a reply tells of each item; nil of those it leaves out.
  private static func counts(
    of items: [Value], in output: Value, _ answers: String
  ) throws(InvalidValue) -> [Int?] {
    if output == .null { return items.map { _ in nil } }
    guard let entries = pairs(output) else { throw InvalidValue("\(answers), not \(output.told)") }
    var counts: [Int?] = items.map { _ in nil }
    for entry in entries {
      guard let place = items.firstIndex(of: item(entry.key)) else {
        throw InvalidValue("the reply is about \(entry.key), which the call doesn't name")
      }
      switch entry.value {
      case .null: continue
      case .int(let count): counts[place] = count
      default:
        throw InvalidValue(
          "what is left of \(entry.key) is a whole number, not \(entry.value.told)")
      }
    }
    return counts
  }

  /// A map's entries, also where it is written as a list of pairs.
  private static func pairs(_ value: Value) -> [Value.Entry]? {
    switch value {
    case .map(let entries): return entries
    case .list(let items):
      var entries: [Value.Entry] = []
      for item in items {
        guard case .list(let pair) = item, pair.count == 2 else { return nil }
        entries.append(Value.Entry(pair[0], pair[1]))
      }
      return entries
    default: return nil
    }
  }

  /// Far above any stock, and low enough that no sum over a history overflows.
  private static let mostUnits = 100_000_000_000
}
