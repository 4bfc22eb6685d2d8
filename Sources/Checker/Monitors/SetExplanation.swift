// What the set monitor tells people, and the calls that show it.

import History

/// A conflict of a set's elements, in words.
struct SetExplanation {
  let elements: SetElements

  private var calls: [TimedCall<ElementSet>] { elements.calls }

  func contradiction(_ conflict: SetConflict) -> Contradiction {
    let forever = "Nothing is removed, so what is in the set stays."
    switch conflict {
    case .unadded(let index, let element):
      return Contradiction(
        calls: [index], headline: "\(found(index, element)), which nobody added", reasons: [])
    case .lost(let index, let element):
      return Contradiction(
        calls: [index], headline: "\(missed(index, element)), which was there from the start",
        reasons: [forever])
    case .twice(let first, let second, let element):
      return Contradiction(
        calls: [first, second],
        headline: "\(who(first)) and \(who(second)) were both told that they added "
          + "\(name(element))",
        reasons: [forever])
    case .reversed(let before, let after, let element):
      return reversed(before, after, element, forever)
    case .unordered(let first, let second):
      return unordered(first, second, forever)
    case .shrunk(let before, let after):
      let lost = difference(before, after)
      return Contradiction(
        calls: [before, after],
        headline: "\(who(after)) read no \(lost) after \(who(before)) had read it",
        reasons: [forever])
    case .crossed(let read, let early, let second, let late, let first):
      return Contradiction(
        calls: [read, early, late],
        headline: "\(who(read)) read \(name(first)) without \(name(second)), but "
          + "\(found(early, second)) before \(missed(late, first))",
        reasons: [
          "\(who(early)) had its answer before \(who(late)) called, so \(name(second)) came in "
            + "before \(name(first)).", forever,
        ])
    }
  }

  private func reversed(
    _ before: Int, _ after: Int, _ element: Int, _ forever: String
  ) -> Contradiction {
    Contradiction(
      calls: [before, after],
      headline: "\(found(before, element)) before \(missed(after, element))",
      reasons: [
        calls[before].process == calls[after].process
          ? "\(who(before)) was answered before it called again."
          : "\(who(before)) had its answer before \(who(after)) called.", forever,
      ])
  }

  private func unordered(_ first: Int, _ second: Int, _ forever: String) -> Contradiction {
    let (one, other) = (difference(first, second), difference(second, first))
    return Contradiction(
      calls: [first, second],
      headline: "\(who(first)) read \(one) without \(other), and \(who(second)) \(other) "
        + "without \(one)",
      reasons: ["Whichever came in last was read without the one before it.", forever])
  }

  // Phrases.

  private func who(_ index: Int) -> String { CallNames.marked(calls, index) }

  private func name(_ element: Int) -> String { elements.names[element].description }

  /// "p3 added 7", "p3 read 7": the call shows that the element was there.
  private func found(_ index: Int, _ element: Int) -> String {
    switch (calls[index].call, calls[index].reply) {
    case (.add, .changed(false)): "\(who(index)) was told that \(name(element)) was there already"
    case (.add, _): "\(who(index)) had added \(name(element))"
    case (.contains, _): "\(who(index)) found \(name(element))"
    default: "\(who(index)) read \(name(element))"
    }
  }

  /// "p3 read no 7": the call shows that the element wasn't there yet.
  private func missed(_ index: Int, _ element: Int) -> String {
    switch (calls[index].call, calls[index].reply) {
    case (.add, .changed(true)): "\(who(index)) was told that it added \(name(element))"
    case (.add, _): "\(who(index)), the first to add \(name(element)), called"
    case (.contains, _): "\(who(index)) found no \(name(element))"
    default: "\(who(index)) read no \(name(element))"
    }
  }

  /// The first element, by name, that one read has and another hasn't.
  private func difference(_ one: Int, _ other: Int) -> String {
    guard case .elements(let some) = calls[one].reply,
      case .elements(let others) = calls[other].reply
    else { return "" }
    return some.subtracting(others).map(\.description).min() ?? ""
  }
}
