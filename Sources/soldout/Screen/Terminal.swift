// What is known of the screen: is it one, how wide, may it be coloured, does it know Unicode.

import Foundation
import Report

enum Terminal {
  /// Whether people watch, on a terminal that can erase a line: progress is drawn only then.
  static var isInteractive: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Standard output.
  static var output: Int32 { STDOUT_FILENO }

  /// How to write to standard output, or another descriptor.
  static func style(of descriptor: Int32 = output) -> Style {
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

  static func complain(_ message: String) {
    // On a terminal the line may hold a run's progress.
    let start = isInteractive ? "\r\u{1b}[K" : ""
    FileHandle.standardError.write(Data("\(start)soldout: \(message)\n".utf8))
  }

  /// Text for people that has no layout of its own, in characters that the terminal knows.
  static func tell(_ text: String) { write(style().legible(text)) }

  static func write(_ text: String) { write(Array(text.utf8)) }

  static func write(_ bytes: [UInt8]) {
    FileHandle.standardOutput.write(Data(bytes))
  }
}
