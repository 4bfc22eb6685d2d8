// One row per history: the engine, the verdict, the time and the memory.

import Checker
import Commands
import Drivers
import Foundation
import History

/// A measurement of the engines.
struct CheckerBench {
  let engine: EngineChoice
  let budget: Limits

  private static let columns: [(title: String, width: Int)] = [
    ("model", 12), ("engine", 16), ("clients", -7), ("operations", -10), ("verdict", 12),
    ("time", -9), ("operations/s", -12), ("peak memory", -11), ("configurations", -14),
  ]

  private static let fileColumns: [(title: String, width: Int)] = [
    ("model", 12), ("engine", 16), ("operations", -10), ("verdict", 12), ("reading", -9),
    ("judging", -9), ("operations/s", -12), ("peak memory", -11), ("file", 4),
  ]

  static var heading: String { row(columns.map(\.title), columns) }

  static var fileHeading: String { row(fileColumns.map(\.title), fileColumns) }

  /// Judges a made-up history, whose verdict is known.
  func measure(_ shape: SyntheticHistory) throws -> String {
    let judged = try judge(try shape.history(), model: shape.object.rawValue)
    guard judged.verdict == shape.verdict || judged.verdict == .unknown else {
      throw CLIError(
        "\(judged.engine) found \(judged.verdict) in a history of \(shape.object.rawValue) with "
          + "the defect \(shape.defect.rawValue) (seed \(shape.seed), \(shape.clients) clients, "
          + "\(shape.operations) operations), which is \(shape.verdict); report this line",
        .internalError)
    }
    return Self.row(
      [
        shape.object.rawValue, judged.engine, "\(shape.clients)", "\(shape.operations)",
        "\(judged.verdict)", Self.seconds(judged.time),
        Self.rate(shape.operations, in: judged.time), Self.peak, "\(judged.configurations)",
      ], Self.columns)
  }

  /// Reads and judges a file, by its own model or as a stock.
  func measure(file path: String) throws -> String {
    let start = ContinuousClock.now
    let history = try InputHistory(path: path).history
    let reading = ContinuousClock.now - start
    let operations = history.operations.count
    let model = history.header.model ?? "stock"
    let judged = try judge(history, model: model)
    return Self.row(
      [
        model, judged.engine, "\(operations)", "\(judged.verdict)", Self.seconds(reading),
        Self.seconds(judged.time), Self.rate(operations, in: reading + judged.time), Self.peak,
        path,
      ], Self.fileColumns)
  }

  private struct Judged {
    var verdict: Verdict
    /// The engines' names, each once.
    var engine: String
    var time: Duration
    var configurations: Int
  }

  private func judge(_ history: consuming History, model name: String) throws -> Judged {
    guard let model = ModelCatalogue[name] else {
      throw CLIError("unknown model \(name); see soldout list models", .badInput)
    }
    var check = Check(history, model: model, engine: engine)
    check.width = ProcessInfo.processInfo.activeProcessorCount
    check.options.budget = budget.budget(.silent)
    let start = ContinuousClock.now
    let judgements = try wait { [check] () async throws(CheckError) in
      try await check.judgements()
    }
    let time = ContinuousClock.now - start
    return Judged(
      verdict: judgements.verdict,
      engine: Set(judgements.map(\.engine)).sorted().joined(separator: ","),
      time: time, configurations: judgements.reduce(0) { $0 + $1.effort.configurations })
  }

  private static func seconds(_ time: Duration) -> String {
    String(format: "%.3f s", time / .seconds(1))
  }

  private static func rate(_ operations: Int, in time: Duration) -> String {
    String(format: "%.0f", Double(operations) / max(time / .seconds(1), 1e-9))
  }

  private static var peak: String { "\(PeakMemory.bytes / 1_000_000) MB" }

  /// Cells side by side; a negative width stands for a column of numbers.
  private static func row(_ cells: [String], _ columns: [(title: String, width: Int)]) -> String {
    let texts = zip(cells, columns).map { cell, column in
      let blanks = String(repeating: " ", count: max(0, abs(column.width) - cell.count))
      return column.width < 0 ? blanks + cell : cell + blanks
    }
    return "  " + texts.joined(separator: "  ").trimmingCharacters(in: .whitespaces) + "\n"
  }
}
