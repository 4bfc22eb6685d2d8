// Values of `jepsen.independent`: on disk a key and its value are a plain pair `[k v]`, which looks
// like a CAS' `[from to]`. Only the user can say which it is (`--independent`).

/// Takes keys out of values before the entries go on.
struct IndependentSink<Base: EntrySink>: EntrySink {
  var base: Base

  mutating func expect(operations: Int) { base.expect(operations: operations) }

  mutating func take(header: Header, order: EventOrder) { base.take(header: header, order: order) }

  mutating func take(_ entry: Entry) throws(ParseError) {
    guard case .client = entry.process else { return try base.take(entry) }
    var entry = entry
    switch entry.value {
    case .list(let pair) where pair.count == 2 && entry.key == nil:
      entry.key = pair[0]
      entry.value = pair[1]
    case .tagged("jepsen.independent/tuple", .list(let pair)) where pair.count == 2:
      entry.key = pair[0]
      entry.value = pair[1]
    // Knossos' `cas` on a key, written flat.
    case .list(let parts) where parts.count == 3 && entry.key == nil && entry.function == "cas":
      entry.key = parts[0]
      entry.value = .list(Array(parts[1...]))
    case .null where entry.kind == .fail || entry.kind == .info:
      // A failure without a value says nothing about keys; the call's stands.
      break
    default:
      return try base.refuse(
        ParseError(
          line: entry.line, column: max(1, entry.column), rule: .pair,
          entry.key == nil
            ? "the value is not a [key value] pair; leave --independent out if values have no keys"
            : "the entry has a key of its own; leave --independent out"))
    }
    try base.take(entry)
  }

  mutating func refuse(_ parseError: ParseError) throws(ParseError) {
    try base.refuse(parseError)
  }

  mutating func note(_ parseError: ParseError) { base.note(parseError) }
}
