// Which part of a history to show: a key, a moment, and how many operations around it.

import ArgumentParser
import Drivers
import Harness
import History
import Report

struct WindowOptions: ParsableArguments {
  @Option(help: "Only operations of this key.")
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Show operations around this index (the # in pictures) or time (1200ms).",
      valueName: "index|time"))
  var around: String?

  @Option(parsing: .unconditional, help: "Show at most this many operations.")
  var rows = 12

  var isAsked: Bool { key != nil || around != nil }

  /// The picture.
  func text(of history: History, _ style: Style) throws -> String {
    guard (1...200).contains(rows) else {
      throw CLIError("--rows is from 1 to 200, not \(rows)", .usage)
    }
    guard
      let window = HistoryWindow(
        history, key: try keyValue(in: history), around: try center, rows: rows)
    else {
      throw CLIError("no operation to show: the history has none, or no times", .usage)
    }
    return window.text(style)
  }

  private var center: HistoryWindow.Center {
    get throws {
      guard let around else {
        throw CLIError(
          "--key needs --around: an operation's index (1200) or a time (1200ms)", .usage)
      }
      if let index = Int(around.hasPrefix("#") ? String(around.dropFirst()) : around), index >= 0 {
        return .index(index)
      }
      guard let time = Duration(text: around) else {
        throw CLIError(
          "--around is an operation's index (1200) or a time (1200ms), not \(around)", .usage)
      }
      return .time(time.inNanoseconds)
    }
  }

  private func keyValue(in history: History) throws -> Value? {
    guard let key else { return nil }
    let keys = history.partitions().compactMap(\.key)
    if let found = keys.first(where: { $0.description == key }) { return found }
    let advice =
      keys.isEmpty
      ? "; its calls name no key" : nearest(to: key, among: keys.prefix(100).map(\.description))
    throw CLIError("the history has no key \(key)" + advice, .usage)
  }
}
