// Reads an answer (RFC 9112), however its bytes are split, and strictly: anything ambiguous
// is refused, since a misread answer would be a wrong outcome.

/// Reads one answer; heads of interim ones (1xx) are passed over.
struct HTTPParser: Sendable {
  private enum Place {
    case head
    /// This many bytes to come.
    case body(left: Int)
    /// Until the connection ends.
    case rest
    case chunks(HTTPChunks)
    case done
  }

  private var place = Place.head
  private var line: [UInt8] = []
  private var lines: [[UInt8]] = []
  /// Bytes of all heads so far, interim ones too.
  private var headSize = 0
  /// The answer, as far as it has come; nil before its head has ended.
  private(set) var response: HTTPResponse?
  private let isHead: Bool

  static let mostOfHead = 65_536
  static let mostOfBody = 1_048_576

  /// Why an answer is invalid: a clause.
  struct Malformed: Error, Hashable {
    var what: String
  }

  /// `isHead`: whether it answers a HEAD, and so has no body.
  init(isHead: Bool = false) {
    self.isHead = isHead
  }

  var isDone: Bool {
    if case .done = place { return true }
    return false
  }

  /// Reads bytes; returns how many belong to the answer: fewer than all when it has ended before.
  mutating func read(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> Int {
    var position = bytes.startIndex
    while position < bytes.endIndex, !isDone {
      switch place {
      case .head:
        try readHead(bytes[position])
        position += 1
      case .body(let left):
        let part = bytes[position...].prefix(left)
        try append(part)
        position = part.endIndex
        place = part.count == left ? .done : .body(left: left - part.count)
      case .rest:
        try append(bytes[position...])
        position = bytes.endIndex
      case .chunks(var chunks):
        let (data, end) = try chunks.read(bytes[position...])
        try append(data)
        position = end
        place = chunks.isDone ? .done : .chunks(chunks)
      case .done: break
      }
    }
    return position - bytes.startIndex
  }

  /// The connection has ended; whether the answer is whole now.
  mutating func end() -> Bool {
    if case .rest = place { place = .done }
    return isDone
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
    guard (response?.body.count ?? 0) + bytes.count <= Self.mostOfBody else {
      throw Malformed(what: "a body of more than 1 MiB")
    }
    response?.body.append(contentsOf: bytes)
  }

  // MARK: The head

  private mutating func readHead(_ byte: UInt8) throws(Malformed) {
    headSize += 1
    guard headSize <= Self.mostOfHead else { throw Malformed(what: "a head of more than 64 KiB") }
    guard byte == UInt8(ascii: "\n") else {
      if line.last == UInt8(ascii: "\r") { throw Malformed(what: "a CR without its LF") }
      line.append(byte)
      // Told as soon as it shows, not when 64 KiB of it have come.
      if lines.isEmpty { try checkBeginning() }
      return
    }
    guard line.popLast() == UInt8(ascii: "\r") else {
      throw Malformed(what: "a line that ends without CR")
    }
    defer { line.removeAll(keepingCapacity: true) }
    guard line.isEmpty, !lines.isEmpty else {
      lines.append(line)
      return
    }
    try endHead()
  }

  private func checkBeginning() throws(Malformed) {
    let beginning = Array("HTTP/1.".utf8)
    guard line.prefix(beginning.count) == beginning.prefix(line.count) else {
      throw Malformed(what: "an answer that begins with \(shown(line))")
    }
  }

  private mutating func endHead() throws(Malformed) {
    var response = try Self.statusLine(lines[0])
    for line in lines.dropFirst() { response.headers.append(try Self.header(line)) }
    lines = []
    if response.status < 200 {
      guard response.status != 101 else {
        throw Malformed(what: "an unrequested 101 Switching Protocols")
      }
      return
    }
    let framing = try framing(of: response)
    if case .rest = framing { response.endsWithConnection = true }
    place = framing
    self.response = response
  }

  private static func statusLine(_ line: [UInt8]) throws(Malformed) -> HTTPResponse {
    let digits = line.dropFirst(9).prefix(3)
    guard line.count >= 12, line.starts(with: Array("HTTP/1.".utf8)),
      line[7] == UInt8(ascii: "0") || line[7] == UInt8(ascii: "1"), line[8] == 0x20,
      digits.allSatisfy({ (0x30...0x39).contains($0) }),
      line.count == 12 || (line[12] == 0x20 && HTTPText.isValue(line[13...]))
    else { throw Malformed(what: "the status line \(shown(line))") }
    let status = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    guard status >= 100 else { throw Malformed(what: "the status \(status)") }
    return HTTPResponse(
      status: status, headers: [], body: [], isCurrent: line[7] == UInt8(ascii: "1"))
  }

  private static func header(_ line: [UInt8]) throws(Malformed) -> HTTPHeader {
    // A line that begins with a space would go on with the one before, which nobody may write now.
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), HTTPText.isToken(line[..<colon]),
      HTTPText.isValue(line[(colon + 1)...])
    else { throw Malformed(what: "the header line \(shown(line))") }
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 }
    var value = line[(colon + 1)...].drop(while: isSpace)
    while value.last.map(isSpace) == true { value.removeLast() }
    return HTTPHeader(
      String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  // MARK: The body

  private func framing(of response: HTTPResponse) throws(Malformed) -> Place {
    let encodings = response.list("transfer-encoding")
    let lengths = Set(
      response.headers.filter { $0.name.lowercased() == "content-length" }.map(\.value))
    guard lengths.count <= 1 else { throw Malformed(what: "two values of Content-Length") }
    if isHead || response.status == 204 || response.status == 304 { return .done }
    if !encodings.isEmpty {
      guard lengths.isEmpty else {
        throw Malformed(what: "both Content-Length and Transfer-Encoding")
      }
      guard encodings.map({ $0.lowercased() }) == ["chunked"], response.isCurrent else {
        throw Malformed(what: "the Transfer-Encoding \(encodings.joined(separator: ", "))")
      }
      return .chunks(HTTPChunks(headSize: headSize))
    }
    guard let length = lengths.first else { return .rest }
    guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw Malformed(what: "the Content-Length \(length)")
    }
    guard let count = Int(length), count <= Self.mostOfBody else {
      throw Malformed(what: "a body of more than 1 MiB")
    }
    return count == 0 ? .done : .body(left: count)
  }
}
