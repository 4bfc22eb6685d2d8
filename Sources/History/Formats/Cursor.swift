// A place in a text, and what every parser does there: look, step on, say what was found.
// It knows bytes and lines; what they mean is for the parsers (`Cursor+JSON`, `Cursor+EDN`).

/// What stopped a parser, and at which byte; `Lines` turns the byte into line and column.
struct Fault: Error {
  var position: Int
  var rule = Rule.syntax
  var message: String
}

/// Bytes with a place in them.
struct Cursor {
  let bytes: [UInt8]
  var position: Int
  /// Where the text ends for this parser: the end of the file, or of a line.
  var end: Int

  /// Whether a value may go on behind the end of its line.
  let spansLines: Bool

  init(_ bytes: [UInt8], spansLines: Bool = true) {
    self.bytes = bytes
    self.spansLines = spansLines
    self.end = bytes.count
    self.position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// How deep lists and maps may nest, so that no input exhausts the stack.
  static let deepest = 128

  var atEnd: Bool { position >= end }

  /// The byte here; 0, which no text holds in a valid place, at the end.
  @inline(__always)
  var byte: UInt8 { position < end ? bytes[position] : 0 }

  /// The byte after this one, or 0.
  var next: UInt8 { position + 1 < end ? bytes[position + 1] : 0 }

  @inline(__always)
  mutating func skip(_ expected: UInt8) -> Bool {
    guard byte == expected, position < end else { return false }
    position += 1
    return true
  }

  /// The first position from here on that holds a byte, or the end.
  func first(_ wanted: UInt8) -> Int {
    var place = position
    while place < end, bytes[place] != wanted { place += 1 }
    return place
  }

  /// Text without checking that it is UTF-8: for messages.
  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// What was read from a position up to here, shortened to what a message can carry.
  func excerpt(from start: Int) -> String {
    let rest = min(position, end)
    return brief(text(start..<min(rest, start + 200)))
  }

  /// "found X, expected Y" at this place.
  func fault(expected: String) -> Fault {
    Fault(position: position, message: "found \(found), expected \(expected)")
  }

  func fault(_ message: String, at position: Int? = nil, rule: Rule = .syntax) -> Fault {
    Fault(position: position ?? self.position, rule: rule, message: message)
  }

  /// What stands here, in words: a run of letters and digits, a character, or an end.
  var found: String {
    guard position < end else {
      return end == bytes.count ? "the end of the file" : "the end of the line"
    }
    switch bytes[position] {
    case UInt8(ascii: "\n"): return "the end of the line"
    case UInt8(ascii: "\""): return "a string"
    case 0..<0x20, 0x7F: return "byte \(bytes[position])"
    default: break
    }
    var stop = position + 1
    while stop < min(end, position + 20), Self.isWord(bytes[stop - 1]), Self.isWord(bytes[stop]) {
      stop += 1
    }
    while stop < min(end, position + 20), bytes[stop] & 0xC0 == 0x80 { stop += 1 }
    return brief(text(position..<stop))
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// Lines and columns of positions that are asked for in rising order: each byte is seen once.
struct Lines {
  private(set) var line = 1
  private var start = 0
  private var counted = 0

  mutating func place(
    of position: Int, in bytes: [UInt8]
  ) -> (line: Int, column: Int) {
    if position < counted { self = Lines() }
    let end = min(position, bytes.count)
    while counted < end {
      if bytes[counted] == UInt8(ascii: "\n") {
        line += 1
        start = counted + 1
      }
      counted += 1
    }
    return (line, position - start + 1)
  }

  mutating func parseError(_ fault: Fault, in bytes: [UInt8]) -> ParseError {
    let (line, column) = place(of: fault.position, in: bytes)
    return ParseError(line: line, column: column, rule: fault.rule, fault.message)
  }
}
