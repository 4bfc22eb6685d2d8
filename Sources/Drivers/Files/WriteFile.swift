// Files of our own, written whole or not at all, folders, and the `latest` link. None of these
// follows a link at its place; for what a user names there is `OutputFile`.

internal import Glibc

/// Writes a small file so that a reader sees the old contents or the new ones, never a part: it is
/// written beside its place and renamed over it.
public func writeFile(_ bytes: [UInt8], to path: String) throws(FileFailure) {
  try writeFile(bytes, to: path, like: nil)
}

/// The same, with the rights and the owner of another file.
func writeFile(_ bytes: [UInt8], to path: String, like old: stat?) throws(FileFailure) {
  let temporary = "\(path).\(randomWord(length: 8)).part"
  let descriptor = open(
    temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, old == nil ? 0o644 : 0o600)
  guard descriptor >= 0 else { throw FileFailure(path, .write, errno: errno) }
  var (_, error) = writeAll(bytes[...], to: descriptor)
  if let old, error == nil {
    // The owner first: a change of it takes set-user-ID bits away.
    if fchown(descriptor, old.st_uid, old.st_gid) != 0 || fchmod(descriptor, old.st_mode) != 0 {
      error = errno
    }
  }
  // The data must be on the disk before the name is, or a power cut leaves an empty file.
  if error == nil && fsync(descriptor) != 0 { error = errno }
  if close(descriptor) != 0 && error == nil { error = errno }
  if error == nil && rename(temporary, path) != 0 { error = errno }
  if let error {
    unlink(temporary)
    throw FileFailure(path, .write, errno: error)
  }
}

/// As above, in UTF-8.
public func writeFile(_ text: String, to path: String) throws(FileFailure) {
  try writeFile(Array(text.utf8), to: path)
}

/// Makes a folder that was not there before, in one that is; false if something was.
public func makeNewFolder(_ path: String) throws(FileFailure) -> Bool {
  if mkdir(path, 0o755) == 0 { return true }
  guard errno == EEXIST else { throw FileFailure(path, .write, errno: errno) }
  return false
}

/// Throws unless there is a folder, and no link to one, into which files may be put.
public func requireOwnFolder(_ path: String) throws(FileFailure) {
  var status = stat()
  guard lstat(path, &status) == 0 else { throw FileFailure(path, .write, errno: errno) }
  switch status.st_mode & S_IFMT {
  case S_IFDIR:
    guard access(path, W_OK | X_OK) == 0 else { throw FileFailure(path, .write, errno: errno) }
  case S_IFLNK: throw FileFailure(path, .write, .foreignLink)
  default: throw FileFailure(path, .write, .noFolder)
  }
}

/// Makes a folder and those above it; one that exists is fine.
public func makeFolder(_ path: String) throws(FileFailure) {
  var folder = path.hasPrefix("/") ? "/" : ""
  for part in path.split(separator: "/") {
    folder += folder.isEmpty || folder.hasSuffix("/") ? "\(part)" : "/\(part)"
    var status = stat()
    if mkdir(folder, 0o755) == 0 { continue }
    let error = errno
    if stat(folder, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { continue }
      throw FileFailure(folder, .write, .noFolder)
    }
    throw FileFailure(folder, .write, errno: error)
  }
}

/// Makes `path` a symbolic link to `target`, in place of the link that may be there. A reader
/// always finds a link, the old one or the new one. Anything else at `path` is left alone and is a
/// failure.
public func replaceLink(at path: String, to target: String) throws(FileFailure) {
  var status = stat()
  if lstat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFLNK {
    throw FileFailure(path, .write, .noLink)
  }
  let temporary = "\(path).\(randomWord(length: 8)).part"
  guard symlink(target, temporary) == 0 else { throw FileFailure(path, .write, errno: errno) }
  guard rename(temporary, path) == 0 else {
    let error = errno
    unlink(temporary)
    throw FileFailure(path, .write, errno: error)
  }
}
