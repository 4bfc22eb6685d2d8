// The project's own form: one JSON object per line, written as the run goes (docs/formats.md).
// Reads foreign JSON Lines with the same keys too, which have no header. Every line stands alone:
// a broken one is refused by itself, and one cut off at the very end is a killed run's last.

struct JSONLines {
  /// How far reading has come, for a text that is given in pieces of whole lines.
  struct Place: Sendable {
    /// The next line.
    var line = 1
    /// Whole lines so far: only after one can another be "cut off".
    var whole = 0
  }

  private var cursor: Cursor
  private(set) var place: Place

  /// Reads on from `place`: a piece ends with a line's end, the last one may not.
  init(_ bytes: [UInt8], from place: Place = Place()) {
    cursor = Cursor(bytes, spansLines: false)
    // A byte order mark stands at the start of a text only.
    if place.line > 1 { cursor.position = 0 }
    self.place = place
  }

  /// Reads every line into the sink.
  mutating func read<Sink: EntrySink>(into sink: inout Sink) throws(ParseError) {
    if place.line == 1 { sink.expect(operations: mostOperations()) }
    while !cursor.atEnd {
      let start = cursor.position
      cursor.skipSpace()
      if !atLineEnd { try readLine(from: start, into: &sink) }
      cursor.position += 1
      place.line += 1
    }
  }

  private var atLineEnd: Bool { cursor.byte == UInt8(ascii: "\n") || cursor.atEnd }

  /// Reads the line from its first byte that is no space, up to its end.
  @inline(__always)
  private mutating func readLine<Sink: EntrySink>(
    from start: Int, into sink: inout Sink
  ) throws(ParseError) {
    if place.whole == 0 {
      let entries: [Value.Entry]?
      do throws(Fault) {
        entries = try header()
      } catch {
        return try refuse(error, from: start, into: &sink)
      }
      if let entries {
        place.whole += 1
        return try take(entries, into: &sink)
      }
    }
    let entry: Entry
    do throws(Fault) {
      entry = try cursor.jsonEntry(line: place.line, column: 0)
      cursor.skipSpace()
      guard atLineEnd else { throw cursor.fault(expected: "the end of the line") }
    } catch {
      return try refuse(error, from: start, into: &sink)
    }
    place.whole += 1
    try sink.take(entry)
  }

  /// The first line's keys if it is a header; what is wrong in a line that was to be one is refused
  /// where it stands.
  private mutating func header() throws(Fault) -> [Value.Entry]? {
    var probe = cursor
    do throws(Fault) {
      guard case .map(let entries) = try probe.json(),
        entries.contains(where: { $0.key.name == "soldout" })
      else { return nil }
      probe.skipSpace()
      guard probe.byte == UInt8(ascii: "\n") || probe.atEnd else {
        throw probe.fault(expected: "the end of the line")
      }
      cursor.position = probe.position
      return entries
    } catch {
      guard namesVersion else { return nil }
      throw error
    }
  }

  /// Whether the line at hand has the key that makes it a header.
  private var namesVersion: Bool {
    let end = cursor.first(UInt8(ascii: "\n"))
    return cursor.bytes[cursor.position..<end].firstRange(of: Array("\"soldout\"".utf8)) != nil
  }

  private func take<Sink: EntrySink>(
    _ entries: [Value.Entry], into sink: inout Sink
  ) throws(ParseError) {
    do throws(ParseError) {
      let (header, order) = try Header.read(entries, line: place.line)
      sink.take(header: header, order: order)
    } catch {
      try sink.refuse(error)
    }
  }

  private mutating func refuse<Sink: EntrySink>(
    _ fault: Fault, from start: Int, into sink: inout Sink
  ) throws(ParseError) {
    let column = fault.position - start + 1
    cursor.position = cursor.first(UInt8(ascii: "\n"))
    guard fault.position >= cursor.end, place.whole > 0 else {
      return try sink.refuse(
        ParseError(line: place.line, column: column, rule: fault.rule, fault.message))
    }
    sink.note(
      ParseError(
        line: place.line, column: column, rule: .truncated,
        "the last line is cut off, as by a killed run; it was left out"))
  }

  /// An upper bound for the calls in the file: a line each, of at least 40 bytes. Room that is
  /// never touched costs no memory; moving a grown array would cost twice its size.
  private func mostOperations() -> Int {
    var lines = 1
    for byte in cursor.bytes { lines &+= byte == UInt8(ascii: "\n") ? 1 : 0 }
    return min(lines, cursor.bytes.count / 40)
  }
}

extension Header {
  /// A header from its object, and the order of events it asks for.
  static func read(
    _ entries: [Value.Entry], line: Int
  ) throws(ParseError) -> (Header, EventOrder) {
    var header = Header()
    var order = EventOrder.times
    for entry in entries {
      switch (entry.key.name, entry.value) {
      case ("soldout", .int(1)): break
      case ("soldout", let version):
        throw ParseError(
          line: line, rule: .header,
          "the history is of format version \(brief(version)), expected 1; "
            + "read it with the version of soldout that wrote it")
      case ("workload", .string(let name)): header.workload = name
      case ("strategy", .string(let name)): header.strategy = name
      case ("model", .string(let name)): header.model = name
      case ("seed", .string(let seed)): header.seed = seed
      case ("initial", .map(let values)):
        for value in values { header.initial[value.key] = value.value }
      case ("initial", let value): header.initial[.null] = value
      case ("order", .string("times")): order = .times
      case ("order", .string("positions")): order = .positions
      case ("workload", _), ("strategy", _), ("model", _), ("seed", _), ("order", _):
        throw ParseError(
          line: line, rule: .header,
          "the header's \(entry.key) is \(brief(entry.value)), expected "
            + (entry.key.name == "order" ? "\"times\" or \"positions\"" : "a text in quotes"))
      default: header.extra.append(entry)
      }
    }
    return (header, order)
  }
}
