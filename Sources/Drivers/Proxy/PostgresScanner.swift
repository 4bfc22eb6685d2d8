// Where a message of PostgreSQL's protocol ends (PostgreSQL manual §55.7), however the bytes are cut:
// a byte that says what it is, four bytes of length, the rest. What a client says first lacks the
// first byte.

/// Finds the messages in a stream of bytes.
struct PostgresScanner: Sendable {
  /// A whole message.
  struct Message: Sendable {
    /// 0 for one without a kind: the client's first.
    var kind: UInt8
    /// What follows the length, cut to `mostKept`.
    var body: [UInt8]
    /// How many bytes of it are missing.
    var cut = 0
  }

  private var head: [UInt8] = []
  private var body: [UInt8] = []
  /// Bytes of the body to come, nil while the head is read.
  private var left: Int?
  private var kind: UInt8 = 0
  private var length = 0
  /// Whether the next message has a byte that says what it is.
  var isTyped: Bool
  /// What came that is no message; nothing after it can be understood.
  private(set) var refusal: String?

  /// Longest part of a message that is kept: enough for the statements of most programs.
  static let mostKept = 16_384
  /// As long as PostgreSQL lets a client's first message be.
  private static let mostOfStart = 10_000

  var isBroken: Bool { refusal != nil }

  init(isTyped: Bool) {
    self.isTyped = isTyped
  }

  /// Reads until a message ends; returns it and the position after it, or nil when all bytes are
  /// read and it is not complete yet.
  mutating func next(in bytes: [UInt8], from start: Int) -> (message: Message, end: Int)? {
    var position = start
    while !isBroken {
      if let left {
        let count = min(left, bytes.count - position)
        body.append(
          contentsOf: bytes[position..<position + count].prefix(Self.mostKept - body.count))
        position += count
        self.left = left - count
        if left == count { return (finish(), position) }
        return nil
      }
      guard position < bytes.count else { return nil }
      head.append(bytes[position])
      position += 1
      if head.count == (isTyped ? 5 : 4) { begin() }
    }
    return nil
  }

  private mutating func begin() {
    kind = isTyped ? head[0] : 0
    length = head.suffix(4).reduce(0) { $0 << 8 | Int($1) } - 4
    // The length counts itself.
    if length < 0 || length > (isTyped ? 1 << 30 : Self.mostOfStart) {
      refusal = "a message that begins with \(shown(head))"
    }
    left = max(0, length)
    head.removeAll(keepingCapacity: true)
  }

  private mutating func finish() -> Message {
    let message = Message(kind: kind, body: body, cut: length - body.count)
    left = nil
    body.removeAll(keepingCapacity: true)
    return message
  }
}

extension PostgresScanner.Message {
  /// The texts that end with a zero byte, from the start of the body.
  var texts: [String] {
    body.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The number in the first four bytes, 0 where they are missing.
  var number: Int { body.count < 4 ? 0 : body.prefix(4).reduce(0) { $0 << 8 | Int($1) } }
}
