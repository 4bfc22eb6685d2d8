// How long and how often a bench alternates between two measurements.

import ArgumentParser
import Commands

struct BenchOptions: ParsableArguments {
  @Option(help: "Rounds per number of clients.")
  var rounds = 5

  func check(seconds: Double) throws {
    guard (1...100).contains(rounds), (0.1...60).contains(seconds) else {
      throw CLIError("--rounds is from 1 to 100 and --seconds from 0.1 to 60", .usage)
    }
  }

  /// The numbers in a list of clients; refused with an example if one is not a number.
  static func counts(_ list: String, most: Int, such example: String) throws -> [Int] {
    let counts = list.split(separator: ",").compactMap { Int($0) }
    guard !counts.isEmpty, counts.allSatisfy({ (1...most).contains($0) }) else {
      throw CLIError(
        "--clients is a list of numbers from 1 to \(most), such as \(example)", .usage)
    }
    return counts
  }
}
