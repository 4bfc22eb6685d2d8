// A report in parts, so that on a small screen its verdict stays in sight: what matters less is left
// out, and if even that is not enough, the verdict is repeated at the end. Pipes and files
// get everything.

/// Parts of a report in the order of reading, each with what it is worth.
package struct Sections: Sendable {
  /// How much a part matters on a screen of a few lines.
  package enum Priority: Int, Comparable, Sendable {
    /// Nice to know; goes first.
    case detail
    /// What measures the run.
    case figures
    /// What else was found.
    case evidence
    /// The verdict, and what it rests on; always there.
    case verdict

    package static func < (left: Priority, right: Priority) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  private var parts: [(worth: Priority, lines: [Line])] = []
  /// Told again after a report that is longer than the screen.
  package var closing: [Line] = []
  /// How to see what was left out.
  package var more: Line?

  package init() {}

  package mutating func append(_ worth: Priority, _ lines: [Line]) {
    if !lines.isEmpty { parts.append((worth, lines)) }
  }

  /// Everything.
  package var all: [Line] { parts.flatMap(\.lines) }

  /// The parts that are worth so much.
  package func lines(ofAtLeast worth: Priority) -> [Line] {
    parts.filter { $0.worth >= worth }.flatMap(\.lines)
  }

  /// What fits the screen, with a row to spare for the prompt; everything where nothing scrolls away.
  package func lines(_ style: Style) -> [Line] {
    // A command to copy goes on in the next row.
    func rows(_ lines: [Line]) -> Int {
      lines.reduce(0) { $0 + max(1, ($1.columns + style.width - 1) / style.width) }
    }
    guard let height = style.height, rows(all) >= height else { return all }
    // A part at a time, the last of those that are worth least.
    var kept = parts
    func length() -> Int {
      kept.reduce(1 + rows([more].compactMap(\.self))) { $0 + rows($1.lines) }
    }
    while length() > height,
      let worth = kept.map(\.worth).min(), worth < .verdict,
      let place = kept.lastIndex(where: { $0.worth == worth })
    {
      kept.remove(at: place)
    }
    let isShortened = kept.count < parts.count
    var lines = kept.flatMap(\.lines)
    if isShortened, let more { lines.append(more) }
    return rows(lines) < height ? lines : lines + closing
  }

  package func text(_ style: Style) -> String { lines(style).text(style) }
}
