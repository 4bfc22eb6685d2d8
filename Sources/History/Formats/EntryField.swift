// The keys of an entry, the same in JSON and EDN, told apart by one comparison of a word each.
// Keys not named here are kept as `extra`.

/// A key with a meaning. Its raw value is the key's bytes, read as one big-endian number.
enum EntryField: UInt64, CaseIterable {
  case index = 0x69_6E64_6578
  case process = 0x70_726F_6365_7373
  case type = 0x7479_7065
  case f = 0x66
  case key = 0x6B_6579
  case value = 0x76_616C_7565
  case time = 0x7469_6D65
  case intended = 0x696E_7465_6E64_6564
  case error = 0x65_7272_6F72
  case steps = 0x73_7465_7073
  case soldout = 0x73_6F6C_646F_7574

  /// One bit each, to notice a key that stands twice.
  var bit: UInt16 {
    switch self {
    case .index: 1
    case .process: 2
    case .type: 4
    case .f: 8
    case .key: 16
    case .value: 32
    case .time: 64
    case .intended: 128
    case .error: 256
    case .steps: 512
    case .soldout: 1024
    }
  }
}

extension Entry.Kind {
  /// The kind whose name's bytes, read as one big-endian number, are these.
  @inline(__always)
  init?(word: UInt64) {
    switch word {
    case 0x696E_766F_6B65: self = .invoke
    case 0x6F6B: self = .ok
    case 0x6661_696C: self = .fail
    case 0x696E_666F: self = .info
    default: return nil
    }
  }
}

/// An entry on its way: filled in place, because a copy of it per line would be seen.
struct EntryDraft {
  var entry = Entry(process: .client(0), kind: .info, function: "")
  /// The bits of the keys that stood so far, null values included.
  var seen: UInt16 = 0
  /// The bits of the keys that have a value.
  var given: UInt16 = 0

  /// What to say where a key that every entry needs is missing.
  func missing(_ field: EntryField, at position: Int) -> Fault? {
    guard given & field.bit == 0 else { return nil }
    let expected =
      switch field {
      case .type: "invoke, ok, fail or info"
      case .process: "the client's number"
      default: "the function called, such as take"
      }
    return Fault(
      position: position, rule: .field, message: "the entry has no \(field); expected \(expected)")
  }

  /// What to say where any of them is missing.
  func missing(at position: Int) -> Fault? {
    missing(.type, at: position) ?? missing(.process, at: position) ?? missing(.f, at: position)
  }
}

extension EntryField {
  /// The keys no entry can do without.
  static let needed = EntryField.type.bit | EntryField.process.bit | EntryField.f.bit
}

extension Cursor {
  /// The string here as a machine word, if it has 1 to 8 bytes and no escape; the cursor then
  /// stands behind its closing quote, else where it was.
  @inline(__always)
  mutating func shortString() -> UInt64? {
    guard byte == UInt8(ascii: "\"") else { return nil }
    var word: UInt64 = 0
    var place = position + 1
    while place < end, place - position < 10 {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        guard place > position + 1 else { return nil }
        position = place + 1
        return word
      }
      guard byte != UInt8(ascii: "\\"), byte >= 0x20, place - position < 9 else { return nil }
      word = word << 8 | UInt64(byte)
      place += 1
    }
    return nil
  }
}

/// The bytes of a text of up to 8 bytes as one big-endian number.
func word(_ text: String) -> UInt64? {
  guard (1...8).contains(text.utf8.count) else { return nil }
  return text.utf8.reduce(0) { $0 << 8 | UInt64($1) }
}
