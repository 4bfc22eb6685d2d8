// Why a file could not be read or written: one sentence, and what to do next.

internal import Glibc

/// Why a file could not be read or written.
public struct FileFailure: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case missing
    case permission
    case diskFull
    case isDirectory
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
      case ENOSPC, EDQUOT, EFBIG: .diskFull
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
    case .isDirectory: "it is a folder; name a file in it"
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
