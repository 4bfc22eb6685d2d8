// Workflow commands of GitHub Actions: a line of standard output that puts a message on a file of
// the pull request. Grammar: docs.github.com, "Workflow commands for GitHub Actions".

import History

/// Runs or checks as annotations; those that are as expected have none.
public enum Annotations {
  public static func text(
    _ runs: [RunFacts], notRun: [NotRun] = [], unknown: UnknownPolicy = .fail
  ) -> String {
    commands(runs.map(ReportedCase.init), unknown) + warning(notRun)
  }

  public static func text(_ checks: [CheckFacts], unknown: UnknownPolicy = .fail) -> String {
    commands(checks.map(ReportedCase.init), unknown)
  }

  public static func text(_ comparison: Comparison, unknown: UnknownPolicy = .fail) -> String {
    commands(comparison.groups.map(ReportedCase.init), unknown) + warning(comparison.notRun)
  }

  public static func text(_ failure: CommandFailure) -> String {
    let title = property("\(failure.suite): not run")
    return "::error title=\(title)::\(message(failure.sentence))\n"
  }

  private static func warning(_ notRun: [NotRun]) -> String {
    notRun.sentence.map { "::warning title=soldout ended early::\(message($0))\n" } ?? ""
  }

  public static func text(
    _ explorations: [ExplorationFacts], notRun: [NotRun] = [], unknown: UnknownPolicy = .fail
  ) -> String {
    commands(explorations.map(ReportedCase.init), unknown) + warning(notRun)
  }

  /// GitHub shows ten of a kind for each step, so the tenth tells of the rest.
  private static let most = 10

  private static func commands(_ cases: [ReportedCase], _ unknown: UnknownPolicy) -> String {
    let told = cases.filter {
      !$0.isAsExpected && !(unknown == .pass && $0.verdict == .unknown)
    }
    var text = ""
    for level in ["error", "warning"] {
      let members = told.filter { self.level($0) == level }
      let shown = members.count <= most ? members[...] : members.prefix(most - 1)
      for member in shown { text += command(level, member) }
      if shown.count < members.count {
        let rest = members.dropFirst(shown.count).map(\.title).joined(separator: ", ")
        text += "::\(level) title=soldout::"
        text += "\(members.count - shown.count) more: \(message(rest))\n"
      }
    }
    return text
  }

  /// What is wrong is an error; what proves nothing is a warning.
  private static func level(_ member: ReportedCase) -> String {
    if member.isUnfinished { return "warning" }
    switch member.verdict {
    case .violation, .linearizable: return "error"
    case .unknown, .vacuous: return "warning"
    }
  }

  private static func command(_ level: String, _ member: ReportedCase) -> String {
    var properties: [String] = []
    if let file = member.file { properties.append("file=\(property(file))") }
    if let line = member.line { properties.append("line=\(line)") }
    properties.append("title=\(property("\(member.suite): \(member.title)"))")
    let text = ([member.message] + member.details).joined(separator: "\n")
    return "::\(level) \(properties.joined(separator: ","))::\(message(text))\n"
  }

  private static func message(_ text: String) -> String {
    // By scalars: a carriage return and a line feed together are one character, as is a sign with
    // an accent on it.
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      case _ where Printable.disturbs(scalar): escaped += Printable.escape(scalar)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }

  private static func property(_ text: String) -> String {
    message(text).unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case ":": escaped += "%3A"
      case ",": escaped += "%2C"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Annotations {
  /// Text for people as a job's log may have it: the runner takes every line of a step's output that
  /// begins with `::`, and `##[` anywhere in one, for a command (actions/runner, ActionCommand.cs).
  /// Those are shown and not obeyed.
  public static func disarmed(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = String(line)
      let start = line.unicodeScalars.firstIndex { !$0.properties.isWhitespace }
      if let start, line.unicodeScalars[start...].starts(with: "::".unicodeScalars) {
        line.unicodeScalars.insert("\\", at: start)
      }
      return line.replacing("##[", with: "#\\#[")
    }.joined(separator: "\n")
  }

  /// The same of JSON, where a string alone can hold such a command.
  public static func disarmed(json: [UInt8]) -> [UInt8] {
    Array(String(decoding: json, as: UTF8.self).replacing("##[", with: "#\\u0023[").utf8)
  }
}
