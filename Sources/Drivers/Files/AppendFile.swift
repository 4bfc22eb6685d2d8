// A file that only grows, such as a history written while the run goes on. It buffers, and it loses
// nothing it was given: what a full disk refused is kept and written once there is room.

internal import Glibc
internal import Synchronization

/// A file to append bytes to.
///
/// Safe to use from several threads; an append is never torn apart by another one.
public final class AppendFile: Sendable {
  public let path: String
  private let state: Mutex<State>
  /// Bytes held back before they are written.
  private static let bufferSize = 1 << 16

  private struct State {
    /// -1 after `close`.
    var descriptor: Int32
    var buffer: [UInt8] = []
  }

  /// Opens the file and creates it where there is none; with `truncating`, drops what it held. A link
  /// there is not followed.
  public init(path: String, truncating: Bool = false) throws(FileFailure) {
    self.path = path
    let flags =
      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (truncating ? O_TRUNC : 0)
    let descriptor = open(path, flags, 0o644)
    guard descriptor >= 0 else { throw FileFailure(path, .write, errno: errno) }
    state = Mutex(State(descriptor: descriptor))
  }

  /// Takes over an open descriptor; `path` is what failures call it.
  init(path: String, descriptor: Int32) {
    self.path = path
    state = Mutex(State(descriptor: descriptor))
  }

  deinit {
    state.withLock { state in
      if state.descriptor >= 0 { Glibc.close(state.descriptor) }
    }
  }

  /// Appends `bytes`. They reach the file at the latest with the next `flush` or `close`.
  public func append(_ bytes: [UInt8]) throws(FileFailure) {
    try state.withLock { state throws(FileFailure) in
      precondition(state.descriptor >= 0, "append to a closed file")
      state.buffer += bytes
      if state.buffer.count >= Self.bufferSize { try Self.write(&state, path) }
    }
  }

  /// Appends `text` in UTF-8.
  public func append(_ text: String) throws(FileFailure) {
    try append(Array(text.utf8))
  }

  /// Hands all bytes to the operating system: they survive the end of this process.
  public func flush() throws(FileFailure) {
    try state.withLock { state throws(FileFailure) in try Self.write(&state, path) }
  }

  /// Flushes and closes. After a failure the file is still open, and nothing is lost: call again.
  /// Once closed, a further call does nothing.
  public func close() throws(FileFailure) {
    try state.withLock { state throws(FileFailure) in
      guard state.descriptor >= 0 else { return }
      try Self.write(&state, path)
      let descriptor = state.descriptor
      state.descriptor = -1
      // Only NFS and quotas report here what write did not; the descriptor is gone all the same.
      guard Glibc.close(descriptor) == 0 || errno == EINTR else {
        throw FileFailure(path, .write, errno: errno)
      }
    }
  }

  private static func write(_ state: inout State, _ path: String) throws(FileFailure) {
    let (written, error) = writeAll(state.buffer[...], to: state.descriptor)
    state.buffer.removeFirst(written)
    if let error { throw FileFailure(path, .write, errno: error) }
  }
}

/// Writes all of `bytes` in as many calls as it takes; returns how many went out, and the errno
/// that stopped it.
func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> (written: Int, error: Int32?) {
  bytes.withUnsafeBytes { bytes in
    var written = 0
    while written < bytes.count {
      let count = write(
        descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // A process that shares it made it non-blocking.
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&wait, 1, -1)
      } else if errno != EINTR {
        return (written, errno)
      }
    }
    return (written, nil)
  }
}
