// Writes the files under workloads/ into a source file, so that a workload is found by its name from
// any folder, wherever the binary lies. It copies texts and reads none of them: a workload that does
// not parse is the tests' to find.

import Foundation
import PackagePlugin

@main
struct BuiltInWorkloads: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "workloads")
    let output = context.pluginWorkDirectoryURL.appending(path: "Workloads.swift")
    let files = try FileManager.default
      .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
    // Raw literals, in which nothing but their own end means anything.
    let script = """
      output=$1; shift
      {
        printf 'let builtInWorkloads: [String: String] = [\\n'
        for file in "$@"; do
          name=${file##*/}
          printf '"%s": ##\"""\\n' "${name%.yaml}"
          cat "$file"
          printf '\\n\"""##,\\n'
        done
        printf ']\\n'
      } > "$output"
      """
    return [
      .buildCommand(
        displayName: "Taking in workloads/", executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", script, "sh", output.path] + files.map(\.path), inputFiles: files,
        outputFiles: [output])
    ]
  }
}
