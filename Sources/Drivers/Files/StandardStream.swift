// The standard output and error as places where writing can fail: closed, full, or a pipe whose
// reader has gone. It writes bytes as they are; `Terminal` decides what they may contain.

internal import Glibc

/// Where a process writes without having opened anything.
public enum StandardStream: Sendable {
  case output
  case error

  /// To be called first of all. A standard descriptor that the caller closed (`>&-`) would be the
  /// next file that is opened, a history say, and reports would be written into it: each is taken by
  /// /dev/null, the output so that writing to it fails. From now on a pipe without a reader and a file
  /// that may not grow (`ulimit -f`) are errors of the write, not the end of the process.
  public static func secure() {
    for (descriptor, flags) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ] where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is this one, since those below it are open by now.
      _ = open("/dev/null", flags)
    }
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Writes all of `bytes` at once, without a buffer that could be lost.
  public func write(_ bytes: [UInt8]) throws(FileFailure) {
    if let error = writeAll(bytes[...], to: descriptor).error {
      throw FileFailure(path, .write, errno: error)
    }
  }

  var descriptor: Int32 {
    switch self {
    case .output: STDOUT_FILENO
    case .error: STDERR_FILENO
    }
  }

  private var path: String {
    switch self {
    case .output: "the standard output"
    case .error: "the standard error output"
    }
  }
}
