// The words of an inline command, split as Redis splits them: by spaces, with quotes and escapes.

/// How Redis reads a typed line.
enum InlineExplanation {
  /// The words of a line without its end; nil where a quote isn't closed, or closes inside a word.
  static func split(_ line: [UInt8]) -> [[UInt8]]? {
    var words: [[UInt8]] = []
    var rest = line[...]
    while true {
      rest = rest.drop { isSpace($0) }
      guard !rest.isEmpty else { return words }
      guard let word = word(&rest) else { return nil }
      words.append(word)
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

  private static func word(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var word: [UInt8] = []
    while let byte = rest.first, !isSpace(byte) {
      rest = rest.dropFirst()
      guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
        word.append(byte)
        continue
      }
      guard let quoted = quoted(by: byte, &rest) else { return nil }
      word += quoted
      // Nothing may follow a closing quote but a space.
      if let next = rest.first, !isSpace(next) { return nil }
    }
    return word
  }

  private static func quoted(by quote: UInt8, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == quote { return text }
      guard byte == UInt8(ascii: "\\"), let next = rest.first else {
        text.append(byte)
        continue
      }
      if quote == UInt8(ascii: "'") {
        if next == quote { rest = rest.dropFirst() }
        text.append(next == quote ? next : byte)
      } else {
        rest = rest.dropFirst()
        text.append(escaped(next, &rest))
      }
    }
    return nil
  }

  private static func escaped(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "x"):
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
        let value = UInt8(digits, radix: 16)
      else { return byte }
      rest = rest.dropFirst(2)
      return value
    default: return byte
    }
  }
}
