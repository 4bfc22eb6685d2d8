// How histories are judged: by which model, which engine, and how long at most.

import ArgumentParser
package import Checker
import Drivers
import Foundation
import Harness
import History

struct CheckOptions: ParsableArguments {
  @Option(
    help: "The model to judge by; default: the history's own, else stock where it sells.",
    completion: .list(ModelCatalogue.entries.map(\.name)))
  var model: String?

  @OptionGroup var meaning: MeaningOptions

  @Option(help: "The engine: auto, search, or a monitor by name.")
  var engine = "auto"

  @Option(help: "Time and memory the search may take, such as 60s,1GB.")
  var budget = "60s,1GB"

  @Option(help: ArgumentHelp("Write a certificate of the verdict.", valueName: "file"))
  var certificate: String?

  /// What is written to a file.
  var files: [NamedOutput?] { [NamedOutput("--certificate", certificate)] }

  /// One judgement for each key of the history.
  func judgements(
    of history: History, _ judging: Judging = .silent
  ) throws -> [Judgement] {
    var check = Check(
      history, model: try entry(modelName(for: history), history),
      initial: try meaning.initialValue, nils: try meaning.nils,
      engine: engine == "auto" ? .auto : .named(engine))
    check.options.budget = try Limits(text: budget).budget(judging)
    check.width = ProcessInfo.processInfo.activeProcessorCount
    let judgements: [Judgement]
    do {
      judgements = try wait { [check] () async throws(CheckError) in try await check.judgements() }
    } catch let error as CheckError {
      throw CLIError(error, in: history)
    }
    try judging.requireNotEnded()
    if let certificate {
      let parts = Array(zip(try check.partitions(), judgements))
      let text = Certificate(of: history, model: check.model, judgements: parts).text()
      try OutputFile(certificate).write(text)
    }
    return judgements
  }

  /// A check of a history with this header, to be judged while it is read; nil where its whole is needed.
  func online(_ header: Header) throws -> OnlineCheck? {
    guard certificate == nil, engine == "auto", let name = model ?? header.model,
      try !meaning.interpretation.concerns(name)
    else { return nil }
    _ = try meaning.nils
    return OnlineCheck(
      model: try entry(name), initial: try meaning.initialValue,
      width: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The model's name; throws what fits where neither the options nor the history names one.
  func modelName(for history: History) throws -> String {
    if let name = model ?? history.header.model { return name }
    var renamed = history
    _ = try? meaning.interpretation.apply(to: &renamed, for: "")
    return try ModelProposal.model(for: renamed)
  }

  /// The history in its model's terms, and what was taken for what.
  func interpreted(_ history: History) throws -> (history: History, notes: [String]) {
    var history = history
    let notes = try meaning.interpret(
      &history, for: try entry(modelName(for: history), history))
    return (history, notes)
  }

  private func entry(_ name: String, _ history: History? = nil) throws -> ModelEntry {
    guard let entry = ModelCatalogue[name] else {
      // That of a header is the file's fault.
      let source = model == nil ? history?.source.map { "\($0): " } ?? "" : ""
      throw CLIError(
        source + "unknown model \(name)"
          + nearest(to: name, among: ModelCatalogue.entries.map(\.name)),
        .usage)
    }
    return entry
  }
}

/// `60s,1GB`: a time, a size, or both.
package struct Limits {
  private var time: Duration?
  private var bytes = Int.max

  package init(text: String) throws {
    for part in text.split(separator: ",") {
      if let duration = Duration(text: part) {
        time = duration
      } else if let size = Self.bytes(part) {
        bytes = size
      } else {
        throw CLIError("--budget is a time, a size or both, such as 60s,1GB, not \(text)", .usage)
      }
    }
  }

  /// A budget whose time starts now, less what was spent before.
  package func budget(_ judging: Judging, spent: Duration = .zero) -> Budget {
    let end = time.map { ContinuousClock.now + ($0 - spent) }
    return Budget(bytes: bytes) {
      judging.isEnded() || end.map { ContinuousClock.now >= $0 } ?? false
    }
  }

  private static func bytes(_ text: Substring) -> Int? {
    let units = ["kB": 1e3, "MB": 1e6, "GB": 1e9]
    guard let unit = units[String(text.suffix(2))], let number = Double(text.dropLast(2)),
      number > 0, number <= 1e6
    else { return nil }
    return Int(number * unit)
  }
}

/// The result of asynchronous work, for a command that has nothing else to do meanwhile.
package func wait<T: Sendable, E: Error>(
  _ body: @escaping @Sendable () async throws(E) -> T
) throws -> T {
  let result = Reply<T>()
  let done = DispatchSemaphore(value: 0)
  Task {
    do throws(E) {
      result.value = .success(try await body())
    } catch {
      result.value = .failure(error)
    }
    done.signal()
  }
  done.wait()
  guard let value = result.value else {
    throw CLIError("the command produced nothing; this is a bug", .internalError)
  }
  return try value.get()
}

/// `@unchecked Sendable`: written before the semaphore is signalled, read after.
private final class Reply<T: Sendable>: @unchecked Sendable {
  var value: Result<T, any Error>?
}
