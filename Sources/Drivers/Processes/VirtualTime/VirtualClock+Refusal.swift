// Which programs can't have a virtual clock: those into which nothing can be preloaded, and those that
// ask the kernel themselves. Told by the head of the file that the kernel would run (elf(5), ld.so(8)).

internal import Glibc

extension VirtualClock {
  /// Why a command's time can't be virtual: a clause, such as `/usr/local/bin/shop is linked
  /// statically`; nil where it can. What the program starts in turn is not looked at.
  public static func refusal(of command: ProgramCommand) -> String? {
    if ServerShim.library == nil { return "libServerShim.so is not beside soldout" }
    return refusal(of: command.program, path: command.environment["PATH"], depth: 0)
  }

  /// Whether a command's program gives another user's rights.
  static func isPrivileged(_ command: ProgramCommand) -> Bool {
    ExecutableHead(of: command.program)?.isPrivileged ?? false
  }

  private static func refusal(of program: String, path: String?, depth: Int) -> String? {
    // The kernel follows so many interpreters (fs/exec.c).
    guard depth < 5 else { return nil }
    let resolved = realpath(program, nil).map { name in
      defer { free(name) }
      return String(cString: name)
    }
    guard let file = resolved, let head = ExecutableHead(of: file) else {
      return "\(program) can't be read"
    }
    if head.isPrivileged { return "\(file) runs with another user's rights" }
    if let words = head.interpreter {
      guard let next = interpreter(words, path: path) else { return nil }
      return refusal(of: next, path: path, depth: depth + 1)
    }
    guard let elf = head.elf else { return nil }
    // Before the question of how it is linked: a Go program that is linked dynamically can't either.
    if elf.isGo { return "\(file) is a Go program, which asks the kernel for the time itself" }
    guard let loader = elf.loader else { return "\(file) is linked statically" }
    if loader.contains("ld-musl") { return "\(file) is linked with musl" }
    return nil
  }

  /// The program of a script's first line; env's is the one that it names.
  private static func interpreter(_ words: [String], path: String?) -> String? {
    guard let first = words.first else { return nil }
    guard first.hasSuffix("/env") else { return first }
    let named = words.dropFirst().first { !$0.hasPrefix("-") && !$0.contains("=") }
    guard let named else { return first }
    let folders = (path ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(named)" }.first { access($0, X_OK) == 0 } ?? first
  }
}
