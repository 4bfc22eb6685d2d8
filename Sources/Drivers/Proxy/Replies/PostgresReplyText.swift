// A PostgreSQL reply as a lane shows it: its first row, or what its last statement did.

/// PostgreSQL's messages in words.
enum PostgresReplyText {
  static func shown(_ bytes: [UInt8]) -> CommandTrace.Reply {
    var rest = bytes[...]
    var row: [String?]?
    var tag: String?
    while let (kind, body) = message(&rest) {
      switch kind {
      case UInt8(ascii: "D"): row = row ?? columns(body)
      case UInt8(ascii: "C"): tag = ShownText.of(body.prefix { $0 != 0 })
      case UInt8(ascii: "E"): return .error(code(body))
      default: break
      }
    }
    if let row { return ShownText.row(row) }
    guard let tag else { return .ok }
    let words = tag.split(separator: " ")
    guard words.count > 1, let count = words.last.flatMap({ Int($0) }) else {
      // COMMIT of a failed transaction is answered by ROLLBACK.
      return ["BEGIN", "COMMIT", "START TRANSACTION", "SET"].contains(tag) ? .ok : .text(tag)
    }
    return words[0] == "SELECT" && count == 0 ? .null : ShownText.rows(count)
  }

  /// The next message; the last one may be cut.
  private static func message(_ rest: inout ArraySlice<UInt8>) -> (UInt8, ArraySlice<UInt8>)? {
    guard let kind = rest.first, rest.count >= 5 else { return nil }
    let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
    let body = rest.dropFirst(5).prefix(max(0, length - 4))
    rest = rest.dropFirst(5 + body.count)
    return (kind, body)
  }

  /// The values of a DataRow; nil: NULL.
  private static func columns(_ body: ArraySlice<UInt8>) -> [String?] {
    var rest = body.dropFirst(2)
    let count = body.prefix(2).reduce(0) { $0 << 8 | Int($1) }
    var columns: [String?] = []
    for _ in 0..<count where rest.count >= 4 {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      // −1 is NULL.
      let isNull = length == 0xffff_ffff
      columns.append(isNull ? nil : ShownText.ofColumn(rest.prefix(length)))
      if !isNull { rest = rest.dropFirst(length) }
    }
    return columns
  }

  /// SQLSTATE of an ErrorResponse: the field of kind C.
  private static func code(_ body: ArraySlice<UInt8>) -> String {
    let fields = body.split(separator: 0)
    return fields.first { $0.first == UInt8(ascii: "C") }.map { ShownText.of($0.dropFirst()) }
      ?? "error"
  }
}
