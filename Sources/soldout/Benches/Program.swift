// Another program, run to its end for what it prints.

import Drivers

struct Program {
  /// This program as the user called it, for commands to copy.
  static var own: String { CommandLine.arguments.first ?? "soldout" }

  private let path: String

  /// A program on PATH, or where its package keeps it.
  init(_ name: String, advice: String = "run `make setup`") throws {
    guard let path = Programs.installed.find(name) else {
      throw CLIError("\(name) is missing; \(advice)", .unavailable)
    }
    self.path = path
  }

  func run(_ arguments: [String]) throws -> String { try Programs.run(path, arguments) }
}
