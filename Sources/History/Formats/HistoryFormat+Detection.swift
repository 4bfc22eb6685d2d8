// Tells a file's format by its first bytes. Formats that are known but not read are named, with what
// to give instead.

extension HistoryFormat {
  /// The form of a file, by its content.
  public static func detect(_ bytes: [UInt8]) throws(ParseError) -> HistoryFormat {
    if let known = KnownContent.allCases.first(where: { bytes.starts(with: $0.magic) }) {
      throw ParseError(line: 0, rule: .content, known.advice)
    }
    var cursor = Cursor(bytes)
    cursor.skipSpace()
    guard !cursor.atEnd else {
      throw ParseError(line: 0, rule: .content, "the file is empty; expected a history")
    }
    switch cursor.byte {
    case UInt8(ascii: "{"): return object(at: cursor)
    case UInt8(ascii: "["): return array(at: cursor)
    case UInt8(ascii: "("), UInt8(ascii: ";"), UInt8(ascii: "#"): return .edn
    default: break
    }
    if hasLoggedOperation(at: cursor) { return .porcupine }
    var lines = Lines()
    let (line, column) = lines.place(of: cursor.position, in: bytes)
    throw ParseError(
      line: line, column: column, rule: .content,
      "found \(cursor.found), expected JSON Lines, a JSON array, EDN maps or Jepsen's logged "
        + "operations")
  }

  /// `{"…` is JSON, any other map EDN.
  private static func object(at start: Cursor) -> HistoryFormat {
    var cursor = start
    cursor.position += 1
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: "\"") else { return .edn }
    // A colon after the first key tells JSON from an EDN map with strings for keys.
    guard (try? cursor.jsonString(controls: true)) != nil else { return .jsonl }
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: ":") || cursor.atEnd else { return .edn }
    cursor = start
    guard let value = try? cursor.json() else { return .jsonl }
    return value["Call"] != nil && value["Return"] != nil ? .etcd : .jsonl
  }

  private static func array(at start: Cursor) -> HistoryFormat {
    var cursor = start
    cursor.position += 1
    cursor.skipSpace()
    guard cursor.byte == UInt8(ascii: "{") else { return .edn }
    return object(at: cursor) == .edn ? .edn : .json
  }

  static func looksLikeEDN(_ bytes: [UInt8]) -> Bool {
    var cursor = Cursor(bytes)
    try? cursor.skipEDNSpace()
    return [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "(")].contains(cursor.byte)
  }

  /// Whether one of the first lines holds `:invoke` or `:info` as a word.
  private static func hasLoggedOperation(at start: Cursor) -> Bool {
    var cursor = start
    cursor.end = min(cursor.end, cursor.position + 100_000)
    let text = cursor.bytes[cursor.position..<cursor.end]
    return text.split(whereSeparator: { $0 <= 0x20 }).contains {
      $0.elementsEqual(":invoke".utf8) || $0.elementsEqual(":info".utf8)
    }
  }
}

/// Files that are no text.
private enum KnownContent: CaseIterable {
  case gzip, zstandard, jepsen

  var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .zstandard: [0x28, 0xB5, 0x2F, 0xFD]
    case .jepsen: Array("JEPSEN".utf8)
    }
  }

  var advice: String {
    switch self {
    case .gzip:
      "the bytes are gzip-compressed twice, or were not decompressed; give the text inside"
    case .zstandard: "the file is zstd-compressed; decompress it with: zstd -d FILE"
    case .jepsen: "the file is Jepsen's binary test; give the history.edn beside it"
    }
  }
}
