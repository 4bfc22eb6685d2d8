// Whole files as bytes, unzipped if gzipped.

internal import Glibc

/// The contents of the file at `path`, or of the standard input where it is `-`; gzip data is
/// recognised by its first bytes (RFC 1952 §2.3.1) and unzipped.
///
/// What never ends, or is too large to be read as a whole (`ReadLimit`), is refused, and so is a pipe by
/// name that nobody writes to.
public func readFile(
  _ path: String, limit: ReadLimit = .standard
) throws(FileFailure) -> [UInt8] {
  let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw FileFailure(path, .read, errno: errno) }
  defer { close(descriptor) }
  try requireEnd(descriptor, path, limit)
  let bytes = try readToEnd(descriptor, path, limit)
  guard bytes.starts(with: Gzip.magic) else { return bytes }
  let most = limit.unzipped(from: bytes.count)
  do throws(Gzip.Damage) {
    return try Gzip.unzip(bytes, most: most)
  } catch {
    switch error {
    case .tooMuch: throw FileFailure(path, .read, .tooMuch(most))
    case .truncated: throw FileFailure(path, .read, .truncated)
    case .corrupt(let detail): throw FileFailure(path, .read, .corrupt(detail))
    }
  }
}

/// Refuses what has no end, and waits for a pipe's writer.
private func requireEnd(
  _ descriptor: Int32, _ path: String, _ limit: ReadLimit
) throws(FileFailure) {
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw FileFailure(path, .read, errno: errno) }
  switch status.st_mode & S_IFMT {
  case S_IFREG:
    if status.st_size > limit.bytes { throw FileFailure(path, .read, .tooMuch(limit.bytes)) }
  case S_IFCHR:
    // A terminal is typed at until ^D, and /dev/null (1, 3) has ended.
    guard isatty(descriptor) == 1 || status.st_rdev == 0x103 else {
      throw FileFailure(path, .read, .endless)
    }
  case S_IFBLK: throw FileFailure(path, .read, .endless)
  // Not one handed over as a descriptor (`<(command)`): that has its writer.
  case S_IFIFO where lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO:
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, limit.timeout) != 0 else { throw FileFailure(path, .read, .unwritten) }
  default: break
  }
  // Of a pipe the rest may take its time.
  if path != "-" { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
}

private func readToEnd(
  _ descriptor: Int32, _ path: String, _ limit: ReadLimit
) throws(FileFailure) -> [UInt8] {
  var status = stat()
  let known = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  // One byte more than a regular file's size, so that its end is seen without growing.
  var bytes = [UInt8](repeating: 0, count: max(known ? Int(status.st_size) + 1 : 0, 4096))
  var count = 0
  while true {
    if count == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
    let read = bytes.withUnsafeMutableBytes { buffer in
      Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
    }
    if read > 0 {
      count += read
      if count > limit.bytes { throw FileFailure(path, .read, .tooMuch(limit.bytes)) }
    } else if read == 0 {
      bytes.removeLast(bytes.count - count)
      return bytes
    } else if errno != EINTR {
      throw FileFailure(path, .read, errno: errno)
    }
  }
}
