// Why a proxy can't follow a connection. Whatever came after would be reported wrongly or
// not at all, so the connection ends and the run fails: it is never ignored.

/// A stream that can't be followed: one sentence, and what to do next.
public struct StreamFailure: Error, Sendable, Hashable {
  /// Who said it.
  public enum Side: Sendable, Hashable {
    case client
    case server
  }

  /// The server that the connection leads to, such as `redis`.
  public var server: String
  public var side: Side
  /// What was seen, such as `MONITOR`.
  public var seen: String

  public init(server: String, side: Side, seen: String) {
    self.server = server
    self.side = side
    self.seen = seen
  }
}

extension StreamFailure: CustomStringConvertible {
  public var description: String {
    let speaker = side == .client ? "a client of \(server)" : server
    return "\(speaker) sent what soldout cannot follow: \(seen); "
      + "use a client or an option that speaks the server's documented protocol without encryption"
  }
}

/// Bytes as a sentence can show them: printable ones as they are, all others as `\x16`.
func shown(_ bytes: some Collection<UInt8>) -> String {
  let text = bytes.prefix(24).map { byte in
    if (0x20..<0x7f).contains(byte), byte != UInt8(ascii: "\\") {
      return String(Unicode.Scalar(byte))
    }
    return "\\x" + hexadecimal(byte)
  }.joined()
  return "`\(text)\(bytes.count > 24 ? "…" : "")`"
}

/// Two lower-case digits.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0" + digits : digits
}
