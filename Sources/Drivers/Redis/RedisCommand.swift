// A Redis command as the bytes to send, encoded once: a client that repeats a command builds it
// once and keeps it. Encoding is pure; the size of a command is all it allocates.

/// A command in RESP, the protocol of Redis.
public struct RedisCommand: Sendable {
  /// The array of bulk strings to send (Redis serialization protocol specification).
  public let bytes: [UInt8]
  /// The command's name, and its subcommand's where it has one.
  public let verb: StaticString
  public let effect: CommandEffect
  /// The number worth showing beside the verb, as 57 in `SET 57`.
  public let argument: Int?
  /// How a trace shows it, where its name says little.
  public let caption: RedisCaption?

  /// A command of a verb and its arguments.
  ///
  /// A subcommand goes among the arguments; each of these goes out as one bulk string. The effect,
  /// what the command can do to the data, decides what losing its reply means. `showing` is the
  /// number worth showing in a trace.
  public init(
    _ verb: StaticString, _ arguments: [RedisArgument] = [], effect: CommandEffect,
    showing argument: Int? = nil, caption: RedisCaption? = nil
  ) {
    self.caption = caption
    var bytes: [UInt8] = []
    bytes.reserveCapacity(arguments.reduce(48) { $0 + $1.encodedSize })
    bytes.append(UInt8(ascii: "*"))
    bytes.appendDecimal(arguments.count + 1)
    bytes.appendLineEnd()
    verb.withUTF8Buffer { bytes.appendBulk($0) }
    for value in arguments { value.append(to: &bytes) }
    self.bytes = bytes
    self.verb = verb
    self.effect = effect
    self.argument = argument
  }

  /// The bytes of a command known only at run time.
  static func bytes(of words: [String]) -> [UInt8] {
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words { RedisArgument.text(word).append(to: &bytes) }
    return bytes
  }

  /// Whether it is MULTI; WATCH only prepares for one.
  var opensTransaction: Bool { effect == .begin && "\(verb)" == "MULTI" }
}

/// Commands are the same if they send the same bytes.
extension RedisCommand: Hashable {
  public static func == (left: RedisCommand, right: RedisCommand) -> Bool {
    left.bytes == right.bytes
  }

  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

/// One argument of a Redis command.
public enum RedisArgument: Sendable, Hashable {
  case text(String)
  case integer(Int)
  case bytes([UInt8])

  /// An upper bound of the bytes its bulk string takes.
  fileprivate var encodedSize: Int {
    switch self {
    case .text(let text): text.utf8.count + 16
    case .integer: 32
    case .bytes(let bytes): bytes.count + 16
    }
  }

  fileprivate func append(to bytes: inout [UInt8]) {
    switch self {
    case .text(var text): text.withUTF8 { bytes.appendBulk($0) }
    case .integer(let value): bytes.appendBulk(decimal: value)
    case .bytes(let value): value.withUnsafeBufferPointer { bytes.appendBulk($0) }
    }
  }
}

extension RedisArgument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
}

extension RedisCommand: CustomStringConvertible {
  /// The verb and the arguments.
  public var words: [String] {
    // The bytes are our own: CRLF-separated, every second piece past the header a length.
    var words: [String] = []
    var rest = bytes.drop { $0 != UInt8(ascii: "$") }
    while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
      let length = rest[rest.startIndex + 1..<end].reduce(0) { $0 * 10 + Int($1 & 15) }
      words.append(String(decoding: rest[end + 2..<end + 2 + length], as: UTF8.self))
      rest = rest.dropFirst(end + 2 + length + 2 - rest.startIndex)
    }
    return words
  }

  /// The command as a person would type it.
  public var description: String { words.joined(separator: " ") }
}

extension [UInt8] {
  fileprivate mutating func appendLineEnd() {
    append(UInt8(ascii: "\r"))
    append(UInt8(ascii: "\n"))
  }

  fileprivate mutating func appendBulk(_ content: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "$"))
    appendDecimal(content.count)
    appendLineEnd()
    append(contentsOf: content)
    appendLineEnd()
  }

  fileprivate mutating func appendBulk(decimal value: Int) {
    append(UInt8(ascii: "$"))
    appendDecimal(decimalLength(value))
    appendLineEnd()
    appendDecimal(value)
    appendLineEnd()
  }

  /// Appends a number's decimal digits.
  mutating func appendDecimal(_ value: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }
}

private func decimalLength(_ value: Int) -> Int {
  var length = value < 0 ? 2 : 1
  var rest = value.magnitude
  while rest >= 10 {
    length += 1
    rest /= 10
  }
  return length
}
