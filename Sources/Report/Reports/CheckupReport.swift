// What `soldout doctor` prints: a line for each check, and what to do about it.

/// The report of a check-up, for people.
public struct CheckupReport: Sendable {
  /// How things stand with one of them.
  public enum State: Sendable, Hashable {
    case ok
    case doubtful
    case missing
  }

  private var items: [(name: String, state: State, found: String, advice: String?)] = []

  public init() {}

  /// A further line. The advice is a command or a half sentence.
  public mutating func append(_ name: String, _ state: State, _ found: String, advice: String?) {
    items.append((name, state, found, advice))
  }

  /// The report, each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  func lines(width: Int) -> [Line] {
    let names = items.reduce(0) { max($0, $1.name.columns) }
    var lines: [Line] = []
    for item in items {
      let (word, ink) = Self.word(item.state)
      var lead = word.padded(to: Self.state)
      lead += item.name.padded(to: names) + "  "
      lines += Paragraph(item.found, lead: Span(lead, ink)).lines(width: width)
      if let advice = item.advice {
        lines += Paragraph(
          advice, lead: Span("→ ", ink), margin: min(Self.state + names + 2, width / 3),
          ink: .strong
        ).lines(width: width)
      }
    }
    return lines + Paragraph(conclusion, ink: .strong).lines(width: width)
  }

  /// Columns of the first word and the blanks after it.
  private static let state = 10

  private static func word(_ state: State) -> (String, TextStyle) {
    switch state {
    case .ok: ("ok", .good)
    case .doubtful: ("doubtful", .doubtful)
    case .missing: ("MISSING", .bad)
    }
  }

  private var conclusion: String {
    let missing = items.filter { $0.state == .missing }.map(\.name)
    if !missing.isEmpty {
      return "Missing: \(missing.joined(separator: ", ")). Only soldout check works without."
    }
    return items.contains { $0.state == .doubtful }
      ? "Nothing is missing; the doubtful items limit some runs."
      : "Nothing is missing."
  }
}
