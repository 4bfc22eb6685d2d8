// results/<workload>/<UTC time>-<seed>/: what a run leaves to read, recheck and compare.
// A workload of one strategy has its files right there, one of several a folder for each. Nothing is
// written through a link that others put there, and no two runs share a folder.

import Drivers
import Foundation
import Harness

/// Where one `soldout run` puts its files.
struct RunFolder {
  let path: String
  private let separates: Bool

  /// Makes the folder and points `latest` at it.
  init(output: String, workload: Workload, seed: Seed, started: Date) throws {
    let parent = "\(output)/\(workload.name)"
    try makeFolder(output)
    try makeFolder(parent)
    try requireOwnFolder(parent)
    let first = "\(Self.stamp(started))-\(seed)"
    var name = first
    // Runs with the same seed may have been started in the same second.
    for number in 2... {
      if try makeNewFolder("\(parent)/\(name)") { break }
      name = "\(first)-\(number)"
    }
    path = "\(parent)/\(name)"
    separates = workload.strategies.count > 1
    for strategy in workload.strategies where separates { try makeFolder("\(path)/\(strategy)") }
    do {
      try replaceLink(at: "\(parent)/latest", to: name)
    } catch {
      // A run that never began leaves nothing.
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  /// Where one strategy's files go.
  func folder(of strategy: String) -> String { separates ? "\(path)/\(strategy)" : path }

  func write(_ text: String, to name: String) throws {
    try writeFile(text, to: "\(path)/\(name)")
  }

  /// The last thousand lines that each private server logged.
  func write(logsOf backends: Backends) throws {
    for (name, lines) in backends.logs(lines: 1000) {
      try write(lines.joined(separator: "\n") + "\n", to: "\(name).log")
    }
  }

  /// `20261121T053000Z`.
  private static func stamp(_ date: Date) -> String {
    let style = Date.VerbatimFormatStyle(
      format:
        "\(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)T\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\(second: .twoDigits)Z",
      timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
    return date.formatted(style)
  }
}
