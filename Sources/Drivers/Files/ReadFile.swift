// Whole files as bytes, unzipped where they are gzipped.

internal import Glibc

/// The contents of the file at `path`, or of the standard input where it is `-`; gzip data is
/// recognised by its first bytes (RFC 1952 §2.3.1) and unzipped.
public func readFile(_ path: String) throws(FileFailure) -> [UInt8] {
  let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileFailure(path, .read, errno: errno) }
  defer { close(descriptor) }
  let bytes = try readToEnd(descriptor, path)
  guard bytes.starts(with: Gzip.magic) else { return bytes }
  do throws(Gzip.Damage) {
    return try Gzip.unzip(bytes)
  } catch {
    switch error {
    case .truncated: throw FileFailure(path, .read, .truncated)
    case .corrupt(let detail): throw FileFailure(path, .read, .corrupt(detail))
    }
  }
}

private func readToEnd(_ descriptor: Int32, _ path: String) throws(FileFailure) -> [UInt8] {
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
    } else if read == 0 {
      bytes.removeLast(bytes.count - count)
      return bytes
    } else if errno != EINTR {
      throw FileFailure(path, .read, errno: errno)
    }
  }
}
