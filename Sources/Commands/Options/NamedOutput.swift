// The files a command is told to write, checked before it does anything else: hours of work must
// not end in a report that can't be written, and no report may overwrite its input.

package import Drivers

/// A file to be written, and the option that names it.
package struct NamedOutput {
  package let option: String
  package let file: OutputFile

  /// Nil where the option was not given.
  package init?(_ option: String, _ path: String?, appending: Bool = false) {
    guard let path else { return nil }
    self.option = option
    file = OutputFile(path, appending: appending)
  }

  /// Refuses files that can't be written, that are read by the same command, or that two options
  /// name.
  package static func check(_ outputs: [NamedOutput?], reading inputs: [String] = []) throws {
    var before: [NamedOutput] = []
    for output in outputs.compactMap(\.self) {
      if inputs.contains(where: output.file.isSame) {
        throw CLIError(
          "\(output.option) \(output.file.path) is an input; name another file", .usage)
      }
      if let other = before.first(where: output.isSame) {
        throw CLIError(
          "\(other.option) and \(output.option) name the same file; give each its own", .usage)
      }
      try output.file.check()
      before.append(output)
    }
  }

  private func isSame(as other: NamedOutput) -> Bool {
    file.path == other.file.path || file.isSame(as: other.file.path)
  }
}
