// The only way to the screen. All text passes here once more, so that foreign text (a
// history, a workload, a server's words, a file's name) is shown and never obeyed, even if a caller
// forgot; and a failure to write is kept, so that no command succeeds whose output was lost.

import Drivers
import Foundation
import History
package import Report
import Synchronization

package enum Terminal {
  /// The first failure to write to the standard output.
  private static let failure = Mutex<FileFailure?>(nil)

  // MARK: Standard output

  /// A report: lines, with the colours that reports are made with.
  package static func write(_ report: String) {
    put(Array(disarmed(style().screened(report)).utf8))
  }

  /// Text for people that has no layout of its own, in characters that the terminal knows.
  package static func tell(_ text: String) {
    put(Array(disarmed(Printable.lines(style().legible(text))).utf8))
  }

  /// A document for a program: as it is in a pipe or a file, harmless on a screen.
  package static func write(document: String) { write(document: Array(document.utf8)) }

  package static func write(document bytes: [UInt8]) {
    if isatty(STDOUT_FILENO) == 1 {
      tell(String(decoding: bytes, as: UTF8.self))
    } else {
      put(isGitHubActions ? Annotations.disarmed(json: bytes) : bytes)
    }
  }

  /// Commands to the runner of GitHub's workflows, which are escaped where they are made.
  package static func write(annotations: String) { put(Array(annotations.utf8)) }

  private static func put(_ bytes: [UInt8]) {
    failure.withLock { failure in
      guard failure == nil else { return }
      do throws(FileFailure) {
        try StandardStream.output.write(bytes)
      } catch {
        failure = error
      }
    }
  }

  /// How the process ends after all that was written: as it would, but with 74 where the standard
  /// output took not all of it, and without a word only where its reader has left (`| head`).
  package static func end(_ status: Int32) -> Int32 {
    guard let failure = failure.withLock({ $0 }) else { return status }
    if failure.kind != .noReader { complain(failure.description) }
    return ExitStatus.inputOutput.rawValue
  }

  // MARK: Standard error

  /// One sentence about what went wrong, or needs to be known.
  package static func complain(_ message: String) {
    say("\(lineStart)soldout: ", Printable.text(message))
  }

  /// Something that stays, while other things go on.
  package static func remark(_ text: String) { say(lineStart, Printable.text(text)) }

  /// What ArgumentParser says of a wrong command line, in lines of its own.
  package static func explain(_ text: String) { say("", Printable.lines(text)) }

  /// Replaces the line that shows how far things are: carriage return, erase to its end (ECMA-48 EL).
  package static func draw(_ line: String) {
    writeError("\r\u{1b}[K" + style(of: STDERR_FILENO).screened(line))
  }

  private static var lineStart: String { isInteractive ? "\r\u{1b}[K" : "" }

  private static func say(_ start: String, _ text: String) {
    writeError(start + disarmed(text) + "\n")
  }

  /// A standard error output that takes nothing ends no run: there is nowhere to say so.
  private static func writeError(_ text: String) {
    try? StandardStream.error.write(Array(text.utf8))
  }

  // MARK: What it is

  /// Whether people watch, on a terminal that can erase a line: progress is drawn only then.
  package static var isInteractive: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// GitHub's documentation, "Default environment variables".
  package static var isGitHubActions: Bool {
    ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true"
  }

  private static func disarmed(_ text: String) -> String {
    isGitHubActions ? Annotations.disarmed(text) : text
  }

  /// Standard output.
  package static var output: Int32 { STDOUT_FILENO }

  /// How to write to standard output, or another descriptor.
  package static func style(of descriptor: Int32 = output) -> Style {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(descriptor) == 1
    // no-color.org: any value but the empty one.
    let mayColor =
      isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    let size = isTerminal ? size(descriptor) : nil
    return Style(
      width: size?.columns ?? 80, color: mayColor, unicode: hasUnicode(environment),
      height: size?.lines)
  }

  /// Columns and lines of a terminal; nil where it doesn't say.
  private static func size(_ descriptor: Int32) -> (columns: Int, lines: Int?)? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : nil)
  }

  /// By the locale's variables in the order of setlocale(3); a pipe without any gets Unicode, as
  /// files are UTF-8 these days.
  private static func hasUnicode(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
    guard let locale = locale?.lowercased() else { return true }
    return locale.contains("utf-8") || locale.contains("utf8")
  }
}
