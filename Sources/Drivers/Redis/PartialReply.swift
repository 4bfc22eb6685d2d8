// How much of an incomplete reply has come. hiredis keeps all of it, and a foreign server
// may announce gigabytes, or never end.

/// Bounds for one reply.
struct PartialReply {
  static let mostBytes = 64 << 20
  static let mostElements = 4_000_000
  /// Of a status, an error or a number, which are lines: hiredis looks for the end from the start again
  /// with every piece.
  static let mostOfLine = 1 << 20

  private(set) var bytes = 0
  private var isLine = false
  /// Lines within an array: no fewer than its elements so far.
  private(set) var lines = 0

  /// Counts bytes as they come; within an array also its lines.
  mutating func add(_ new: UnsafeRawBufferPointer, isArray: Bool) {
    if bytes == 0, let first = new.first { isLine = "+-:".utf8.contains(first) }
    bytes += new.count
    guard isArray else { return }
    lines += new.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
  }

  /// Counts bytes that nobody has seen.
  mutating func add(count: Int) { bytes += count }

  /// What is too much about it, in words.
  var excess: String? {
    if isLine, bytes > Self.mostOfLine { return "a line of more than \(Self.mostOfLine >> 20) MiB" }
    if bytes > Self.mostBytes { return "a reply of more than \(Self.mostBytes >> 20) MiB" }
    // A bulk string has a line for its length and one for itself.
    if lines > 2 * Self.mostElements { return "a reply of more than \(Self.mostElements) elements" }
    return nil
  }
}
