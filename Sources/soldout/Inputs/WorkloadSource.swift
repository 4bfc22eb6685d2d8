// Finds the workload a user means: a file, or a name in workloads/.

import ArgumentParser
import Drivers
import Foundation
import Harness

enum WorkloadSource {
  /// Folders that hold workloads, first match wins: here, beside the binary, where it is installed.
  static var folders: [String] {
    // Not argv's first word: found on PATH, it is a name without a folder.
    let binary = URL(filePath: Bundle.main.executablePath ?? "").resolvingSymlinksInPath()
    let share = binary.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "share/soldout/workloads").path
    return ["workloads", share]
  }

  /// Names of all workloads found, sorted.
  static var names: [String] {
    let files = folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] }
    return Set(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }).sorted()
  }

  /// Names of those that are explored.
  static var explorations: [String] {
    names.filter { (try? load($0))?.exploration != nil }
  }

  static func load(_ name: String) throws -> Workload {
    let path = try path(of: name)
    guard let text = String(validating: try readFile(path), as: UTF8.self) else {
      throw Complaint("\(path): this is not UTF-8 text; a workload is YAML", .badInput)
    }
    return try Workload(
      yaml: text, name: URL(filePath: path).deletingPathExtension().lastPathComponent, file: path,
      strategies: Catalogue.names)
  }

  /// A workload that is explored, by its name or file; nil where the name is no such one's.
  static func exploration(_ name: String) throws -> Workload? {
    guard name.hasSuffix(".yaml") || names.contains(name) else { return nil }
    let workload = try load(name)
    return workload.exploration == nil ? nil : workload
  }

  /// The file within the present folder; nil for an installed workload, which is in no repository.
  static func localFile(of name: String) -> String? {
    guard let path = try? path(of: name), !path.hasPrefix("/") else { return nil }
    return path.hasPrefix("./") ? String(path.dropFirst(2)) : path
  }

  /// Whether a file is meant, and not a name.
  static func isPath(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.contains("/") }

  private static func path(of name: String) throws -> String {
    if isPath(name) { return name }
    for folder in folders {
      let path = "\(folder)/\(name).yaml"
      if FileManager.default.fileExists(atPath: path) { return path }
    }
    throw Complaint("there is no workload \(name)" + nearest(to: name, among: names), .usage)
  }
}
