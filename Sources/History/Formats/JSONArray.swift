// One JSON array of entries, as elle-cli and Jepsen's exporters write it: the same keys as the own
// form, strings for keywords. Order is the order of the array, as in the EDN it comes from.

struct JSONArray {
  private var cursor: Cursor
  private var lines = Lines()

  init(_ bytes: [UInt8]) {
    cursor = Cursor(bytes)
  }

  /// Reads every entry into the sink.
  mutating func read<Sink: EntrySink>(into sink: inout Sink) throws(ParseError) {
    sink.expect(operations: cursor.bytes.count / 40)
    var first = true
    while true {
      let entry: Entry
      do throws(Fault) {
        guard let next = try next(isFirst: first) else { return }
        entry = next
      } catch {
        // Without its brackets nothing says where the next entry begins.
        return try sink.refuse(lines.parseError(error, in: cursor.bytes))
      }
      first = false
      try sink.take(entry)
    }
  }

  private mutating func next(isFirst: Bool) throws(Fault) -> Entry? {
    cursor.skipSpace()
    if isFirst {
      guard cursor.skip(UInt8(ascii: "[")) else {
        throw cursor.fault(expected: "an array of operations […]")
      }
      cursor.skipSpace()
      if cursor.skip(UInt8(ascii: "]")) { return try end() }
    } else if cursor.skip(UInt8(ascii: "]")) {
      return try end()
    } else if !cursor.skip(UInt8(ascii: ",")) {
      throw cursor.fault(expected: "a comma or ]")
    }
    cursor.skipSpace()
    let (line, column) = lines.place(of: cursor.position, in: cursor.bytes)
    return try cursor.jsonEntry(line: line, column: column)
  }

  private mutating func end() throws(Fault) -> Entry? {
    cursor.skipSpace()
    guard cursor.atEnd else {
      throw cursor.fault(expected: "the end of the file after the closing ]")
    }
    return nil
  }
}
