// Finds the workload a user means: a file, a name in the current folder's workloads/, or a
// built-in one. It never looks anywhere else.

import ArgumentParser
import Drivers
import Foundation
import Harness

enum WorkloadSource {
  /// Where the user's own workloads are found by name; they come before those that are built in.
  private static let folder = "workloads"

  /// Names of all workloads found, sorted.
  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let own = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    return Set(own + builtInWorkloads.keys).sorted()
  }

  /// Names of those that are explored.
  static var explorations: [String] {
    names.filter { (try? load($0))?.exploration != nil }
  }

  static func load(_ name: String) throws -> Workload {
    let file = file(of: name)
    return try Workload(
      yaml: try yaml(name),
      name: URL(filePath: file ?? name).deletingPathExtension().lastPathComponent,
      file: file ?? "\(name), built in", strategies: Catalogue.names)
  }

  /// A workload's text.
  static func yaml(_ name: String) throws -> String {
    guard let file = file(of: name) else {
      if let text = builtInWorkloads[name] { return text }
      throw CLIError(
        "unknown workload \(name), neither built in nor in \(folder)/\(name).yaml"
          + advice(for: name), .usage)
    }
    guard let text = String(validating: try readFile(file), as: UTF8.self) else {
      throw CLIError("\(file): this is not UTF-8 text; a workload is YAML", .badInput)
    }
    return text
  }

  /// A workload that is explored, by its name or file; nil where the name is no such one's.
  static func exploration(_ name: String) throws -> Workload? {
    guard isPath(name) || names.contains(name) else { return nil }
    let workload = try load(name)
    return workload.exploration == nil ? nil : workload
  }

  /// A workload that drives a program or a service, by its file; nil where the name is no such one's.
  static func external(_ name: String) throws -> Workload? {
    guard isPath(name) || names.contains(name) else { return nil }
    let workload = try load(name)
    return workload.external == nil ? nil : workload
  }

  /// The file within the present folder; nil for a workload that is built in or lies elsewhere, which
  /// no pull request can be annotated in.
  static func localFile(of name: String) -> String? {
    guard let path = file(of: name), !path.hasPrefix("/") else { return nil }
    return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
  }

  /// Whether a file is meant, and not a name.
  static func isPath(_ name: String) -> Bool {
    name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.contains("/")
  }

  /// What to say where a file of the user's stands for a built-in workload that differs from it.
  static func notice(of name: String) -> String? {
    guard !isPath(name), let file = file(of: name), let text = builtInWorkloads[name],
      (try? yaml(name)) != text
    else { return nil }
    return "\(name) is read from \(file), which differs from the built-in workload"
  }

  /// The file that is meant; nil: a built-in workload, or none.
  private static func file(of name: String) -> String? {
    if isPath(name) { return name }
    let path = "\(folder)/\(name).yaml"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private static func advice(for name: String) -> String {
    for suffix in [".yaml", ".yml"] where FileManager.default.fileExists(atPath: name + suffix) {
      return "; to use the file here, give ./\(name)\(suffix)"
    }
    return nearest(to: name, among: names)
  }
}
