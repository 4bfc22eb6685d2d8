// What a measured figure depends on beside the program: when, and on what machine.

import Foundation
package import Harness
import Report

package enum Provenance {
  /// Name and value, in the order in which a report tells them.
  package static var facts: [(name: String, value: String)] {
    [
      ("date", Date().formatted(.iso8601)),
      ("soldout", Version.text),
      ("processor", "\(processor), \(ProcessInfo.processInfo.activeProcessorCount) cores"),
      ("kernel", kernel),
    ]
  }

  /// The same, and the command that it was, with a seed that it had chosen itself.
  package static func ofCommand(chosen seed: Seed?) -> [(name: String, value: String)] {
    var facts = facts
    let words = CommandLine.arguments.dropFirst() + (seed.map { ["--seed", "\($0)"] } ?? [])
    // Without the folder that it was started from, which is nobody else's.
    let program = URL(filePath: Program.own).lastPathComponent
    let command = ([program] + words).map(\.shellWord).joined(separator: " ")
    facts.insert(("command", command), at: 1)
    return facts
  }

  private static var processor: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = lines.split(separator: "\n").first { $0.hasPrefix("model name") }
    return model?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
  }

  private static var kernel: String {
    let release = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
    return release?.trimmingCharacters(in: .whitespacesAndNewlines)
      ?? ProcessInfo.processInfo.operatingSystemVersionString
  }
}
