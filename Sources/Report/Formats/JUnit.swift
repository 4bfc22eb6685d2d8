// JUnit XML (`--junit FILE`) as CI servers read it: a suite for each workload, a case for each
// strategy, what failed first. A verdict other than the expected is a failure, an undecided or vacuous
// one an error: neither is a pass.

import History

/// Runs or checks as a JUnit document.
public enum JUnit {
  public static func text(
    _ runs: [RunFacts], notRun: [NotRun] = [], unknown: UnknownPolicy = .fail
  ) -> String {
    document(runs.map { ReportedCase($0).under(unknown) }, notRun)
  }

  public static func text(_ checks: [CheckFacts], unknown: UnknownPolicy = .fail) -> String {
    document(checks.map { ReportedCase($0).under(unknown) })
  }

  public static func text(_ comparison: Comparison, unknown: UnknownPolicy = .fail) -> String {
    document(comparison.groups.map { ReportedCase($0).under(unknown) }, comparison.rowsNotRun)
  }

  public static func text(
    _ explorations: [ExplorationFacts], notRun: [NotRun] = [], unknown: UnknownPolicy = .fail
  ) -> String {
    document(explorations.map { ReportedCase($0).under(unknown) }, notRun)
  }

  /// One errored case with the sentence.
  public static func text(_ failure: CommandFailure) -> String {
    let totals = [("tests", "1"), ("failures", "0"), ("errors", "1"), ("time", seconds(0))]
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + "<testsuites" + attributes([("name", "soldout")] + totals) + ">\n"
      + "  <testsuite" + attributes([("name", failure.suite)] + totals + [("skipped", "0")]) + ">\n"
      + "    <testcase"
      + attributes([("classname", failure.suite), ("name", failure.name), ("time", seconds(0))])
      + ">\n      <error"
      + attributes([("type", "exit \(failure.exitCode)"), ("message", failure.sentence)])
      + ">\(escaped(failure.sentence))</error>\n    </testcase>\n  </testsuite>\n</testsuites>\n"
  }

  private static func document(_ all: [ReportedCase], _ notRun: [NotRun] = []) -> String {
    let cases =
      all.filter { !$0.isPassed }.sorted { $0.verdict.place < $1.verdict.place }
      + all.filter(\.isPassed)
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    xml += "<testsuites" + attributes([("name", "soldout")] + totals(cases, notRun)) + ">\n"
    for suite in (cases.map(\.suite) + notRun.map(\.suite)).uniqued {
      let members = cases.filter { $0.suite == suite }
      let skipped = notRun.filter { $0.suite == suite }
      // Jenkins' schema (junit-10.xsd) has no `skipped` on the root.
      xml +=
        "  <testsuite"
        + attributes(
          [("name", suite)] + totals(members, skipped) + [("skipped", "\(skipped.count)")])
        + ">\n"
      for member in members { xml += element(member) }
      for member in skipped { xml += element(member) }
      xml += "  </testsuite>\n"
    }
    return xml + "</testsuites>\n"
  }

  private static func element(_ member: ReportedCase) -> String {
    var xml =
      "    <testcase"
      + attributes([
        ("classname", member.suite), ("name", member.name),
        ("time", seconds(member.nanoseconds ?? 0)),
      ]) + ">\n"
    if let tag = tag(member) {
      xml += "      <\(tag)"
      xml += attributes([("type", member.verdict.rawValue), ("message", member.message)])
      xml += ">\(escaped(member.text))</\(tag)>\n"
    } else {
      xml += "      <system-out>\(escaped(member.text))</system-out>\n"
    }
    return xml + "    </testcase>\n"
  }

  private static func element(_ member: NotRun) -> String {
    "    <testcase"
      + attributes([("classname", member.suite), ("name", member.name), ("time", seconds(0))])
      + ">\n      <skipped" + attributes([("message", NotRun.reason)]) + "/>\n    </testcase>\n"
  }

  /// The element that says that a case did not pass; nil if it did.
  private static func tag(_ member: ReportedCase) -> String? {
    if member.isPassed { return nil }
    if member.isUnfinished { return "error" }
    switch member.verdict {
    case .violation, .linearizable: return "failure"
    case .unknown, .vacuous: return "error"
    }
  }

  private static func totals(
    _ cases: [ReportedCase], _ notRun: [NotRun]
  ) -> [(String, String)] {
    let tags = cases.map(tag)
    let time = cases.reduce(Int64(0)) {
      $0.addingReportingOverflow($1.nanoseconds ?? 0).partialValue
    }
    return [
      ("tests", String(cases.count + notRun.count)),
      ("failures", String(tags.count { $0 == "failure" })),
      ("errors", String(tags.count { $0 == "error" })), ("time", seconds(time)),
    ]
  }

  private static func seconds(_ nanoseconds: Int64) -> String {
    let milliseconds = String(max(0, nanoseconds) / 1_000_000 % 1000)
    return "\(max(0, nanoseconds) / 1_000_000_000)."
      + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds
  }

  private static func attributes(_ pairs: [(String, String)]) -> String {
    // A parser reads a bare line end in an attribute as a blank (XML 1.0 §3.3.3).
    pairs.map { name, value in
      " \(name)=\""
        + escaped(value).split(separator: "\n", omittingEmptySubsequences: false).joined(
          separator: "&#10;") + "\""
    }.joined()
  }

  /// Text for an element or an attribute. XML 1.0 §2.2 has no form for most control characters:
  /// those become U+FFFD. What it has a form for and a reader's screen had better not get is escaped.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t": escaped += "&#9;"
      case "\r": escaped += "&#13;"
      case _ where scalar.value < 0x20 && scalar != "\n", "\u{FFFE}", "\u{FFFF}":
        escaped += "\u{FFFD}"
      case _ where scalar != "\n" && Printable.disturbs(scalar):
        escaped += Printable.escape(scalar)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
