// Where a reply of Redis ends (Redis serialization protocol specification, versions 2 and 3): found
// byte by byte, however the bytes are cut, without building the value.

/// Finds the ends of RESP values in a stream of a server's bytes.
///
/// An attribute (`|`) belongs to the value after it and ends nothing by itself.
struct RESPScanner: Sendable {
  private enum Place {
    /// At the byte that says what kind of value follows.
    case kind
    /// In a line that ends with CR LF; `isCR` after its CR.
    case line(isCR: Bool)
    /// In a bulk string, with this many bytes to come, its CR LF included.
    case bulk(left: Int)
  }

  private var place = Place.kind
  private var kind: UInt8 = 0
  /// The number in the present line, nil before its first digit or if it is not a number.
  private var number: Int?
  private var isNegative = false
  /// How many values are still to come before the outermost one is complete.
  private var missing = 1
  /// Values begun since the outermost one, itself included; 0 before it, also in its attributes.
  private var begun = 0
  private var isLabel = false
  /// The kind of the outermost value: `>` is a push.
  private(set) var outer: UInt8 = 0
  /// Its first element where that is a bulk string, cut: `message`, `subscribe`.
  private(set) var label: [UInt8] = []
  /// The last number in it: how many channels a connection listens to.
  private(set) var lastInteger: Int?
  /// What came that is no RESP; nothing after it can be understood.
  private(set) var refusal: String?

  private static let mostOfLabel = 16
  /// More than any reply has; so sums never overflow.
  private static let most = 1 << 40

  var isBroken: Bool { refusal != nil }

  /// Reads until a value ends; returns the position after it, or nil when all bytes are read and it
  /// is not complete yet. `outer`, `label` and `lastInteger` are then those of the value that has
  /// ended.
  mutating func end(in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position < bytes.count, !isBroken {
      switch place {
      case .kind:
        begin(bytes[position], bytes[position...])
        position += 1
      case .line(let isCR):
        let isDone = step(bytes[position], isCR: isCR)
        position += 1
        if isDone { return finish(at: position) }
      case .bulk(let left):
        let count = min(left, bytes.count - position)
        read(bytes[position..<position + count], left: left)
        position += count
        place = .bulk(left: left - count)
        if left == count, !isBroken, close() { return finish(at: position) }
      }
    }
    return nil
  }

  private mutating func begin(_ byte: UInt8, _ rest: ArraySlice<UInt8>) {
    kind = byte
    number = nil
    isNegative = false
    place = .line(isCR: false)
    guard "+-:_,#($!=*%~>|".utf8.contains(byte) else {
      refusal = "a reply that begins with \(shown(rest))"
      return
    }
    if begun > 0 {
      begun += 1
    } else if missing == 1, byte != UInt8(ascii: "|") {
      begun = 1
      outer = byte
      label.removeAll(keepingCapacity: true)
      lastInteger = nil
    }
    isLabel = begun == 2 && byte == UInt8(ascii: "$")
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
    } else if "$!=*%~>|:".utf8.contains(kind) {
      readDigit(byte)
    }
    return false
  }

  private mutating func readDigit(_ byte: UInt8) {
    if byte == UInt8(ascii: "-"), number == nil, !isNegative {
      isNegative = true
    } else if (0x30...0x39).contains(byte) {
      if (number ?? 0) < Self.most {
        number = (number ?? 0) * 10 + Int(byte - 0x30)
      } else if kind != UInt8(ascii: ":") {
        refusal = "a length that no reply has"
      }
    } else if kind != UInt8(ascii: ":") {
      refusal = "a length with \(shown([byte])) in it"
    }
  }

  private mutating func endLine() -> Bool {
    switch kind {
    case UInt8(ascii: ":"):
      lastInteger = number.map { isNegative ? -$0 : $0 }
      return close()
    case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "*"),
      UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "|"):
      return endLength()
    default: return close()
    }
  }

  private mutating func endLength() -> Bool {
    guard let number else {
      refusal = "a reply of kind \(shown([kind])) without a length"
      return false
    }
    if isNegative {
      // −1 is nil in version 2, as a string or as an array.
      guard number == 1, "$*".utf8.contains(kind) else {
        refusal = "a reply of kind \(shown([kind])) with the length -\(number)"
        return false
      }
      return close()
    }
    switch kind {
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"): missing += number
    case UInt8(ascii: "%"): missing += 2 * number
    case UInt8(ascii: "|"):
      // Its keys and values come first, and the value that it belongs to is still to come.
      missing += 2 * number
      place = .kind
      return false
    default:
      place = .bulk(left: number + 2)
      return false
    }
    return close()
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>, left: Int) {
    let text = bytes.prefix(max(0, left - 2))
    if isLabel { label.append(contentsOf: text.prefix(Self.mostOfLabel - label.count)) }
    for (offset, byte) in bytes.dropFirst(text.count).enumerated() {
      // The last two of the bytes to come are CR LF.
      let isFirst = left - text.count - offset == 2
      guard byte == (isFirst ? UInt8(ascii: "\r") : UInt8(ascii: "\n")) else {
        refusal = "a string that is longer than it says"
        return
      }
    }
  }

  /// One value is complete; true when it was the outermost.
  private mutating func close() -> Bool {
    missing -= 1
    place = .kind
    if missing > Self.most * 4 { refusal = "a reply of more values than any reply has" }
    return missing == 0
  }

  private mutating func finish(at position: Int) -> Int {
    missing = 1
    begun = 0
    kind = 0
    return position
  }
}
