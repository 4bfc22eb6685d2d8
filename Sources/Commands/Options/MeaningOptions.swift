// What a history leaves open and its judge has to know: what objects start with, what nil means, who
// owns a lock, and functions under other names.

import ArgumentParser
import Checker
import History

struct MeaningOptions: ParsableArguments {
  @Option(
    help: """
      The initial value, where the history has none: 100, nil, {:x 0 :y 0}; \
      or a map of keys to theirs: '{"a" 5 "b" 0}'.
      """)
  var initial: String?

  @Option(
    name: .customLong("nil"),
    help: ArgumentHelp(
      "What a read answered nil means: absent, unknown (not told), or auto.", valueName: "meaning"))
  var nilMeaning = NilMeaning.auto.rawValue

  @Option(
    help: ArgumentHelp(
      "Who owns a lock: process, value, or a key of the call's entry; default: process.",
      valueName: "field"))
  var owner: String?

  @Option(
    help: ArgumentHelp(
      "Read a function as one of the model's, such as lock=acquire; repeat for more.",
      valueName: "name=name"))
  var rename: [String] = []

  var initialValue: Value? { get throws { try initial.map(Value.init(typed:)) } }

  var nils: NilMeaning {
    get throws {
      guard let meaning = NilMeaning(rawValue: nilMeaning) else {
        throw CLIError("--nil is absent, unknown or auto, not \(nilMeaning)", .usage)
      }
      return meaning
    }
  }

  var interpretation: Interpretation {
    get throws {
      var renames: [String: String] = [:]
      for pair in rename {
        let names = pair.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty }) else {
          throw CLIError("--rename is OLD=NEW, such as lock=acquire, not \(pair)", .usage)
        }
        guard renames.updateValue(names[1], forKey: names[0]) == nil else {
          throw CLIError("--rename names \(names[0]) twice; leave one out", .usage)
        }
      }
      return Interpretation(renames: renames, owner: owner)
    }
  }

  /// Puts a history into the model's terms; sentences for the report tell what was taken for what.
  func interpret(_ history: inout History, for model: ModelEntry) throws -> [String] {
    if owner != nil, !model.functions.contains("acquire") {
      throw CLIError("--owner is for models of locks, not for \(model.name); leave it out", .usage)
    }
    let called = Set(history.operations.map(\.function))
    let interpretation = try interpretation
    let unused = interpretation.renames.keys.filter { !called.contains($0) }.sorted()
    do {
      return try interpretation.apply(to: &history, for: model.name)
        + unused.map { "No call is named \($0), which --rename names." }
    } catch {
      throw CLIError("\(history.place)\(error)", .badInput)
    }
  }
}

extension History {
  /// `history.edn:`, before a line.
  var place: String { source.map { "\($0):" } ?? "" }
}
