// Histories checked together: the worst verdict first, whatever their order.

/// The report of several checked histories, for people.
public struct ChecksReport: Sendable {
  public var checks: [CheckFacts]
  /// Whether linearizable histories are counted and not shown.
  public var onlyFailures = false

  public init(_ checks: [CheckFacts]) {
    self.checks = checks
  }

  /// The report, each line ended by a newline. Of one history it is that history's own.
  public func text(_ style: Style) -> String {
    if checks.count == 1 { return CheckReport(checks[0]).text(style) }
    let verdict = verdict(width: style.width)
    var sections = Sections()
    sections.append(.verdict, verdict)
    for check in inOrder where !onlyFailures || check.verdict != .linearizable {
      sections.append(.verdict, [.empty] + CheckReport(check).lines(width: style.width))
    }
    sections.closing = [.empty] + verdict
    return sections.text(style)
  }

  private var inOrder: [CheckFacts] {
    RunVerdict.allCases.flatMap { verdict in checks.filter { $0.verdict == verdict } }
  }

  /// `VIOLATION  1 of 3 histories: b.edn`.
  private func verdict(width: Int) -> [Line] {
    guard let worst = inOrder.first?.verdict else { return [] }
    let members = checks.filter { $0.verdict == worst }
    let all = Units.counted(checks.count, "history", "histories")
    let text =
      worst == .linearizable
      ? "all \(all)"
      : "\(Units.count(members.count)) of \(all): "
        + members.map(\.source.printable).joined(separator: ", ")
    return Paragraph(text, lead: Span(worst.word + "  ", worst.ink), ink: .strong)
      .lines(width: width)
  }
}
