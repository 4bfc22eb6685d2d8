// Jepsen's history.edn, Knossos' data files and Porcupine's key-value logs: maps of EDN, one per
// line, one over many lines, or all within one vector or list. Order is the order of the file;
// Jepsen writes its journal through one appender, and its times may go back a little.

struct JepsenEDN {
  private var cursor: Cursor
  private var lines = Lines()
  /// The bracket that closes the vector or list around all entries.
  private var close: UInt8?
  private var whole = 0
  private var rescans = 0
  /// Whether entries go without a process: all of them or none.
  private var anonymous: Bool?

  init(_ bytes: [UInt8]) {
    cursor = Cursor(bytes)
  }

  /// Reads every entry into the sink.
  mutating func read<Sink: EntrySink>(into sink: inout Sink) throws(ParseError) {
    sink.expect(operations: cursor.bytes.count / 60)
    do throws(Fault) {
      try open()
    } catch {
      return try sink.refuse(lines.parseError(error, in: cursor.bytes))
    }
    while try next(into: &sink) {}
    if anonymous == true {
      sink.note(
        ParseError(
          line: 0, rule: .anonymous,
          "no entry names a process; all were read as one client's, one call after another"))
    }
  }

  private mutating func open() throws(Fault) {
    try cursor.skipEDNSpace()
    if cursor.skip(UInt8(ascii: "[")) {
      close = UInt8(ascii: "]")
    } else if cursor.skip(UInt8(ascii: "(")) {
      close = UInt8(ascii: ")")
    }
  }

  /// Reads one entry; false at the end.
  private mutating func next<Sink: EntrySink>(into sink: inout Sink) throws(ParseError) -> Bool {
    var start = cursor.position
    let entry: Entry
    do throws(Fault) {
      try cursor.skipEDNSpace()
      start = cursor.position
      if try ended() { return false }
      entry = try readEntry()
    } catch {
      return try refuse(error, from: start, into: &sink)
    }
    whole += 1
    try sink.take(entry)
    return true
  }

  /// Whether nothing follows; what follows a closing bracket is refused.
  private mutating func ended() throws(Fault) -> Bool {
    if let close {
      guard cursor.skip(close) else {
        if cursor.atEnd {
          let bracket = Character(Unicode.Scalar(close))
          throw cursor.fault(expected: "another map or the closing \(bracket)")
        }
        return false
      }
      try cursor.skipEDNSpace()
      guard cursor.atEnd else {
        throw cursor.fault(expected: "the end of the file after the closing bracket")
      }
      return true
    }
    return cursor.atEnd
  }

  private mutating func readEntry() throws(Fault) -> Entry {
    let start = cursor.position
    let (line, column) = lines.place(of: start, in: cursor.bytes)
    let draft = try cursor.ednEntry(line: line, column: column)
    let lacksProcess = draft.given & EntryField.process.bit == 0
    guard lacksProcess == anonymous ?? lacksProcess else {
      throw cursor.fault(
        "only some entries up to this one have a :process; give all of them one, or none",
        at: start, rule: .field)
    }
    anonymous = lacksProcess
    return draft.entry
  }

  /// Refuses an entry and looks for the next one on a later line; false if there is none.
  private mutating func refuse<Sink: EntrySink>(
    _ fault: Fault, from start: Int, into sink: inout Sink
  ) throws(ParseError) -> Bool {
    let ranOut = fault.position >= cursor.end
    // A name or number that is cut off may be taken for another one, so the fault stands before it.
    let isCut = ranOut || (cursor.atEnd && cursor.bytes.last != UInt8(ascii: "}"))
    if close == nil, whole > 0, isCut, isLastLine(start) {
      let (line, column) = lines.place(of: cursor.end, in: cursor.bytes)
      sink.note(
        ParseError(
          line: line, column: column, rule: .truncated,
          "the last line is cut off, as by a killed run; it was left out"))
      return false
    }
    var fault = fault
    if ranOut, start < cursor.end, !isLastLine(start) {
      fault = Fault(
        position: start, message: "the map that begins here is not closed by the end of the file")
    }
    try sink.refuse(lines.parseError(fault, in: cursor.bytes))
    return skipToNextMap(after: start, stoppedAt: ranOut ? cursor.end : fault.position)
  }

  private func isLastLine(_ position: Int) -> Bool {
    !cursor.bytes[position...].contains(UInt8(ascii: "\n"))
  }

  /// Goes to the next line that begins with a map. A map that swallowed the rest of the file is
  /// given up at its first line, but not so often that a file full of them takes a square of time.
  private mutating func skipToNextMap(after start: Int, stoppedAt stop: Int) -> Bool {
    cursor.position = max(start, stop - 1)
    if stop >= cursor.end, rescans < 16 {
      rescans += 1
      cursor.position = start
    }
    while !cursor.atEnd {
      cursor.position = cursor.first(UInt8(ascii: "\n"))
      cursor.skipSpace()
      if cursor.byte == UInt8(ascii: "{") { return true }
    }
    return false
  }
}
