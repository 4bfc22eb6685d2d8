// JSON into a byte buffer: what the recorder writes its lines with, hundreds of thousands a second.
// Nothing here allocates beyond the buffer's own growth. What JSON has no form for (sets, maps with
// other keys than names, tagged values) becomes an object with one reserved key, so that it can be
// read back; keywords become strings, since a history's names are equal in either form.

/// Appends JSON to a buffer of bytes.
public enum JSONText {
  /// A string in quotes, with the escapes RFC 8259 §7 asks for, and such for all other characters
  /// that would disturb a screen: JSON is looked at, too.
  public static func append(string: String, to buffer: inout [UInt8]) {
    buffer.append(UInt8(ascii: "\""))
    let start = buffer.count
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        buffer.append(UInt8(ascii: "\\"))
        buffer.append(byte)
      case 0..<0x20: append(control: byte, to: &buffer)
      case 0x20..<0x7F: buffer.append(byte)
      default:
        buffer.removeLast(buffer.count - start)
        for scalar in string.unicodeScalars { append(scalar, to: &buffer) }
        buffer.append(UInt8(ascii: "\""))
        return
      }
    }
    buffer.append(UInt8(ascii: "\""))
  }

  /// A character of a string that is not ASCII alone.
  private static func append(_ scalar: Unicode.Scalar, to buffer: inout [UInt8]) {
    switch scalar {
    case "\"", "\\":
      buffer.append(UInt8(ascii: "\\"))
      buffer.append(UInt8(truncatingIfNeeded: scalar.value))
    case "\0"..<" ": append(control: UInt8(truncatingIfNeeded: scalar.value), to: &buffer)
    case _ where Printable.disturbs(scalar):
      for unit in String(scalar).utf16 {
        append(raw: "\\u", to: &buffer)
        for shift in [12, 8, 4, 0] {
          buffer.append(hexadecimal(UInt8(truncatingIfNeeded: unit >> shift) & 15))
        }
      }
    default: buffer.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  private static func append(control byte: UInt8, to buffer: inout [UInt8]) {
    switch byte {
    case 0x0A: append(raw: "\\n", to: &buffer)
    case 0x0D: append(raw: "\\r", to: &buffer)
    case 0x09: append(raw: "\\t", to: &buffer)
    default:
      append(raw: "\\u00", to: &buffer)
      buffer.append(hexadecimal(byte >> 4))
      buffer.append(hexadecimal(byte & 15))
    }
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }

  /// A whole number.
  public static func append(int: Int, to buffer: inout [UInt8]) {
    if int < 0 { buffer.append(UInt8(ascii: "-")) }
    let start = buffer.count
    var rest = int.magnitude
    repeat {
      buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    var low = start
    var high = buffer.count - 1
    while low < high {
      buffer.swapAt(low, high)
      low += 1
      high -= 1
    }
  }

  /// Text as it is, such as `,"time":`; the caller answers for its being JSON.
  public static func append(raw: String, to buffer: inout [UInt8]) {
    buffer.append(contentsOf: raw.utf8)
  }

  /// Any value.
  public static func append(value: Value, to buffer: inout [UInt8]) {
    switch value {
    case .null: append(raw: "null", to: &buffer)
    case .bool(let flag): append(raw: flag ? "true" : "false", to: &buffer)
    case .int(let number): append(int: number, to: &buffer)
    case .double(let number) where number.isFinite:
      buffer.append(contentsOf: number.description.utf8)
    case .double(let number):
      append(tag: "number", .string(number.description), to: &buffer)
    case .string(let text), .keyword(let text): append(string: text, to: &buffer)
    case .list(let items): append(list: items, to: &buffer)
    case .set(let items):
      append(raw: "{\"#set\":", to: &buffer)
      append(list: items, to: &buffer)
      buffer.append(UInt8(ascii: "}"))
    case .map(let entries): append(map: entries, to: &buffer)
    case .tagged("number", .string(let digits)) where isNumber(digits):
      buffer.append(contentsOf: digits.utf8)
    case .tagged(let tag, let value): append(tag: tag, value, to: &buffer)
    }
  }

  private static func append(tag: String, _ value: Value, to buffer: inout [UInt8]) {
    append(raw: "{\"#tag\":", to: &buffer)
    append(list: [.string(tag), value], to: &buffer)
    buffer.append(UInt8(ascii: "}"))
  }

  private static func append(list items: [Value], to buffer: inout [UInt8]) {
    buffer.append(UInt8(ascii: "["))
    for (place, item) in items.enumerated() {
      if place > 0 { buffer.append(UInt8(ascii: ",")) }
      append(value: item, to: &buffer)
    }
    buffer.append(UInt8(ascii: "]"))
  }

  private static func append(map entries: [Value.Entry], to buffer: inout [UInt8]) {
    guard isPlain(entries) else {
      append(raw: "{\"#map\":", to: &buffer)
      append(list: entries.map { .list([$0.key, $0.value]) }, to: &buffer)
      buffer.append(UInt8(ascii: "}"))
      return
    }
    buffer.append(UInt8(ascii: "{"))
    for (place, entry) in entries.enumerated() {
      if place > 0 { buffer.append(UInt8(ascii: ",")) }
      append(string: entry.key.name ?? "", to: &buffer)
      buffer.append(UInt8(ascii: ":"))
      append(value: entry.value, to: &buffer)
    }
    buffer.append(UInt8(ascii: "}"))
  }

  /// Whether a map can stand as a JSON object and be read back as the same map.
  private static func isPlain(_ entries: [Value.Entry]) -> Bool {
    let names = entries.compactMap(\.key.name)
    guard names.count == entries.count, Set(names).count == names.count else { return false }
    return names.count != 1 || names[0].utf8.first != UInt8(ascii: "#")
  }

  /// Whether the text is a JSON number and nothing else.
  private static func isNumber(_ text: String) -> Bool {
    var cursor = Cursor(Array(text.utf8))
    guard text.utf8.count < 10_000, let first = text.utf8.first,
      first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return false }
    return (try? cursor.jsonNumber()) != nil && cursor.atEnd
  }
}
