// The sockets of TCP and UDP that Linux lists in /proc/PID/net (proc_net_tcp.rst), by inode.

/// An address of a socket.
public struct InternetAddress: Sendable, Hashable, CustomStringConvertible {
  /// In figures: `127.0.0.1`, `::1`. One of IPv4 inside IPv6 (RFC 4291, 2.5.5.2) is written as IPv4.
  public var host: String
  public var port: UInt16

  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A table of sockets.
struct InternetSockets {
  struct Entry: Equatable {
    var local: InternetAddress
    var remote: InternetAddress
    var state: UInt8

    /// TCP_LISTEN (include/net/tcp_states.h). One of UDP that isn't connected has 7 and nobody at its other end.
    var isListening: Bool { state == 10 }
    var isConnected: Bool { !isListening && remote.port != 0 }
  }

  private(set) var entries: [UInt64: Entry] = [:]

  /// Adds what a table says: a line of headings, then one for each socket.
  mutating func add(_ text: String) {
    for line in text.split(separator: "\n").dropFirst() {
      let words = line.split(separator: " ")
      guard words.count > 9, let local = Self.address(words[1]),
        let remote = Self.address(words[2]),
        let state = UInt8(words[3], radix: 16), let inode = UInt64(words[9])
      else { continue }
      entries[inode] = Entry(local: local, remote: remote, state: state)
    }
  }

  /// `0100007F:1F90`: words of 32 bits as this machine stores them, and the port.
  private static func address(_ text: Substring) -> InternetAddress? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
    var bytes: [UInt8] = []
    var rest = parts[0]
    while rest.count >= 8 {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      withUnsafeBytes(of: word) { bytes += $0 }
      rest = rest.dropFirst(8)
    }
    guard rest.isEmpty, let host = Self.host(bytes) else { return nil }
    return InternetAddress(host: host, port: port)
  }

  private static func host(_ bytes: [UInt8]) -> String? {
    if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
    guard bytes.count == 16 else { return nil }
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
    if isMapped { return host(Array(bytes[12...])) }
    let groups = stride(from: 0, to: 16, by: 2).map {
      UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
    }
    return shortened(groups)
  }

  /// The longest run of zeros, of two at least, is `::` (RFC 5952, 4.2).
  private static func shortened(_ groups: [UInt16]) -> String {
    var longest = 0..<0
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start + 1)
    }
    func text(_ groups: ArraySlice<UInt16>) -> String {
      groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !longest.isEmpty else { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
  }
}
