// What a program prints beside its messages, kept in the results' folder: program.log. A program that
// prints without end fills it up to a limit, and the rest is counted.

import Drivers
import History

/// The log of all processes of one program.
///
/// Confined to the run's loop.
final class ProgramLog {
  private var file: AppendFile?
  private var size = 0
  /// Lines so far.
  private var lines = 0
  var isEmpty: Bool { lines == 0 }
  /// Lines that it had no room for.
  private(set) var unlogged = 0
  /// The first failure to write; the log is no part of what is judged, so it ends nothing.
  private(set) var failure: FileFailure?

  /// Bytes that it holds at most.
  static let limit = 4 << 20

  /// Creates the file; before that nothing is logged.
  func begin(at path: String) throws(FileFailure) {
    file = try AppendFile(path: path, truncating: true)
  }

  /// Appends a line of a process; returns its number from 1, nil where there is no room.
  @discardableResult
  func note(_ node: String, _ stream: ProgramStream, _ line: [UInt8]) -> Int? {
    let head = Array("\(node) \(stream == .output ? "out" : "err") ".utf8)
    guard failure == nil, size + head.count + line.count < Self.limit else {
      unlogged += 1
      return nil
    }
    size += head.count + line.count + 1
    lines += 1
    write(head + line + [UInt8(ascii: "\n")])
    return lines
  }

  private func write(_ bytes: [UInt8]) {
    do throws(FileFailure) {
      try file?.append(bytes)
    } catch {
      failure = error
    }
  }

  /// Hands all of it to the operating system.
  func flush() {
    do throws(FileFailure) {
      try file?.flush()
    } catch {
      failure = failure ?? error
    }
  }

  /// The beginning of a line as a sentence can carry it.
  static func excerpt(_ line: [UInt8]) -> String {
    let text = String(decoding: line.prefix(400), as: UTF8.self)
    let short = Printable.text(String(text.unicodeScalars.prefix(120)))
    return text.unicodeScalars.count > 120 ? short + "…" : short
  }
}
