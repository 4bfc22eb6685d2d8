// EDN's names, characters and numbers. Whole numbers are exact (N and M only name Clojure's
// classes); what fits neither Int nor Double, and every ratio, stays as it is written, tagged.

extension Cursor {
  /// The text up to the next delimiter, at least one byte.
  mutating func ednToken(_ expected: String) throws(Fault) -> String {
    let range = try ednTokenRange(expected)
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw fault("the name is not valid UTF-8", at: range.lowerBound)
    }
    return text
  }

  mutating func ednTokenRange(_ expected: String) throws(Fault) -> Range<Int> {
    let start = position
    while position < end, !isEDNDelimiter(bytes[position]) { position += 1 }
    guard position > start else { throw fault(expected: expected) }
    return start..<position
  }

  private func isEDNDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "\\"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), 0x7F:
      true
    default: false
    }
  }

  /// A keyword's name without its colon.
  mutating func ednKeyword() throws(Fault) -> String {
    position += 1
    return try ednToken("a keyword's name")
  }

  mutating func ednSymbol() throws(Fault) -> Value {
    let start = position
    let name = try ednToken("an EDN value")
    switch name {
    case "nil": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: break
    }
    guard let first = name.utf8.first, Self.beginsSymbol(first) else {
      throw fault("found \(excerpt(from: start)), expected an EDN value", at: start)
    }
    return .keyword(name)
  }

  private static func beginsSymbol(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...0xFF:
      true
    case UInt8(ascii: "."), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "!"),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "?"), UInt8(ascii: "$"),
      UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "|"):
      true
    default: false
    }
  }

  /// `\a`, `\newline`, `\u00e9`: a string of one character.
  mutating func ednCharacter() throws(Fault) -> String {
    let start = position
    position += 1
    guard !atEnd else { throw fault(expected: "a character") }
    // The first byte is part of the name even where it would end another: `\(`, `\"`.
    position += 1
    while position < end, bytes[position] & 0xC0 == 0x80 { position += 1 }
    if bytes[start + 1] < 0x80 {
      while position < end, !isEDNDelimiter(bytes[position]) { position += 1 }
    }
    guard let name = String(validating: bytes[(start + 1)..<position], as: UTF8.self) else {
      throw fault("the character is not valid UTF-8", at: start)
    }
    if name.count == 1 { return name }
    switch name {
    case "newline": return "\n"
    case "return": return "\r"
    case "space": return " "
    case "tab": return "\t"
    case "backspace": return "\u{8}"
    case "formfeed": return "\u{C}"
    default: break
    }
    if name.utf8.count == 5, name.utf8.first == UInt8(ascii: "u"),
      let number = UInt32(name.dropFirst(), radix: 16), let scalar = Unicode.Scalar(number)
    {
      return String(Character(scalar))
    }
    throw fault("found \(excerpt(from: start)), expected a character such as \\a", at: start)
  }

  /// A number, the cursor standing on its sign or first digit.
  mutating func ednNumber() throws(Fault) -> Value {
    let start = position
    let negative = byte == UInt8(ascii: "-")
    if negative || byte == UInt8(ascii: "+") { position += 1 }
    let first = position
    var number = 0
    while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
      number = number &* 10 &+ Int(digit)
      position += 1
    }
    let digits = position - first
    guard digits <= 18, atEnd || isEDNDelimiter(byte),
      digits == 1 || bytes[first] != UInt8(ascii: "0")
    else {
      position = start
      return try ednOtherNumber()
    }
    return .int(negative ? -number : number)
  }

  private mutating func ednOtherNumber() throws(Fault) -> Value {
    let start = position
    let token = try ednToken("a number")
    if let number = EDNNumber.value(of: token) { return number }
    // A ratio's or a float's end may have been cut off with the file.
    throw fault(
      "found \(excerpt(from: start)), expected a number such as 3, -1.5, 2/3 or 7N",
      at: atEnd ? position : start)
  }
}

/// The numbers that are no plain run of digits.
enum EDNNumber {
  static func value(of token: String) -> Value? {
    var text = Substring(token)
    let sign = text.utf8.first == UInt8(ascii: "-") ? "-" : ""
    if text.hasPrefix("-") || text.hasPrefix("+") { text = text.dropFirst() }
    if let slash = text.firstIndex(of: "/") {
      return ratio(sign, text[..<slash], text[text.index(after: slash)...])
    }
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      let digits = text.dropFirst(2)
      guard !digits.isEmpty, digits.allSatisfy(\.isHexDigit) else { return nil }
      return Int(sign + digits, radix: 16).map(Value.int) ?? .tagged("number", .string(token))
    }
    if text.hasSuffix("N") || text.hasSuffix("M"), isWhole(text.dropLast()) {
      return whole(sign + text.dropLast())
    }
    if isWhole(text) { return whole(sign + text) }
    if text.hasSuffix("M") { text = text.dropLast() }
    return float(sign + text)
  }

  private static func isWhole(_ text: Substring) -> Bool {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
      return false
    }
    return text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0")
  }

  private static func whole(_ text: String) -> Value {
    Int(text).map(Value.int) ?? .tagged("number", .string(text))
  }

  private static func ratio(_ sign: String, _ over: Substring, _ under: Substring) -> Value? {
    guard isWhole(over), isWhole(under), under != "0" else { return nil }
    return .tagged("ratio", .list([whole(sign + over), whole(String(under))]))
  }

  /// Digits, a fraction, an exponent; the last two each optional, not both absent.
  private static func float(_ text: String) -> Value? {
    var cursor = Cursor(Array(text.utf8))
    guard let value = try? cursor.jsonNumber(), cursor.atEnd else {
      // EDN allows "1." where JSON asks for a digit.
      guard text.hasSuffix("."), isWhole(text.dropFirst(text.hasPrefix("-") ? 1 : 0).dropLast())
      else { return nil }
      return float(text + "0")
    }
    return value
  }
}
