// Where a packet of MySQL's protocol ends (MySQL Internals, "MySQL Packets"), however the bytes are cut:
// three bytes of length, one of sequence, the rest. One of the greatest length is continued by the next.

/// Finds the packets in a stream of bytes.
struct MySQLScanner: Sendable {
  /// A whole packet, with those that continue it.
  struct Packet: Sendable {
    /// 0 in a command's first.
    var sequence: UInt8
    /// What follows the head, cut to `mostKept`.
    var body: [UInt8]
    /// How long it is as a whole.
    var length: Int
  }

  private var head: [UInt8] = []
  private var body: [UInt8] = []
  /// Bytes of the part under way still to come, nil while a head is read.
  private var left: Int?
  private var length = 0
  private var sequence: UInt8 = 0
  private var isContinued = false
  private var isContinuing = false

  /// Longest part of a packet that is kept: enough for any statement of a strategy.
  private static let mostKept = 4096
  private static let greatest = 0xff_ffff

  /// Reads until a packet ends; returns it and the position after it, or nil when all bytes are read and it
  /// is not complete yet.
  mutating func next(in bytes: [UInt8], from start: Int) -> (packet: Packet, end: Int)? {
    var position = start
    while true {
      if let left {
        let count = min(left, bytes.count - position)
        let room = max(0, Self.mostKept - body.count)
        body.append(contentsOf: bytes[position..<position + count].prefix(room))
        position += count
        self.left = left - count
        guard left == count else { return nil }
        self.left = nil
        if !isContinued { return (finish(), position) }
        continue
      }
      guard position < bytes.count else { return nil }
      head.append(bytes[position])
      position += 1
      if head.count == 4 { begin() }
    }
  }

  private mutating func begin() {
    let size = Int(head[0]) | Int(head[1]) << 8 | Int(head[2]) << 16
    if !isContinuing { sequence = head[3] }
    length += size
    left = size
    isContinued = size == Self.greatest
    isContinuing = isContinued
    head.removeAll(keepingCapacity: true)
  }

  private mutating func finish() -> Packet {
    defer {
      body.removeAll(keepingCapacity: true)
      length = 0
    }
    return Packet(sequence: sequence, body: body, length: length)
  }
}

extension MySQLScanner.Packet {
  /// What kind of packet it is, 0 of an empty one.
  var kind: UInt8 { body.first ?? 0 }

  /// Whether it is an error; MariaDB tells of its progress by one with a number of its own.
  var isError: Bool { kind == 0xff && number(at: 1, bytes: 2) != 0xffff }

  /// A number of this many bytes, lowest first; 0 if they are missing.
  func number(at start: Int, bytes: Int) -> Int {
    guard start + bytes <= body.count else { return 0 }
    return body[start..<start + bytes].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// A number of a length of its own (MySQL Internals, "Length-Encoded Integer"), and where it ends.
  func packedNumber(at start: Int) -> (value: Int, end: Int) {
    guard start < body.count else { return (0, start) }
    let width = [0xfc: 2, 0xfd: 3, 0xfe: 8][Int(body[start])]
    guard let width else { return (Int(body[start]), start + 1) }
    return (number(at: start + 1, bytes: width), start + 1 + width)
  }

  /// The status flags of an OK packet, or of one that is laid out like it.
  var okStatus: Int {
    let changed = packedNumber(at: 1)
    return number(at: packedNumber(at: changed.end).end, bytes: 2)
  }

  /// The rest as text.
  func text(from start: Int) -> String {
    String(decoding: body.dropFirst(start), as: UTF8.self)
  }
}
