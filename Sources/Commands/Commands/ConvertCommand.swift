// `soldout convert`: a history in one format, written in another.

import ArgumentParser
import Drivers
import History

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a history to soldout's JSON Lines or Jepsen's EDN.")

  enum Form: String, ExpressibleByArgument, CaseIterable {
    case jsonl
    case edn
  }

  @Argument(help: "A history, gzipped or not; - for standard input.")
  var file: String

  @Option(help: "The format to write: jsonl or edn.")
  var to: Form = .jsonl

  @Option(name: .shortAndLong, help: "Where to write; default: standard output.")
  var output: String?

  @OptionGroup var input: FormatOptions

  func run() throws {
    let target = output ?? "-"
    guard !OutputFile(target).isSame(as: file) else {
      throw CLIError("\(file) would be written over itself; name another file", .usage)
    }
    try NamedOutput.check([NamedOutput("--output", output)])
    let reading = try input.read(file)
    for note in reading.notes { Terminal.complain(note) }
    let bytes =
      switch to {
      case .jsonl: reading.history.jsonLines()
      case .edn: reading.history.jepsenEDN()
      }
    if let output, output != "-" {
      try OutputFile(output).write(bytes)
    } else {
      Terminal.write(document: bytes)
    }
  }
}
