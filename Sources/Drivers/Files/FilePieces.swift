// Reads a file from front to back in pieces of whole lines, so that a long one is never in memory as
// a whole. It decompresses nothing; `readFile` does.

internal import Glibc

/// A regular file, read a piece at a time.
///
/// ```swift
/// if let pieces = try FilePieces("history.jsonl") {
///   while let lines = try pieces.next() { … }
/// }
/// ```
public final class FilePieces {
  /// Bytes of the whole file, when it was opened.
  public let size: Int
  /// Bytes handed out so far.
  public private(set) var handedOut = 0
  private let path: String
  private let descriptor: Int32
  private let pieceSize: Int
  private let longestLine: Int
  private var held: [UInt8] = []
  private var isAtEnd = false

  /// Opens a file. Pieces have about `pieceSize` bytes, more where a line is longer.
  ///
  /// Nil for what is no regular file: nothing of a pipe is taken. A line longer than `longestLine` bytes
  /// is refused.
  public init?(
    _ path: String, pieceSize: Int = 1 << 20, longestLine: Int = 256 << 20
  ) throws(FileFailure) {
    self.path = path
    self.pieceSize = max(1, pieceSize)
    self.longestLine = longestLine
    var status = stat()
    guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    size = Int(status.st_size)
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(path, .read, errno: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether what comes next begins so; it stays there.
  public func begins(with start: [UInt8]) throws(FileFailure) -> Bool {
    while held.count < start.count, !isAtEnd { try readOn() }
    return held.starts(with: start)
  }

  /// The next lines, with their ends; the file's last line may have none. Nil at the end.
  public func next() throws(FileFailure) -> [UInt8]? {
    var searched = 0
    while true {
      if held.count >= pieceSize, let end = held[searched...].lastIndex(of: UInt8(ascii: "\n")) {
        let piece = Array(held[...end])
        held = Array(held[(end + 1)...])
        handedOut += piece.count
        return piece
      }
      searched = held.count >= pieceSize ? held.count : searched
      if isAtEnd { break }
      if held.count > longestLine { throw FileFailure(path, .read, .longLine(longestLine)) }
      try readOn()
    }
    guard !held.isEmpty else { return nil }
    let piece = held
    held = []
    handedOut += piece.count
    return piece
  }

  /// Reads until a piece is full, or to the end.
  private func readOn() throws(FileFailure) {
    let count = held.count
    held += [UInt8](repeating: 0, count: pieceSize)
    let read = held.withUnsafeMutableBytes { buffer in
      Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, pieceSize)
    }
    let error = errno
    held.removeLast(pieceSize - max(0, read))
    if read < 0, error != EINTR { throw FileFailure(path, .read, errno: error) }
    if read == 0 { isAtEnd = true }
  }
}
