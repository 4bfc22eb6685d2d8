// Which format a history file has, if its content shall not decide.

import ArgumentParser
import Harness
import History

struct FormatOptions: ParsableArguments {
  @Option(
    help: "The input's format: auto, jsonl, json, edn, porcupine or etcd.", transform: Self.form)
  var format: HistoryFormat?

  @Flag(help: "Values are [key value] tuples, as jepsen.independent writes them.")
  var independent = false

  @Option(
    help: ArgumentHelp(
      "Order entries by the time (ns) under this key.", valueName: "field"))
  var time: String?

  func read(_ path: String, _ judging: Judging = .silent) throws -> InputHistory {
    try InputHistory(
      path: path, format: format, independent: independent, time: time, judging: judging)
  }

  /// Nil: told by the content.
  private static func form(_ name: String) throws -> HistoryFormat? {
    if name == "auto" { return nil }
    guard let form = HistoryFormat(rawValue: name) else {
      let known = ["auto"] + HistoryFormat.allCases.map(\.rawValue)
      throw CLIError("unknown format \(name)" + nearest(to: name, among: known), .usage)
    }
    return form
  }
}
