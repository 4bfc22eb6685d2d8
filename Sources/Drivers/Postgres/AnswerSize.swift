// How much of an answer has come. libpq keeps rows until the last is in, and messages until they are
// whole, and does not say how much that is; so the bytes waiting in the socket are counted before it reads.

internal import Glibc

/// Bounds for one answer.
struct AnswerSize {
  static let most = 64 << 20

  private var seen = 0
  private var looks = 0
  private var scratch: [UInt8] = []

  static var excess: String { "an answer of more than \(most >> 20) MiB" }

  /// Looks at what libpq is about to read; false when it is too much.
  ///
  /// The first few reads of an answer, which are all that ordinary ones take, are not looked at.
  mutating func allows(readingFrom socket: Int32, after free: Int = 8) -> Bool {
    looks += 1
    guard looks > free else { return true }
    if scratch.isEmpty { scratch = [UInt8](repeating: 0, count: 4 << 20) }
    let waiting = scratch.withUnsafeMutableBytes { buffer in
      recv(
        socket, buffer.baseAddress, buffer.count,
        Int32(MSG_PEEK | MSG_DONTWAIT))
    }
    seen += max(0, waiting)
    return seen <= Self.most
  }
}
