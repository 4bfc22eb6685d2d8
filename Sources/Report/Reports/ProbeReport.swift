// What `soldout probe` prints: each exchange, what it was read as, and what to do next.

/// The report of a probe, for people.
public struct ProbeReport: Sendable {
  /// One thing that was done.
  public struct Step: Sendable {
    public var title: String
    /// What was sent and what was heard.
    public var said: [(sent: String, heard: String)]
    /// What it was taken for.
    public var outcome: String
    /// What was sent to which server for it.
    public var commands: [(server: String, text: String)]

    public init(
      title: String, said: [(sent: String, heard: String)], outcome: String,
      commands: [(server: String, text: String)]
    ) {
      (self.title, self.said, self.outcome, self.commands) = (title, said, outcome, commands)
    }
  }

  /// What it comes to: a word, the sentences, and whether all is well.
  public struct Conclusion: Sendable {
    public var word: String
    public var sentences: [String]
    public var isGood: Bool

    public init(_ word: String, _ sentences: [String], isGood: Bool) {
      (self.word, self.sentences, self.isGood) = (word, sentences, isGood)
    }
  }

  public var header: [String]
  public var steps: [Step]
  public var remarks: [String]
  public var conclusion: Conclusion
  /// The command to go on with.
  public var next: String?

  public init(
    header: [String], steps: [Step], remarks: [String], conclusion: Conclusion, next: String?
  ) {
    (self.header, self.steps, self.remarks) = (header, steps, remarks)
    (self.conclusion, self.next) = (conclusion, next)
  }

  /// The report, each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  func lines(width: Int) -> [Line] {
    var lines = Paragraph(
      words: header.dropLast().map { $0.printable + " ·" } + header.suffix(1).map(\.printable),
      ink: .faint
    ).lines(width: width)
    for step in steps { lines += self.lines(of: step, width: width) }
    for remark in remarks {
      lines += Paragraph(remark + ".", lead: Span("note      ", .doubtful)).lines(width: width)
    }
    for (place, sentence) in conclusion.sentences.enumerated() {
      let word = place == 0 ? conclusion.word + "  " : "Also: "
      lines += Paragraph(
        sentence + ".", lead: Span(word, conclusion.isGood ? .good : .bad), ink: .strong
      ).lines(width: width)
    }
    return lines + (next.map { [.command($0, lead: "Next: ")] } ?? [])
  }

  private func lines(of step: Step, width: Int) -> [Line] {
    var texts: [(String, TextStyle)] = step.said.flatMap {
      [("> " + $0.sent, .faint), ("< " + $0.heard, .plain)]
    }
    texts.append((step.outcome, .strong))
    var lines: [Line] = []
    for (place, (text, ink)) in texts.enumerated() {
      let lead = (place == 0 ? step.title : "").padded(to: 10)
      lines += Paragraph(text, lead: Span(lead, .strong), ink: ink).lines(width: width)
    }
    let servers = step.commands.reduce(0) { max($0, $1.server.columns) }
    for command in step.commands {
      lines += Paragraph(
        command.text, lead: Span(command.server.padded(to: servers) + "  ", .faint), margin: 12
      ).lines(width: width)
    }
    return lines
  }
}
