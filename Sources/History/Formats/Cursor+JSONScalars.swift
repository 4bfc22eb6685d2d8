// JSON strings and numbers. Most of a history's bytes pass through here, so the usual case
// (short, plain ASCII; a whole number) is one scan without a buffer.

extension Cursor {
  /// A string, the cursor standing on its opening quote. JSON wants control characters escaped,
  /// EDN allows them as they are.
  @inline(__always)
  mutating func jsonString(controls: Bool = false) throws(Fault) -> String {
    let start = position + 1
    var place = start
    var high: UInt8 = 0
    while place < end {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        position = place + 1
        if high < 0x80 { return String(decoding: bytes[start..<place], as: UTF8.self) }
        return try valid(bytes[start..<place])
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      high |= byte
      place += 1
    }
    return try escapedString(from: start, to: place, controls: controls)
  }

  private func valid(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fault("the string is not valid UTF-8", at: bytes.startIndex)
    }
    return text
  }

  private mutating func escapedString(
    from start: Int, to first: Int, controls: Bool
  ) throws(Fault) -> String {
    var text = Array(bytes[start..<first])
    position = first
    while position < end {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return try valid(text, at: start)
      case UInt8(ascii: "\\"):
        try escape(into: &text)
      case 0..<0x20 where !controls:
        throw fault("found \(found) within a string, expected its closing quote or an escape")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw fault(expected: "the closing quote of the string")
  }

  private func valid(_ text: [UInt8], at start: Int) throws(Fault) -> String {
    guard let string = String(validating: text, as: UTF8.self) else {
      throw fault("the string is not valid UTF-8", at: start)
    }
    return string
  }

  private mutating func escape(into text: inout [UInt8]) throws(Fault) {
    position += 1
    let start = position
    let escaped = byte
    guard position < end else { throw fault(expected: "an escape such as \\n or \\u00e9") }
    position += 1
    switch escaped {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escaped)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      let scalar = try surrogated(start: start)
      text.append(contentsOf: String(Character(scalar)).utf8)
    default:
      position = start
      throw fault(expected: "an escape such as \\n or \\u00e9")
    }
  }

  /// `\uXXXX`, and the second half where it is the first of a surrogate pair (RFC 8259 §7).
  private mutating func surrogated(start: Int) throws(Fault) -> Unicode.Scalar {
    let unit = try hexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if unit < 0xDC00 {
      guard !atEnd else { throw fault(expected: "the second half of a surrogate pair") }
      if skip(UInt8(ascii: "\\")) {
        guard !atEnd else { throw fault(expected: "the second half of a surrogate pair") }
        if skip(UInt8(ascii: "u")) {
          let low = try hexadecimal()
          if (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
          {
            return scalar
          }
        }
      }
    }
    throw fault("half a surrogate pair stands alone, which is not a character", at: start)
  }

  mutating func hexadecimal() throws(Fault) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Self.hexadecimalDigit(bytes[position]) else {
        throw fault(expected: "four hexadecimal digits")
      }
      number = number << 4 | UInt32(digit)
      position += 1
    }
    return number
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// A number, the cursor standing on its minus or first digit.
  @inline(__always)
  mutating func jsonNumber() throws(Fault) -> Value {
    let start = position
    let negative = skip(UInt8(ascii: "-"))
    let first = position
    var number = 0
    while position < end, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
      number = number &* 10 &+ Int(digit)
      position += 1
    }
    let digits = position - first
    guard digits > 0 else { throw fault(expected: "a digit") }
    guard digits == 1 || bytes[first] != UInt8(ascii: "0") else {
      throw fault("a number begins with 0, which JSON does not allow", at: start)
    }
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      return try jsonFraction(from: start)
    default:
      // 18 digits always fit; a longer run may have wrapped and is read again with care.
      if digits <= 18 { return .int(negative ? -number : number) }
      let text = text(start..<position)
      return Int(text).map(Value.int) ?? .tagged("number", .string(text))
    }
  }

  // `42`, `42.0` and `4.2e1` are one number (RFC 8259 §6 knows no other kinds), and must be one
  // value, else a client that prints 42.0 would never have written what it reads.

  private mutating func jsonFraction(from start: Int) throws(Fault) -> Value {
    if skip(UInt8(ascii: ".")) { try digits() }
    if byte | 0x20 == UInt8(ascii: "e") {
      position += 1
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      try digits()
    }
    let text = text(start..<position)
    if let whole = WholeDecimal(text) {
      return Int(whole.digits).map(Value.int) ?? .tagged("number", .string(whole.digits))
    }
    guard let number = Double(text), number.isFinite, number != 0 else {
      return .tagged("number", .string(text))
    }
    return .double(number)
  }

  mutating func digits() throws(Fault) {
    let start = position
    while position < end, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    guard position > start else { throw fault(expected: "a digit") }
  }
}
