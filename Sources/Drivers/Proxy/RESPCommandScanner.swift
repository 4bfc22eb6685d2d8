// Where a command to Redis ends, and its words: an array of bulk strings, or an inline command as people
// type it (Redis serialization protocol specification, "Sending commands"), however the bytes are cut.

/// Finds the commands in a stream of a client's bytes.
struct RESPCommandScanner: Sendable {
  /// A whole command.
  struct Command: Sendable {
    /// Its words, cut; none in an empty one, which is not answered.
    var words: [[UInt8]] = []
    /// How many words it really has.
    var count = 0
    /// How many bytes are missing in `words`.
    var cut = 0
  }

  private enum Place {
    case start
    /// In a line, without the byte that it began with; `kind` says what for.
    case line
    case bulk(left: Int)
  }

  private var place = Place.start
  /// `*`, `$`, or 0 for an inline command.
  private var kind: UInt8 = 0
  private var line: [UInt8] = []
  /// Strings still to come.
  private var missing = 0
  private var command = Command()
  private var isKept = false
  /// What came that is no command; nothing after it can be understood.
  private(set) var refusal: String?

  /// Words longer than this are cut, and only this many of a command are kept.
  static let mostOfWord = 256
  static let mostWords = 64
  /// As long as Redis lets a line be.
  private static let mostOfLine = 65_536

  /// Reads until a command ends; returns it and the position after it, or nil when all bytes are read
  /// and it is not complete yet.
  mutating func next(in bytes: [UInt8], from start: Int) -> (command: Command, end: Int)? {
    var position = start
    while position < bytes.count, refusal == nil {
      switch place {
      case .start:
        begin(bytes[position], bytes[position...])
        if kind != 0 { position += 1 }
      case .line:
        let byte = bytes[position]
        position += 1
        if byte != UInt8(ascii: "\n") {
          line.append(byte)
          if line.count > Self.mostOfLine { refusal = "a line of more than 64 KiB" }
        } else if endLine() {
          return finish(at: position)
        }
      case .bulk(let left):
        let count = min(left, bytes.count - position)
        keep(bytes[position..<position + count].prefix(max(0, left - 2)))
        position += count
        place = .bulk(left: left - count)
        if left == count, endString() { return finish(at: position) }
      }
    }
    return nil
  }

  private mutating func begin(_ byte: UInt8, _ rest: ArraySlice<UInt8>) {
    line.removeAll(keepingCapacity: true)
    place = .line
    if missing > 0 {
      kind = UInt8(ascii: "$")
      if byte != kind { refusal = "a command with \(shown(rest)) in the place of a string" }
    } else if byte == UInt8(ascii: "*") {
      kind = byte
    } else {
      kind = 0
      // Encryption begins with 0x16; nothing that people type does.
      guard (0x20..<0x7f).contains(byte) || "\r\n\t".utf8.contains(byte) else {
        refusal = "a command that begins with \(shown(rest))"
        return
      }
    }
  }

  /// A line has ended; true when the command has.
  private mutating func endLine() -> Bool {
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard kind != 0 else { return endInline() }
    guard let number = Int(String(decoding: line, as: UTF8.self)), number < 1 << 40,
      kind == UInt8(ascii: "*") || number >= 0
    else {
      refusal = "a command with \(shown([kind] + line)) in the place of a length"
      return false
    }
    if kind == UInt8(ascii: "*") {
      missing = max(0, number)
      place = .start
      return missing == 0
    }
    beginWord()
    place = .bulk(left: number + 2)
    return false
  }

  private mutating func endInline() -> Bool {
    guard let words = InlineExplanation.split(line) else {
      refusal = "an inline command with unbalanced quotes: \(shown(line))"
      return false
    }
    for word in words {
      beginWord()
      keep(word[...])
    }
    return true
  }

  private mutating func beginWord() {
    command.count += 1
    isKept = command.words.count < Self.mostWords
    if isKept { command.words.append([]) }
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    guard isKept, let last = command.words.indices.last else {
      command.cut += bytes.count
      return
    }
    let kept = bytes.prefix(Self.mostOfWord - command.words[last].count)
    command.words[last].append(contentsOf: kept)
    command.cut += bytes.count - kept.count
  }

  private mutating func endString() -> Bool {
    missing -= 1
    place = .start
    return missing == 0
  }

  private mutating func finish(at position: Int) -> (command: Command, end: Int) {
    place = .start
    defer { command = Command() }
    return (command, position)
  }
}
