// The unix sockets of this machine with their other ends, which /proc doesn't tell: asked of the kernel by
// sock_diag(7).

#if canImport(Darwin)
  internal import Darwin
#else
  internal import CSystem
  internal import Glibc
#endif

/// Unix sockets by inode.
struct UnixSockets {
  struct Entry: Equatable {
    /// A path, or `@` and an abstract name (unix(7)); nil: it has none, as most clients.
    var name: String?
    /// The socket at the other end.
    var peer: UInt64?
  }

  private(set) var entries: [UInt64: Entry] = [:]

  /// Empty where the kernel doesn't answer.
  init() {
    #if os(Linux)
      let connection = socket(16, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 4)
      guard connection >= 0 else { return }
      defer { System.close(connection) }
      // For a kernel that takes the question and has no answer.
      var timeout = timeval(tv_sec: 1, tv_usec: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
      let question = Self.question
      let count = question.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
      guard count == question.count else { return }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = recv(connection, &buffer, buffer.count, 0), count > 0,
        add(buffer[..<count])
      {}
    #endif
  }

  init(answer: [UInt8]) { _ = add(answer[...]) }

  /// A dump of all sockets in whatever state, with names and other ends: `nlmsghdr`, `unix_diag_req`.
  private static let question: [UInt8] = {
    var bytes: [UInt8] = []
    func append<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number) { bytes += $0 }
    }
    append(UInt32(40))
    append(UInt16(20))  // SOCK_DIAG_BY_FAMILY
    append(UInt16(0x301))  // NLM_F_REQUEST | NLM_F_DUMP
    append(UInt64(1))
    append(UInt16(1))  // AF_UNIX
    append(UInt16(0))
    append(UInt32.max)
    append(UInt32(0))
    append(UInt32(5))  // UDIAG_SHOW_NAME | UDIAG_SHOW_PEER
    append(UInt64.max)
    return bytes
  }()

  /// Takes one datagram of the answer; false: it was the last.
  private mutating func add(_ datagram: ArraySlice<UInt8>) -> Bool {
    var rest = datagram
    while rest.count >= 16 {
      let length = Int(Self.number(rest, 0, as: UInt32.self))
      let type = Self.number(rest, 4, as: UInt16.self)
      guard type == 20, length >= 32, length <= rest.count else { return false }
      addSocket(rest.dropFirst(16).prefix(length - 16))
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return true
  }

  /// `unix_diag_msg`, then attributes.
  private mutating func addSocket(_ message: ArraySlice<UInt8>) {
    var entry = Entry()
    var rest = message.dropFirst(16)
    while rest.count >= 4 {
      let length = Int(Self.number(rest, 0, as: UInt16.self))
      guard length >= 4, length <= rest.count else { break }
      let value = rest.dropFirst(4).prefix(length - 4)
      switch Self.number(rest, 2, as: UInt16.self) {
      case 0: entry.name = Self.name(value)
      case 2 where value.count == 4: entry.peer = UInt64(Self.number(value, 0, as: UInt32.self))
      default: break
      }
      rest = rest.dropFirst((length + 3) & ~3)
    }
    entries[UInt64(Self.number(message, 4, as: UInt32.self))] = entry
  }

  private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
    guard let first = bytes.first else { return nil }
    if first == 0 { return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self) }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func number<Number: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, _ place: Int, as type: Number.Type
  ) -> Number {
    bytes.dropFirst(place).withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
  }
}
