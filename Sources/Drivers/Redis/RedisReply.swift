// What a Redis server answers, copied out of hiredis' C objects so that it can be kept.

import CHiredis

/// A reply in RESP2.
public enum RedisReply: Sendable, Hashable {
  /// The nil bulk string or nil array: no such key, or EXEC that ran nothing.
  case null
  case integer(Int)
  /// A simple string, such as OK or QUEUED.
  case status(String)
  /// A string of any bytes.
  case bulk([UInt8])
  case array([RedisReply])
  /// An error's whole text; seen only inside arrays and pipelines, else it is thrown.
  case error(String)

  /// The number, of an integer reply or of a string that is a decimal number as a whole.
  public var integer: Int? {
    switch self {
    case .integer(let value): value
    case .bulk(let bytes): Int(decimal: bytes)
    default: nil
    }
  }

  /// The text, of a status or of a string that is valid UTF-8.
  public var text: String? {
    switch self {
    case .status(let text): text
    case .bulk(let bytes): String(validating: bytes, as: UTF8.self)
    default: nil
    }
  }

  /// The elements of an array.
  public var elements: [RedisReply]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// Whether it is the status OK.
  public var isOK: Bool { self == .status("OK") }

  /// How a trace shows it.
  var traced: CommandTrace.Reply {
    switch self {
    case .null: .null
    case .integer(let value): .integer(value)
    case .status("OK"): .ok
    case .status(let text): .text(text)
    case .bulk(let bytes):
      Int(decimal: bytes).map { .integer($0) } ?? .text(String(decoding: bytes, as: UTF8.self))
    case .array(let elements):
      elements.count == 1 ? elements[0].traced : .text("\(elements.count) replies")
    case .error(let message): .error(RedisErrors.shortText(of: message))
    }
  }
}

extension RedisErrors {
  /// An error's code, or its whole text where the code is missing or says nothing.
  static func shortText(of message: String) -> String {
    let code = code(of: message)
    return code.isEmpty || code == "ERR" ? message : code
  }
}

extension Int {
  /// The number that bytes spell in decimal, nothing else around it.
  init?(decimal bytes: some Collection<UInt8>) {
    var rest = bytes[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest = rest.dropFirst() }
    guard !rest.isEmpty else { return nil }
    var value = 0
    for byte in rest {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let digit = Int(byte - UInt8(ascii: "0"))
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      // Downwards, because Int.min has no positive counterpart.
      let (next, borrow) = tens.subtractingReportingOverflow(digit)
      guard !overflow, !borrow else { return nil }
      value = next
    }
    if isNegative {
      self = value
    } else {
      guard value != .min else { return nil }
      self = -value
    }
  }
}

extension RedisReply {
  /// Copies a reply of hiredis' reader.
  init(copying reply: UnsafePointer<redisReply>) {
    let content = reply.pointee
    switch content.type {
    case REDIS_REPLY_INTEGER: self = .integer(Int(content.integer))
    case REDIS_REPLY_STRING: self = .bulk(Array(content.characters))
    case REDIS_REPLY_STATUS: self = .status(String(decoding: content.characters, as: UTF8.self))
    case REDIS_REPLY_ERROR: self = .error(String(decoding: content.characters, as: UTF8.self))
    case REDIS_REPLY_ARRAY:
      self = .array(
        (0..<Int(content.elements)).map { index in
          content.element[index].map { RedisReply(copying: $0) } ?? .null
        })
    default: self = .null
    }
  }
}

extension redisReply {
  fileprivate var characters: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: str, count: Int(len))
  }
}
