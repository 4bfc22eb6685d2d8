// How programs and services are started: a command line, a folder and an environment.

import Yams

extension WorkloadMap {
  /// A list of words, or a text that is split like a shell's.
  func commandWords(_ node: Node, _ key: String) throws(WorkloadError) -> [String] {
    var words: [String] = []
    if let nodes = node.sequence {
      for node in nodes {
        guard let word = node.string else { throw error(node, "a word of `\(key)` is a text") }
        words.append(word)
      }
    } else if let text = node.string {
      do throws(ShellWords.Refusal) {
        words = try ShellWords.split(text)
      } catch {
        throw self.error(node, "`\(key)`: \(error.reason)")
      }
    }
    guard words.first?.isEmpty == false else {
      throw error(node, "`\(key)` is a command line, or a list of its words")
    }
    return words
  }

  /// From the folder of this file.
  func commandDirectory(_ node: Node?) throws(WorkloadError) -> String {
    let home = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) }
    guard let node else { return home ?? "." }
    guard let path = node.string, !path.isEmpty else {
      throw error(node, "`directory` is a folder")
    }
    return path.hasPrefix("/") ? path : "\(home ?? ".")/\(path)"
  }

  func commandEnvironment(_ node: Node?) throws(WorkloadError) -> [String: String] {
    guard let node else { return [:] }
    guard let mapping = node.mapping else {
      throw error(node, "`env` is a mapping such as {STOCK_MODE: fast}")
    }
    var variables: [String: String] = [:]
    for (key, value) in mapping {
      guard let name = key.string, !name.isEmpty, !name.contains("=") else {
        throw error(key, "the name of a variable is a text without =")
      }
      guard let text = value.string else { throw error(value, "the value of \(name) is a text") }
      variables[name] = text
    }
    return variables
  }
}
