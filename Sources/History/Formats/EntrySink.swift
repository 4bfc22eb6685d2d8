// Where the parsers put what they read: the builder, which stops at the first rule broken, or the
// linter, which notes it and has the parser go on with the next entry.

/// Takes what a parser found, in the order of the file.
protocol EntrySink {
  /// A hint: no more than this many operations will follow.
  mutating func expect(operations: Int)
  mutating func take(header: Header, order: EventOrder)
  mutating func take(_ entry: Entry) throws(ParseError)
  /// Something that is no entry. The parser goes on with the next one unless this throws.
  mutating func refuse(_ parseError: ParseError) throws(ParseError)
  /// Something passed over that leaves the rest readable.
  mutating func note(_ parseError: ParseError)
}

/// Builds a history and throws at the first rule broken.
struct StrictSink: EntrySink {
  var builder: HistoryBuilder
  var columns = TimeColumn()
  var notes: [ParseError] = []

  init(order: EventOrder?, source: String?) {
    builder = HistoryBuilder(order: order, source: source)
  }

  mutating func expect(operations: Int) { builder.reserve(operations: operations) }

  mutating func take(header: Header, order: EventOrder) {
    builder.header = header
    builder.follow(order)
  }

  @inline(__always)
  mutating func take(_ entry: Entry) throws(ParseError) {
    if entry.time == nil { columns.see(entry.extra) }
    try builder.append(entry)
  }

  mutating func refuse(_ parseError: ParseError) throws(ParseError) { throw parseError }

  mutating func note(_ parseError: ParseError) { notes.append(parseError) }
}
