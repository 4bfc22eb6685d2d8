// EDN (github.com/edn-format/edn) as values: what Clojure prints, tags and all.
// Lists and vectors become one kind of list, keywords and symbols one kind of name: a history means
// the same by either. What is not a value (comments, `#_` forms) is skipped.

extension Cursor {
  /// Steps over whitespace (commas are), comments and discarded forms.
  mutating func skipEDNSpace(depth: Int = 0) throws(Fault) {
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: ","), 9...13: position += 1
      case UInt8(ascii: ";"): position = first(UInt8(ascii: "\n"))
      case UInt8(ascii: "#") where next == UInt8(ascii: "_"):
        guard depth < Self.deepest else { throw tooDeep }
        position += 2
        try skipEDNSpace(depth: depth + 1)
        _ = try edn(depth: depth + 1)
      default: return
      }
    }
  }

  /// Any value, the cursor standing on its first byte.
  mutating func edn(depth: Int = 0) throws(Fault) -> Value {
    switch byte {
    case UInt8(ascii: "\""): return .string(try jsonString(controls: true))
    case UInt8(ascii: ":"): return .keyword(try ednKeyword())
    case UInt8(ascii: "["):
      return .list(try ednItems(until: UInt8(ascii: "]"), depth: depth))
    case UInt8(ascii: "("):
      return .list(try ednItems(until: UInt8(ascii: ")"), depth: depth))
    case UInt8(ascii: "{"): return .map(try ednMap(depth: depth))
    case UInt8(ascii: "\\"): return .string(try ednCharacter())
    case UInt8(ascii: "#"): return try ednDispatch(depth: depth)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return try ednNumber()
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      return next &- UInt8(ascii: "0") < 10 ? try ednNumber() : try ednSymbol()
    default: return try ednSymbol()
    }
  }

  /// The values up to the closing bracket, the cursor standing on the opening one.
  private mutating func ednItems(until close: UInt8, depth: Int) throws(Fault) -> [Value] {
    guard depth < Self.deepest else { throw tooDeep }
    position += 1
    var items: [Value] = []
    while true {
      try skipEDNSpace(depth: depth + 1)
      if skip(close) { return items }
      guard !isEDNClosing(byte), !atEnd else {
        throw fault(expected: "a value or \(Character(Unicode.Scalar(close)))")
      }
      items.append(try edn(depth: depth + 1))
    }
  }

  private mutating func ednSet(depth: Int) throws(Fault) -> Value {
    let start = position - 1
    let items = try ednItems(until: UInt8(ascii: "}"), depth: depth)
    guard Set(items).count == items.count else {
      throw fault("a value appears twice in one set", at: start)
    }
    return .set(items)
  }

  private mutating func ednMap(depth: Int) throws(Fault) -> [Value.Entry] {
    guard depth < Self.deepest else { throw tooDeep }
    position += 1
    var entries: [Value.Entry] = []
    var keys = DistinctValues()
    while true {
      try skipEDNSpace(depth: depth + 1)
      if skip(UInt8(ascii: "}")) { return entries }
      guard !isEDNClosing(byte), !atEnd else { throw fault(expected: "a key or }") }
      let start = position
      let key = try edn(depth: depth + 1)
      guard keys.insert(key, beside: entries, \.key) else {
        throw fault("the key \(excerpt(from: start)) appears twice in one map", at: start)
      }
      entries.append(.init(key, try ednMapValue(depth: depth + 1)))
    }
  }

  /// The value after a map's key.
  mutating func ednMapValue(depth: Int) throws(Fault) -> Value {
    try skipEDNSpace(depth: depth)
    guard !isEDNClosing(byte), !atEnd else { throw fault(expected: "the value of the key") }
    return try edn(depth: depth)
  }

  func isEDNClosing(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ")")
  }

  /// What begins with #: a set, a symbolic number, a namespaced map, a tagged value.
  private mutating func ednDispatch(depth: Int) throws(Fault) -> Value {
    guard depth < Self.deepest else { throw tooDeep }
    let start = position
    position += 1
    switch byte {
    case UInt8(ascii: "{"): return try ednSet(depth: depth)
    case UInt8(ascii: "#"):
      position += 1
      let name = try ednToken("Inf, -Inf or NaN")
      return .tagged("number", .string("##" + name))
    case UInt8(ascii: ":"): return .map(try ednNamespacedMap(depth: depth))
    default: break
    }
    let tag = try ednToken("a set, or a tag with its value")
    guard let first = tag.unicodeScalars.first, first.properties.isAlphabetic else {
      throw fault("found #\(brief(tag)), expected a tag that begins with a letter", at: start)
    }
    return .tagged(tag, try ednMapValue(depth: depth + 1))
  }

  /// `#:a{:b 1}` is `{:a/b 1}` (Clojure prints maps of one namespace like that).
  private mutating func ednNamespacedMap(depth: Int) throws(Fault) -> [Value.Entry] {
    let namespace = try ednKeyword()
    try skipEDNSpace(depth: depth)
    guard byte == UInt8(ascii: "{") else { throw fault(expected: "a map {…}") }
    return try ednMap(depth: depth).map { entry in
      guard case .keyword(let name) = entry.key, !name.utf8.contains(UInt8(ascii: "/")) else {
        return entry
      }
      return Value.Entry(.keyword(namespace + "/" + name), entry.value)
    }
  }
}
