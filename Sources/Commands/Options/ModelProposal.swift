// Which models fit a history that names none: asked back rather than guessed, since a register and a
// queue may have the same calls and other verdicts.

import Checker
import History

enum ModelProposal {
  /// Operations looked at.
  private static let most = 1000

  /// The model of a history that names none: a stock where it sells. Throws what to say of any other.
  static func model(for history: History) throws -> String {
    let functions = history.operations.map(\.function).uniqued
    if functions.isEmpty { return "stock" }
    let fitting = ModelCatalogue.entries.filter {
      $0.undecodable(in: history, most: most) == nil
    }.map(\.name)
    if fitting == ["stock"] { return "stock" }
    throw CLIError("\(source(history)) names no model\(advice(fitting, functions))", .usage)
  }

  private static func source(_ history: History) -> String { history.source ?? "the history" }

  private static func advice(_ fitting: [String], _ functions: [String]) -> String {
    let calls = functions.prefix(6).joined(separator: ", ") + (functions.count > 6 ? ", …" : "")
    if let first = fitting.first {
      let names = fitting.joined(separator: ", ")
      return "; its calls (\(calls)) fit \(names); give --model \(first)"
        + (fitting.count > 1 ? ", say" : "")
    }
    for entry in ModelCatalogue.entries {
      if let renames = renames(functions, to: entry) {
        return
          "; its calls (\(calls)) may be those of \(entry.name): give --model \(entry.name) \(renames)"
      }
    }
    return
      ", and no model knows all its calls (\(calls)); give --model, and --rename for other names"
  }

  /// `--rename lock=acquire --rename unlock=release`; nil where the model knows some call by no name.
  private static func renames(_ functions: [String], to entry: ModelEntry) -> String? {
    var words: [String] = []
    for function in functions where !entry.functions.contains(function) {
      guard let meant = Synonyms.meaning(of: function, among: entry.functions) else { return nil }
      words.append("--rename \(function)=\(meant)")
    }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in order.
  fileprivate var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
