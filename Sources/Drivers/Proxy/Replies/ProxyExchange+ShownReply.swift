// A reply that passed a proxy, as short as a lane can show it. The proxy keeps only
// the beginning of a long one; an ellipsis marks the cut, and nothing is guessed.

extension ProxyExchange {
  /// The reply as a lane shows it.
  public func shownReply(_ wire: Proxy.Wire) -> CommandTrace.Reply {
    switch wire {
    case .redis: RedisReplyText.shown(reply)
    case .postgres: PostgresReplyText.shown(reply)
    case .mysql: MySQLReplyText.shown(reply)
    case .opaque: .ok
    }
  }
}

/// Texts that stand in lanes.
enum ShownText {
  /// Characters of one value.
  private static let longest = 40

  /// The value's beginning, on one line.
  static func of(_ bytes: some Sequence<UInt8>) -> String {
    let text = String(decoding: Array(bytes.prefix(4 * longest)), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > longest ? line.prefix(longest - 1) + "…" : line
  }

  /// A value of a row; what is no text is the whole number that its bytes are in binary form.
  static func ofColumn(_ bytes: ArraySlice<UInt8>) -> String {
    let isText = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || [9, 10, 13].contains($0) }
    if isText, String(validating: bytes, as: UTF8.self) != nil { return of(bytes) }
    guard [1, 2, 4, 8].contains(bytes.count) else {
      return "\\x" + bytes.prefix(8).map(hexadecimal).joined() + (bytes.count > 8 ? "…" : "")
    }
    let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let unused = 64 - 8 * bytes.count
    return "\(Int64(bitPattern: bits << unused) >> unused)"
  }

  /// A row's columns as one reply.
  static func row(_ columns: [String?]) -> CommandTrace.Reply {
    if columns.isEmpty { return .text("…") }
    guard columns.count != 1 else {
      return columns[0].map { text in Int(text).map { .integer($0) } ?? .text(text) } ?? .null
    }
    let shown = columns.prefix(4).map { $0 ?? "nil" } + (columns.count > 4 ? ["…"] : [])
    return .text("(\(shown.joined(separator: ", ")))")
  }

  /// How many rows a statement changed.
  static func rows(_ count: Int) -> CommandTrace.Reply {
    .text("\(count) row\(count == 1 ? "" : "s")")
  }
}
