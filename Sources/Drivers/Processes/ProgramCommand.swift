// A user's program, ready to be started: found, with its command line, folder and environment.

internal import Glibc

/// Why a program can't be started: a clause, such as `there is no program coupon on PATH`.
public struct ProgramRefusal: Error, Sendable, Hashable {
  public var reason: String

  public init(reason: String) {
    self.reason = reason
  }
}

/// What to start.
public struct ProgramCommand: Sendable, Hashable {
  /// Absolute path.
  var program: String
  var arguments: [String]
  /// Absolute path.
  let directory: String
  /// The whole environment.
  public var environment: [String: String]

  /// Finds the program as a shell would: by PATH of its environment, or by its path from its folder.
  ///
  /// - Parameters:
  ///   - words: the command and its arguments, at least one word.
  ///   - directory: where it works; absolute, or from this process's folder.
  ///   - environment: the whole environment.
  /// - Throws: `ProgramRefusal` where there is no such program or folder.
  public init(
    _ words: [String], in directory: String, environment: [String: String]
  ) throws(ProgramRefusal) {
    guard let command = words.first, !command.isEmpty else {
      throw ProgramRefusal(reason: "the command is empty")
    }
    guard let folder = realpath(directory, nil) else {
      throw ProgramRefusal(reason: "no folder \(directory)")
    }
    defer { free(folder) }
    self.directory = String(cString: folder)
    program = try Self.find(command, in: self.directory, path: environment["PATH"])
    arguments = Array(words.dropFirst())
    self.environment = environment
  }

  /// One whose place is known.
  init(program: String, directory: String, environment: [String: String]) {
    (self.program, self.directory, self.environment) = (program, directory, environment)
    arguments = []
  }

  private static func find(
    _ command: String, in directory: String, path: String?
  ) throws(ProgramRefusal) -> String {
    let isPath = command.contains("/")
    let candidates =
      command.hasPrefix("/")
      ? [command]
      : isPath
        ? ["\(directory)/\(command)"]
        : (path ?? "/usr/bin:/bin").split(separator: ":").map { folder in
          (folder.hasPrefix("/") ? "\(folder)" : "\(directory)/\(folder)") + "/\(command)"
        }
    let files = candidates.filter { isFile($0) }
    if let found = files.first(where: { access($0, X_OK) == 0 }) { return found }
    if let file = files.first { throw ProgramRefusal(reason: "\(file) can't be executed") }
    throw ProgramRefusal(
      reason: isPath ? "no program \(candidates[0])" : "no \(command) on PATH")
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
