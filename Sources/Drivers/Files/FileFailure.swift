// Why a file could not be read or written: one sentence, and what to do next.

internal import Glibc

/// Why a file could not be read or written.
public struct FileFailure: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case missing
    case permission
    case diskFull
    /// The file would be larger than this process may make one (RLIMIT_FSIZE).
    case tooLarge
    /// This process's parent had closed it.
    case closed
    /// A pipe whose reader has left.
    case noReader
    /// A pipe by name that nobody reads.
    case unread
    /// Something else where a folder should be.
    case noFolder
    case isDirectory
    /// A link that leads nowhere, or to a device or a pipe.
    case brokenLink
    /// A link where a folder of our own should be.
    case foreignLink
    /// Something else where a link of our own should be.
    case noLink
    /// A pipe by name that nobody writes to.
    case unwritten
    /// A device, which has no end.
    case endless
    /// More than this many bytes, unzipped or not: more than is read as a whole.
    case tooMuch(Int)
    /// A line longer than this many bytes.
    case longLine(Int)
    /// gzip data that ends in the middle.
    case truncated
    /// gzip data that is not what it says.
    case corrupt(String)
    /// Any other errno, with its text.
    case system(Int32, String)
  }

  public enum Action: String, Hashable, Sendable {
    case read
    case write = "written"
  }

  /// As the user gave it; `-` is the standard input.
  public var path: String
  public var action: Action
  public var kind: Kind

  public init(_ path: String, _ action: Action, _ kind: Kind) {
    self.path = path
    self.action = action
    self.kind = kind
  }

  init(_ path: String, _ action: Action, errno error: Int32) {
    let kind: Kind =
      switch error {
      case ENOENT, ENOTDIR: .missing
      case EACCES, EPERM, EROFS: .permission
      case ENOSPC, EDQUOT: .diskFull
      case EFBIG: .tooLarge
      case EBADF: .closed
      case EPIPE: .noReader
      case EISDIR: .isDirectory
      default: .system(error, message(error))
      }
    self.init(path, action, kind)
  }

  /// What is wrong, without the path.
  public var reason: String {
    switch kind {
    case .missing:
      action == .read
        ? "there is no such file; check the path" : "its folder does not exist; create it"
    case .permission: "permission is denied; change its rights or choose another place"
    case .diskFull: "the disk is full; free some space or choose another place"
    case .tooLarge: "it would exceed the file size limit; raise the limit (`ulimit -f`)"
    case .closed: "it is closed; leave it open, or give it to a file"
    case .noReader: "its reader has gone; keep it running to the end"
    case .unread: "nobody reads from this pipe; start its reader first"
    case .noFolder: "something other than a folder is there; choose another place"
    case .brokenLink: "it is a link that leads to no file; name the file itself"
    case .foreignLink: "it is a link, which a run does not follow; move it away"
    case .noLink: "something other than a link is there; move it away"
    case .isDirectory: "it is a folder; name a file in it"
    case .unwritten: "nobody writes to this pipe; start its writer first"
    case .endless: "it is a device; name a file"
    case .tooMuch(let most):
      "it holds more than \(most >> 20) MiB, the most that is read as a whole; give a part of it"
    case .longLine(let most):
      "it has a line of more than \(most >> 20) MiB, which no history has; name another file"
    case .truncated: "its gzip data ends in the middle; copy it again from where it came"
    case .corrupt(let detail): "its gzip data is damaged (\(detail)); copy it again"
    case .system(_, let text): "\(text); check the path and the disk"
    }
  }
}

extension FileFailure: CustomStringConvertible {
  public var description: String {
    "\(path == "-" ? "the standard input" : path) cannot be \(action.rawValue): \(reason)"
  }
}
