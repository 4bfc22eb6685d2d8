// Times under another name (`--time FIELD`): the column becomes the time, and the entries
// are sorted by it, since files of several clients are often just concatenated.

/// Takes every entry's time from a field, and hands the entries on in the order of their times.
struct TimeSink<Base: EntrySink>: EntrySink {
  var base: Base
  let field: String
  private var entries: [Entry] = []

  init(base: Base, field: String) {
    self.base = base
    self.field = field
  }

  mutating func expect(operations: Int) { base.expect(operations: operations) }

  mutating func take(header: Header, order _: EventOrder) {
    base.take(header: header, order: .times)
  }

  mutating func take(_ entry: Entry) throws(ParseError) {
    var entry = entry
    if field != "time" {
      guard let place = entry.extra.firstIndex(where: { $0.key.name == field }) else {
        return try base.refuse(
          parseError(entry, "the entry has no \(brief(field)), which --time names"))
      }
      let value = entry.extra.remove(at: place).value
      guard case .int(let time) = value else {
        return try base.refuse(
          parseError(
            entry,
            "\(brief(field)) is \(brief(value.told)), expected a whole number, as --time names it"))
      }
      entry.time = Int64(time)
    }
    entries.append(entry)
  }

  private func parseError(_ entry: Entry, _ message: String) -> ParseError {
    ParseError(line: entry.line, column: max(1, entry.column), rule: .field, message)
  }

  mutating func refuse(_ parseError: ParseError) throws(ParseError) {
    try base.refuse(parseError)
  }

  mutating func note(_ parseError: ParseError) { base.note(parseError) }

  /// Hands everything on. Entries of one time keep the order of the file, so that a process' reply
  /// stays before its next call.
  mutating func finish() throws(ParseError) {
    let order = entries.indices.sorted {
      (entries[$0].time ?? .min, $0) < (entries[$1].time ?? .min, $1)
    }
    for index in order { try base.take(entries[index]) }
    entries = []
  }
}
