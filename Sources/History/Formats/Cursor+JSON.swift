// JSON (RFC 8259) as values: strict, bounded in depth, exact in its numbers.
// A number that fits neither Int nor Double stays as its digits, tagged "number"; a key that appears
// twice in one object is refused, because readers disagree on which of the two counts.

extension Cursor {
  /// Steps over spaces and tabs, and over line ends too where values may span lines.
  @inline(__always)
  mutating func skipSpace() {
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      case UInt8(ascii: "\n") where spansLines: position += 1
      default: return
      }
    }
  }

  /// Any value.
  mutating func json(depth: Int = 0) throws(Fault) -> Value {
    switch byte {
    case UInt8(ascii: "\""): return .string(try jsonString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try jsonNumber()
    case UInt8(ascii: "{"): return try jsonObject(depth: depth)
    case UInt8(ascii: "["): return try jsonArray(depth: depth)
    case UInt8(ascii: "n") where jsonWord("null"): return .null
    case UInt8(ascii: "t") where jsonWord("true"): return .bool(true)
    case UInt8(ascii: "f") where jsonWord("false"): return .bool(false)
    default:
      if position < end, isCutWord() { position = end }
      throw fault(expected: "a JSON value")
    }
  }

  private mutating func jsonWord(_ word: String) -> Bool {
    guard end - position >= word.utf8.count else { return false }
    var place = position
    for byte in word.utf8 {
      guard bytes[place] == byte else { return false }
      place += 1
    }
    position = place
    return true
  }

  /// Whether the text ends within `null`, `true` or `false`: then it is cut off, not wrong.
  private func isCutWord() -> Bool {
    let rest = bytes[position..<end]
    guard rest.count < 5 else { return false }
    return ["null", "true", "false"].contains { $0.utf8.starts(with: rest) }
  }

  private mutating func jsonArray(depth: Int) throws(Fault) -> Value {
    guard depth < Self.deepest else { throw tooDeep }
    position += 1
    var items: [Value] = []
    skipSpace()
    if skip(UInt8(ascii: "]")) { return .list(items) }
    while true {
      skipSpace()
      items.append(try json(depth: depth + 1))
      skipSpace()
      if skip(UInt8(ascii: ",")) { continue }
      if skip(UInt8(ascii: "]")) { return .list(items) }
      throw fault(expected: "a comma or ]")
    }
  }

  var tooDeep: Fault {
    fault("lists and maps nest more than \(Self.deepest) deep, which no history needs")
  }

  private mutating func jsonObject(depth: Int) throws(Fault) -> Value {
    guard depth < Self.deepest else { throw tooDeep }
    position += 1
    var entries: [Value.Entry] = []
    var keys = DistinctValues()
    skipSpace()
    if skip(UInt8(ascii: "}")) { return .map(entries) }
    while true {
      skipSpace()
      let start = position
      guard byte == UInt8(ascii: "\"") else { throw fault(expected: "a key in quotes") }
      let key = Value.string(try jsonString())
      guard keys.insert(key, beside: entries, \.key) else {
        throw fault("the key \"\(brief(key))\" appears twice in one object", at: start)
      }
      try colon()
      entries.append(.init(key, try json(depth: depth + 1)))
      skipSpace()
      if skip(UInt8(ascii: ",")) { continue }
      if skip(UInt8(ascii: "}")) { return Self.unwrapped(entries) }
      throw fault(expected: "a comma or }")
    }
  }

  @inline(__always)
  mutating func colon() throws(Fault) {
    skipSpace()
    guard skip(UInt8(ascii: ":")) else { throw fault(expected: "a colon") }
    skipSpace()
  }

  /// What JSON has no form for is written as an object with one reserved key (`JSONText`).
  private static func unwrapped(_ entries: [Value.Entry]) -> Value {
    guard entries.count == 1, let name = entries[0].key.name, name.utf8.first == UInt8(ascii: "#"),
      case .list(let items) = entries[0].value
    else { return .map(entries) }
    switch name {
    case "#set": return .set(items)
    case "#map":
      let pairs = items.compactMap { item -> Value.Entry? in
        guard case .list(let pair) = item, pair.count == 2 else { return nil }
        return Value.Entry(pair[0], pair[1])
      }
      return pairs.count == items.count ? .map(pairs) : .map(entries)
    case "#tag":
      guard items.count == 2, case .string(let tag) = items[0] else { return .map(entries) }
      return .tagged(tag, items[1])
    default: return .map(entries)
    }
  }
}

/// Finds a key that stands twice: by comparing while there are few, by hashing beyond.
struct DistinctValues {
  private var seen: Set<Value> = []

  mutating func insert<Item>(
    _ value: Value, beside items: [Item], _ key: (Item) -> Value
  ) -> Bool {
    if items.count < 8 { return !items.contains { key($0) == value } }
    if seen.isEmpty { seen = Set(items.map(key)) }
    return seen.insert(value).inserted
  }
}
