// Where a RESP value ends (Redis serialization protocol specification, version 2): found byte by
// byte, however the bytes are cut, without building the value. Commands are RESP values too.

/// Finds the ends of RESP values in a stream of bytes.
struct RESPScanner: Sendable {
  private enum Place {
    /// At the byte that says what kind of value follows.
    case kind
    /// In a line that ends with CR LF; `isCR` after its CR.
    case line(isCR: Bool)
    /// In a bulk string, with so many bytes to come, its CR LF included.
    case bulk(left: Int)
  }

  private var place = Place.kind
  private var kind: UInt8 = 0
  /// The number in the present line, nil before its first digit or where it is none.
  private var number: Int?
  private var isNegative = false
  /// How many values are still to come before the outermost one is complete.
  private var missing = 1
  /// The bulk strings of the present value, as far as they are kept.
  private(set) var words: [[UInt8]] = []
  private let keepsWords: Bool
  private var isKeeping = false
  /// What came was no RESP; nothing after it can be understood.
  private(set) var isBroken = false

  /// Words longer than this are cut, and of a value no more than so many are kept.
  private static let mostOfWord = 64
  private static let mostWords = 4

  /// `keepsWords`: for commands, whose words tell what they are.
  init(keepsWords: Bool = false) {
    self.keepsWords = keepsWords
  }

  /// Reads until a value ends; returns the position after it, or nil when all bytes are read and it
  /// is not complete yet. `words` are then those of the value that has ended.
  mutating func end(in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position < bytes.count, !isBroken {
      switch place {
      case .kind:
        begin(bytes[position])
        position += 1
      case .line(let isCR):
        if step(bytes[position], isCR: isCR) {
          position += 1
          return finish(at: position)
        }
        position += 1
      case .bulk(let left):
        let count = min(left, bytes.count - position)
        keep(bytes[position..<position + count], left: left)
        position += count
        place = .bulk(left: left - count)
        if left == count, close() { return finish(at: position) }
      }
    }
    return nil
  }

  private mutating func begin(_ byte: UInt8) {
    if kind == 0, !words.isEmpty { words = [] }
    kind = byte
    number = nil
    isNegative = false
    place = .line(isCR: false)
    if !"+-:$*".utf8.contains(byte) { isBroken = true }
  }

  /// A byte of a line; true when the outermost value is complete with it.
  private mutating func step(_ byte: UInt8, isCR: Bool) -> Bool {
    if isCR {
      // A lone CR inside a simple string does not end it.
      guard byte == UInt8(ascii: "\n") else {
        place = .line(isCR: byte == UInt8(ascii: "\r"))
        return false
      }
      return endLine()
    }
    if byte == UInt8(ascii: "\r") {
      place = .line(isCR: true)
    } else if kind == UInt8(ascii: "$") || kind == UInt8(ascii: "*") {
      readDigit(byte)
    }
    return false
  }

  private mutating func readDigit(_ byte: UInt8) {
    if byte == UInt8(ascii: "-"), number == nil, !isNegative {
      isNegative = true
    } else if (0x30...0x39).contains(byte), (number ?? 0) < 1 << 40 {
      number = (number ?? 0) * 10 + Int(byte - 0x30)
    } else {
      isBroken = true
    }
  }

  private mutating func endLine() -> Bool {
    guard kind == UInt8(ascii: "$") || kind == UInt8(ascii: "*") else { return close() }
    guard let number else {
      isBroken = true
      return false
    }
    // −1 is nil, as a string or as an array.
    if isNegative { return close() }
    if kind == UInt8(ascii: "*") {
      missing += number
      return close()
    }
    isKeeping = keepsWords && words.count < Self.mostWords
    if isKeeping { words.append([]) }
    place = .bulk(left: number + 2)
    return false
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>, left: Int) {
    guard isKeeping, let last = words.indices.last else { return }
    // The last two of the bytes to come are CR LF.
    let text = bytes.prefix(max(0, left - 2))
    words[last].append(contentsOf: text.prefix(Self.mostOfWord - words[last].count))
  }

  /// One value is complete; true when it was the outermost.
  private mutating func close() -> Bool {
    missing -= 1
    place = .kind
    return missing == 0
  }

  private mutating func finish(at position: Int) -> Int {
    missing = 1
    kind = 0
    return position
  }
}
