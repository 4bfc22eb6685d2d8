// Another program, run to its end for what it prints.

import Drivers
import Foundation

struct Program {
  /// This program as the user called it, for commands to copy.
  static var own: String { CommandLine.arguments.first ?? "soldout" }

  private let path: String
  private let name: String

  /// A program on PATH, or where its package keeps it.
  init(_ name: String) throws {
    guard let path = Programs.installed.find(name) else {
      throw Complaint("\(name) is missing; run `make setup`", .unavailable)
    }
    self.path = path
    self.name = name
  }

  func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // Neither of the two prints more than a pipe holds on its errors.
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let why = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      throw Complaint("\(name) failed: \(why.prefix(300))", .unavailable)
    }
    return text
  }
}
