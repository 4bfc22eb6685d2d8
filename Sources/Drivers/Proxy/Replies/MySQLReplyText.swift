// A MySQL reply as a lane shows it: its first row, how many rows it changed, or its error. Rows come
// as texts or, of prepared statements, in binary form by their columns' types (MySQL Internals, "Binary
// Protocol Resultset Row").

/// MySQL's packets in words.
enum MySQLReplyText {
  static func shown(_ bytes: [UInt8]) -> CommandTrace.Reply {
    var rest = bytes[...]
    guard let first = packet(&rest), let kind = first.first else { return .ok }
    switch kind {
    case 0x00:
      var counts = first.dropFirst()
      let count = number(&counts) ?? 0
      return count == 0 ? .ok : ShownText.rows(count)
    case 0xff:
      return .error("\(first.dropFirst().prefix(2).reversed().reduce(0) { $0 << 8 | Int($1) })")
    case 0xfb, 0xfe: return .ok
    default: return rows(Int(kind), &rest)
    }
  }

  private static func rows(
    _ columns: Int, _ rest: inout ArraySlice<UInt8>
  ) -> CommandTrace.Reply {
    var types: [UInt8] = []
    while let packet = packet(&rest) {
      // A column's definition begins with the catalogue, which is always called def.
      if types.count < columns, packet.starts(with: [3] + "def".utf8) {
        types.append(type(of: packet))
      } else if packet.first == 0xfe, packet.count < 9 {
        // The end of the columns; a second one, or one after none, is the end of the rows.
        if rest.isEmpty || packet.count > 5 { return .null }
        var next = rest
        if let first = self.packet(&next), first.first == 0xfe, first.count < 9 { return .null }
      } else if packet.first == 0xff {
        return .error("\(packet.dropFirst().prefix(2).reversed().reduce(0) { $0 << 8 | Int($1) })")
      } else {
        return texts(packet, columns).map { ShownText.row($0) }
          ?? ShownText.row(values(packet, types))
      }
    }
    return .text("…")
  }

  private static func packet(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count > 4 else { return nil }
    let length = rest.prefix(3).reversed().reduce(0) { $0 << 8 | Int($1) }
    let body = rest.dropFirst(4).prefix(length)
    rest = rest.dropFirst(4 + body.count)
    return body
  }

  /// A number with its length (Internals, "Length-Encoded Integer"); nil: NULL, or there is none.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard let first = rest.popFirst() else { return nil }
    let length = [0xfc: 2, 0xfd: 3, 0xfe: 8][first] ?? 0
    guard first < 0xfb || length > 0 else { return nil }
    if length == 0 { return Int(first) }
    let bits = rest.prefix(length).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(length)
    return Int(exactly: bits)
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let length = number(&rest), length <= rest.count else { return nil }
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }

  /// The type of a column: after six texts, a length, a character set and a width.
  private static func type(of definition: ArraySlice<UInt8>) -> UInt8 {
    var rest = definition
    for _ in 0..<6 { _ = text(&rest) }
    return rest.dropFirst(7).first ?? 0
  }

  /// A row of texts; nil where it is none.
  private static func texts(_ row: ArraySlice<UInt8>, _ columns: Int) -> [String?]? {
    var rest = row
    var texts: [String?] = []
    for _ in 0..<columns {
      if rest.first == 0xfb {
        rest.removeFirst()
        texts.append(nil)
      } else if let text = text(&rest) {
        texts.append(ShownText.of(text))
      } else {
        return nil
      }
    }
    return rest.isEmpty ? texts : nil
  }

  /// A row in binary form, up to the first value whose length is not known here.
  private static func values(_ row: ArraySlice<UInt8>, _ types: [UInt8]) -> [String?] {
    let nulls = Array(row.dropFirst().prefix((types.count + 9) / 8))
    var rest = row.dropFirst(1 + nulls.count)
    var values: [String?] = []
    for (place, type) in types.enumerated() {
      let bit = place + 2
      guard nulls.indices.contains(bit / 8), nulls[bit / 8] >> (bit % 8) & 1 == 0 else {
        values.append(nil)
        continue
      }
      // TINY, SHORT, LONG, LONGLONG, INT24.
      if let width = [1: 1, 2: 2, 3: 4, 8: 8, 9: 4][Int(type)] {
        let bits = rest.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        values.append("\(Int64(bitPattern: bits << (64 - 8 * width)) >> (64 - 8 * width))")
        rest = rest.dropFirst(width)
      } else if let width = [4: 4, 5: 8][Int(type)] {
        let bits = rest.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        values.append(
          width == 4
            ? "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))"
            : "\(Double(bitPattern: bits))")
        rest = rest.dropFirst(width)
      } else {
        // Dates and texts have their length before them, also where it is no text.
        values.append(text(&rest).map { ShownText.ofColumn($0) } ?? "…")
      }
    }
    return values
  }
}
