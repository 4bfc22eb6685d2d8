// What the register monitor tells people, and the calls that show it.

import History

/// A conflict of a register's values, in words.
struct RegisterExplanation {
  let values: RegisterValues

  private var calls: [TimedCall<Register>] { values.calls }

  func contradiction(_ conflict: RegisterConflict) -> Contradiction {
    var contradiction = contradictionOfAnswers(conflict)
    for index in contradiction.calls.sorted() {
      // That a call without a reply took effect is part of the argument.
      guard let witness = values.witness(of: index) else { continue }
      contradiction.calls.insert(witness)
      contradiction.reasons.append(
        "\(who(index)) had no reply, but without it \(said(witness, mayHave: true)).")
    }
    return contradiction
  }

  private func contradictionOfAnswers(_ conflict: RegisterConflict) -> Contradiction {
    switch conflict {
    case .unwritten(let value): unwritten(value)
    case .forked(let value, let first, let second): forked(value, first, second)
    case .circular(let value):
      Contradiction(
        calls: [values.witnesses[value]],
        headline:
          "\(said(values.witnesses[value])), but \(name(value)) was only ever swapped in for values "
          + "that came from it",
        reasons: ["Nothing writes a value twice, so none of them can have been the first."])
    case .reversed(let late, let early):
      Contradiction(
        calls: [late, early], headline: "\(said(late)) after \(said(early, past: true))",
        reasons: [
          "\(who(early)) had its answer before \(who(late)) called.",
          "What \(who(late)) did must come before what \(who(early)) did, as no value is written "
            + "twice.",
        ])
    case .crossed(let conflict): crossed(conflict)
    }
  }

  private func unwritten(_ value: Int) -> Contradiction {
    let witness = values.witnesses[value]
    return Contradiction(
      calls: [witness], headline: "\(said(witness)), but nobody wrote \(name(value))",
      reasons: [
        "The register starts with \(name(0)), and what was there then can only come from "
          + "\(name(value))."
      ])
  }

  private func forked(_ value: Int, _ first: Int, _ second: Int) -> Contradiction {
    let witnesses = [values.witnesses[first], values.witnesses[second]].sorted()
    let fork = "\(name(value)) was swapped for both \(name(first)) and \(name(second))"
    return Contradiction(
      calls: Set(witnesses),
      headline: "\(fork): \(said(witnesses[0])), and \(said(witnesses[1]))",
      reasons: [
        "\(name(value)) was written only once, so whichever swap came second found another value."
      ])
  }

  private func crossed(_ conflict: BlockConflict) -> Contradiction {
    let (first, second) = (conflict.first, conflict.second)
    let after = "\(said(first.call)) after \(said(second.reply, past: true))"
    if first.reply < 0 {
      return Contradiction(
        calls: conflict.calls, headline: after,
        reasons: [
          "The register starts with \(name(0)), and nobody writes it again.",
          "\(who(second.reply)) had its answer before \(who(first.call)) called.",
        ])
    }
    return Contradiction(
      calls: conflict.calls,
      headline: "\(after), and \(said(second.call)) after \(said(first.reply, past: true))",
      reasons: ["A value that was overwritten can't come back, as no value is written twice."])
  }

  // Phrases.

  private func name(_ value: Int) -> String { values.names[value].literal }

  private func who(_ index: Int) -> String { CallNames.marked(calls, index) }

  private func said(_ index: Int, past: Bool = false, mayHave: Bool = false) -> String {
    let had = mayHave ? "could not have " : past ? "had " : ""
    let written = mayHave || past ? "written" : "wrote"
    return switch (calls[index].call, calls[index].reply) {
    case (.read, .value(let told)): "\(who(index)) \(had)read \(told.literal)"
    case (.write(let new), _): "\(who(index)) \(had)\(written) \(new.literal)"
    case (.cas(let from, let to), _):
      "\(who(index)) \(had)swapped \(from.literal) for \(to.literal)"
    default: "\(who(index)) \(had)read"
    }
  }
}
