// A file that the user named for output: a report, a table, a certificate. What
// is there decides how. A file is replaced whole or not at all and keeps its owner; a device, a
// pipe or a descriptor is written to and never replaced. Checked before the work, written after it.

internal import Glibc

/// A place for one document.
///
///     let file = OutputFile("report.xml")
///     try file.check()          // before hours of work
///     try file.write(bytes)
public struct OutputFile: Sendable, Hashable {
  /// As the user gave it.
  public let path: String
  /// Whether the document is added to what the file holds.
  public let appends: Bool

  public init(_ path: String, appending: Bool = false) {
    self.path = path
    appends = appending
  }

  /// What there is at a path, links followed.
  private enum Place {
    /// A descriptor that this process has been given: `/dev/stdout`, `/dev/fd/63`.
    case descriptor(Int32)
    /// A regular file, by the path that leads to it without links.
    case file(String, stat)
    /// Nothing yet, in a folder that exists.
    case new(String)
    /// A pipe by name.
    case pipe
    /// A terminal, `/dev/null` and the like.
    case device
  }

  /// Throws if `write` would surely fail: a folder that isn't there, a file that may not be written.
  public func check() throws(FileFailure) {
    switch try place() {
    case .descriptor(let number):
      let flags = fcntl(number, F_GETFL)
      guard flags >= 0, flags & O_ACCMODE != O_RDONLY else { throw failure(EBADF) }
    case .file(let path, _), .new(let path):
      let folder = Self.folder(of: path)
      if access(path, F_OK) == 0, access(path, W_OK) != 0 { throw failure(errno) }
      // Where the file itself may be written its folder need not be.
      if access(path, F_OK) != 0, access(folder, W_OK | X_OK) != 0 { throw failure(errno) }
    case .pipe, .device:
      if access(path, W_OK) != 0 { throw failure(errno) }
    }
  }

  /// Writes the document.
  public func write(_ bytes: [UInt8]) throws(FileFailure) {
    switch try place() {
    case .descriptor(let number):
      if let error = writeAll(bytes[...], to: number).error { throw failure(error) }
    case .file(let path, let status):
      if appends { return try pour(bytes, into: path, O_APPEND) }
      guard try replace(path, status, with: bytes) else {
        return try pour(bytes, into: path, O_TRUNC)
      }
    case .new(let path): try writeFile(bytes, to: path)
    case .device: try pour(bytes, into: path, 0)
    case .pipe: try feed(bytes)
    }
  }

  /// As above, in UTF-8.
  public func write(_ text: String) throws(FileFailure) { try write(Array(text.utf8)) }

  /// Whether both paths lead to the same file, by whatever names: then writing one would destroy the
  /// other. `-` is the standard input. Devices and pipes hold nothing to be destroyed.
  public func isSame(as other: String) -> Bool {
    guard let own = Self.status(of: path, standard: STDOUT_FILENO),
      let theirs = Self.status(of: other, standard: STDIN_FILENO),
      own.st_mode & S_IFMT == S_IFREG
    else { return false }
    return own.st_dev == theirs.st_dev && own.st_ino == theirs.st_ino
  }

  private static func status(of path: String, standard: Int32) -> stat? {
    var status = stat()
    return (path == "-" ? fstat(standard, &status) : stat(path, &status)) == 0 ? status : nil
  }

  // MARK: What is there

  private func place() throws(FileFailure) -> Place {
    if let number = Self.descriptor(path) { return .descriptor(number) }
    var own = stat()
    guard lstat(path, &own) == 0 else {
      let error = errno
      var folder = stat()
      guard error == ENOENT, !path.isEmpty, !path.hasSuffix("/"),
        stat(Self.folder(of: path), &folder) == 0, folder.st_mode & S_IFMT == S_IFDIR
      else { throw failure(error) }
      return .new(path)
    }
    let isLink = own.st_mode & S_IFMT == S_IFLNK
    var status = own
    if isLink {
      guard let whole = realpath(path, nil) else { throw failure(.brokenLink) }
      defer { free(whole) }
      guard stat(whole, &status) == 0 else { throw failure(errno) }
      if status.st_mode & S_IFMT == S_IFREG { return .file(String(cString: whole), status) }
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw failure(.isDirectory)
    // Behind a link a device or a pipe is hardly what was meant, and not seen in the name.
    case _ where isLink: throw failure(.brokenLink)
    case S_IFREG: return .file(path, status)
    case S_IFIFO: return .pipe
    case S_IFCHR, S_IFBLK: return .device
    default: throw failure(.system(ENXIO, "it is a socket"))
    }
  }

  /// The number of a descriptor that is named as a file (proc(5), /proc/pid/fd): opened anew, a file
  /// there would be written from its start, beside what others have written to it.
  private static func descriptor(_ path: String) -> Int32? {
    switch path {
    case "-", "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default: break
    }
    for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
      return Int32(path.dropFirst(folder.count))
    }
    return nil
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  // MARK: How it is written

  /// Puts a new file in the place of one, with its rights and owner; false where that can't be done
  /// here, though the file itself can be written: its folder takes no new file, its owner is another
  /// one, or it is mounted by itself.
  private func replace(_ path: String, _ old: stat, with bytes: [UInt8]) throws(FileFailure) -> Bool
  {
    guard access(path, W_OK) == 0 else { throw failure(errno) }
    do throws(FileFailure) {
      try writeFile(bytes, to: path, like: old)
      return true
    } catch {
      guard [.permission, .system(EBUSY, message(EBUSY))].contains(error.kind) else {
        throw FileFailure(self.path, .write, error.kind)
      }
      return false
    }
  }

  private func pour(_ bytes: [UInt8], into path: String, _ flags: Int32) throws(FileFailure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | flags)
    guard descriptor >= 0 else { throw failure(errno) }
    var error = writeAll(bytes[...], to: descriptor).error
    if close(descriptor) != 0, error == nil { error = errno }
    if let error { throw failure(error) }
  }

  /// Writes into a pipe by name, whose reader has some seconds to come.
  private func feed(_ bytes: [UInt8]) throws(FileFailure) {
    for _ in 0..<100 {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
      if descriptor >= 0 {
        defer { close(descriptor) }
        if let error = writeAll(bytes[...], to: descriptor).error { throw failure(error) }
        return
      }
      guard errno == ENXIO else { throw failure(errno) }
      usleep(50_000)
    }
    throw failure(.unread)
  }

  private func failure(_ error: Int32) -> FileFailure { FileFailure(path, .write, errno: error) }

  private func failure(_ kind: FileFailure.Kind) -> FileFailure { FileFailure(path, .write, kind) }
}
