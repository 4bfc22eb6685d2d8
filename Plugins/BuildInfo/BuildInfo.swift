// Writes the commit that is being built into a source file, for `soldout --version`. It reads git
// and nothing else: a build never fails over it, and from a tarball the commit is empty.

import Foundation
import PackagePlugin

@main
struct BuildInfo: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let root = context.package.directoryURL.path
    let output = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
    let script = """
      commit=$(git -C "$1" rev-parse --short=12 HEAD 2>/dev/null) || commit=
      printf 'let builtCommit = "%s"\\n' "$commit" > "$2"
      """
    return [
      .buildCommand(
        displayName: "Noting the commit", executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", script, "sh", root, output.path], inputFiles: history(of: root),
        outputFiles: [output])
    ]
  }

  /// The file that git appends to whenever HEAD moves (gitrepository-layout, `logs/HEAD`).
  private func history(of root: String) -> [URL] {
    var folder = root + "/.git"
    // In a linked worktree `.git` is a file that names the folder.
    if let text = try? String(contentsOfFile: folder, encoding: .utf8), text.hasPrefix("gitdir: ") {
      folder = String(text.dropFirst("gitdir: ".count).prefix { $0 != "\n" })
    }
    let log = folder + "/logs/HEAD"
    return FileManager.default.fileExists(atPath: log) ? [URL(filePath: log)] : []
  }
}
