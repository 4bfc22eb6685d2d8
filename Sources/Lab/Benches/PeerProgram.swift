// Another program, run to its end for what it prints.

import Commands
import Drivers

struct PeerProgram {
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
