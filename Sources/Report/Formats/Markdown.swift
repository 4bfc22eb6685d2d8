// Markdown for a job's summary (`--markdown FILE`): the worst verdict with its counterexample
// first, then the table of all runs, then the others folded away.

import History

/// Runs or checks as GitHub-flavoured Markdown.
public enum Markdown {
  public static func text(
    _ runs: [RunFacts], notRun: [NotRun] = [], leftOut: [String] = []
  ) -> String {
    let cases = runs.map(ReportedCase.init)
    let table = runs.count > 1 ? WorkloadReport(runs).table.markdown : ""
    let words = leftOut.map { "\n\(MarkdownText.escaped($0)).\n" }.joined()
    return document(
      cases, title: title(cases, notRun, of: "strategy", "strategies"), table: table + words,
      notRun)
  }

  public static func text(_ checks: [CheckFacts]) -> String {
    let cases = checks.map(ReportedCase.init)
    var table = TextTable([
      TableColumn("history"), TableColumn("verdict"), TableColumn("operations", isNumeric: true),
      TableColumn("keys", isNumeric: true),
    ])
    for check in checks {
      table.append([
        Span(check.source), Span(check.verdict.word),
        Span(Units.count(check.operations)),
        Span(Units.count(check.judgements.count)),
      ])
    }
    return document(
      cases, title: title(cases, of: "history", "histories"),
      table: checks.count > 1 ? table.markdown : "")
  }

  public static func text(
    _ explorations: [ExplorationFacts], notRun: [NotRun] = []
  ) -> String {
    let cases = explorations.map(ReportedCase.init)
    var table = TextTable([
      TableColumn("strategy"), TableColumn("verdict"), TableColumn("expected"),
      TableColumn("schedules", isNumeric: true), TableColumn("steps", isNumeric: true),
    ])
    for facts in explorations {
      table.append([
        Span(facts.strategy), Span(facts.verdict.word), Span(facts.isAsExpected ? "yes" : "NO"),
        Span(Units.count(facts.schedules)),
        Span(facts.counterexample.map { "\($0.steps.count)" } ?? "-"),
      ])
    }
    return document(
      cases, title: title(cases, notRun, of: "strategy", "strategies"),
      table: explorations.count > 1 ? table.markdown : "", notRun)
  }

  public static func text(_ failure: CommandFailure) -> String {
    "## soldout: \(MarkdownText.escaped(failure.suite)) could not be run\n\n"
      + "\(MarkdownText.escaped(failure.sentence))\n"
  }

  /// What was not expected, then the tables.
  public static func text(_ comparison: Comparison) -> String {
    let cases = comparison.groups.map(ReportedCase.init)
    var text =
      "## \(MarkdownText.escaped(title(cases, comparison.rowsNotRun, of: "row", "rows")))\n\n"
    if let first = comparison.firstBroken, let cause = first.cause {
      let place = MarkdownText.escaped("\(first.worst.verdict.word) \(first.label)")
      text += "**\(place)**: \(MarkdownText.escaped(cause))\n\n"
    }
    for member in cases where !member.isAsExpected {
      text += "- **\(heading(member))**: \(MarkdownText.escaped(member.message))\n"
    }
    if let rest = comparison.notRun.sentence { text += "- \(MarkdownText.escaped(rest))\n" }
    return text + (comparison.isAsExpected ? "" : "\n") + comparison.markdown
  }

  private static func title(
    _ cases: [ReportedCase], _ notRun: [NotRun] = [], of one: String, _ many: String
  ) -> String {
    let unexpected = cases.count { !$0.isAsExpected }
    let count = Units.counted(cases.count, one, many)
    if unexpected == 0, !notRun.isEmpty {
      let all = Units.counted(cases.count + notRun.count, one, many)
      return "soldout: ended early, \(Units.count(notRun.count)) of \(all) not run"
    }
    return unexpected == 0
      ? "soldout: \(count), as expected"
      : "soldout: \(Units.count(unexpected)) of \(count) not as expected"
  }

  private static func document(
    _ cases: [ReportedCase], title: String, table: String, _ notRun: [NotRun] = []
  ) -> String {
    var text = "## \(MarkdownText.escaped(title))\n\n"
    if let rest = notRun.sentence { text += "**\(MarkdownText.escaped(rest))**\n\n" }
    // The first that failed is shown whole, the others folded.
    let ordered =
      cases.filter { !$0.isAsExpected }.sorted { $0.verdict.place < $1.verdict.place }
      + cases.filter(\.isAsExpected)
    if let first = ordered.first { text += section(first) }
    if !table.isEmpty { text += table + "\n" }
    for member in ordered.dropFirst() where !member.isAsExpected {
      text += "<details><summary>\(heading(member))</summary>\n\n"
      text += MarkdownText.fenced(member.text) + "\n</details>\n\n"
    }
    return text
  }

  private static func section(_ member: ReportedCase) -> String {
    "### \(heading(member))\n\n**\(MarkdownText.escaped(member.message))**\n\n"
      + MarkdownText.fenced(member.text) + "\n"
  }

  private static func heading(_ member: ReportedCase) -> String {
    MarkdownText.escaped("\(member.title) (\(member.suite))")
  }
}
