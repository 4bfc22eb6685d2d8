// results/<workload>/<UTC time>-<seed>/: what a run leaves to read, recheck and compare.
// A workload of one strategy has its files right there, one of several a folder for each.

import Drivers
import Foundation
import Harness

struct RunFolder {
  let path: String
  private let separates: Bool

  /// Makes the folder and points `latest` at it.
  init(output: String, workload: Workload, seed: Seed, started: Date) throws {
    let parent = "\(output)/\(workload.name)"
    let name = "\(Self.stamp(started))-\(seed)"
    path = "\(parent)/\(name)"
    separates = workload.strategies.count > 1
    try makeFolder(path)
    for strategy in workload.strategies where separates { try makeFolder("\(path)/\(strategy)") }
    try replaceLink(at: "\(parent)/latest", to: name)
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
