// A body in chunks (RFC 9112 §7.1): each with its length before it, the last of length 0, then lines that
// are of no interest here.

/// Reads the chunks of one body.
struct HTTPChunks: Sendable {
  private enum Place {
    case size
    /// In a chunk, with this many bytes to come, its CR LF not included.
    case data(left: Int)
    /// In the CR LF after a chunk.
    case end
    case trailer
    case done
  }

  private var place = Place.size
  private var line: [UInt8] = []
  /// Bytes of the head, to which the lines here are added.
  private var headSize: Int

  init(headSize: Int) {
    self.headSize = headSize
  }

  var isDone: Bool {
    if case .done = place { return true }
    return false
  }

  /// Reads until some data has come or the bytes have ended; returns the data and the position after
  /// what was read.
  mutating func read(
    _ bytes: ArraySlice<UInt8>
  ) throws(HTTPParser.Malformed) -> (data: ArraySlice<UInt8>, end: Int) {
    var position = bytes.startIndex
    while position < bytes.endIndex, !isDone {
      if case .data(let left) = place {
        let part = bytes[position...].prefix(left)
        place = part.count == left ? .end : .data(left: left - part.count)
        return (part, part.endIndex)
      }
      try step(bytes[position])
      position += 1
    }
    return (bytes[position..<position], position)
  }

  private mutating func step(_ byte: UInt8) throws(HTTPParser.Malformed) {
    headSize += 1
    guard headSize <= HTTPParser.mostOfHead else {
      throw HTTPParser.Malformed(what: "more than 64 KiB of lines between chunks")
    }
    guard byte == UInt8(ascii: "\n") else {
      if line.last == UInt8(ascii: "\r") {
        throw HTTPParser.Malformed(what: "a CR without its LF between chunks")
      }
      line.append(byte)
      return
    }
    guard line.popLast() == UInt8(ascii: "\r") else {
      throw HTTPParser.Malformed(what: "a line between chunks that ends without CR")
    }
    defer { line.removeAll(keepingCapacity: true) }
    switch place {
    case .size: try beginChunk()
    case .end:
      guard line.isEmpty else {
        throw HTTPParser.Malformed(what: "a chunk that is longer than it says")
      }
      // What is between chunks counts only while it goes on, or a long body could have no small ones.
      headSize = 0
      place = .size
    case .trailer: if line.isEmpty { place = .done }
    case .data, .done: break
    }
  }

  private mutating func beginChunk() throws(HTTPParser.Malformed) {
    let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 9 }
    let rest = line.dropFirst(digits.count).drop { $0 == 0x20 || $0 == 9 }
    guard !digits.isEmpty, digits.count <= 8, rest.isEmpty || rest.first == UInt8(ascii: ";"),
      digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw HTTPParser.Malformed(what: "the length of a chunk \(shown(line))") }
    place = size == 0 ? .trailer : .data(left: size)
  }
}
