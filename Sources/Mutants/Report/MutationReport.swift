// The table of `soldout mutants`: which mutants were found, by what and how soon, and whether their
// correct originals were blamed for anything. Values in, text out.

package import Report

/// The result of hunting one mutant.
package struct MutantResult: Sendable, Hashable {
  /// `redis-lua.no-check`.
  package var name: String
  package var original: String
  /// What is wrong with it, in one line.
  package var wrong: String
  /// The name of the conditions it was hunted under.
  package var conditions: String
  /// What killed it; empty: it survived.
  package var alarms: [Alarm]
  /// From the start of the first run to the verdict of the last one, in ns.
  package var elapsed: Int64
  package var runs: Int
  /// Of the run that killed it, or the last one.
  package var seed: String

  package init(
    name: String, original: String, wrong: String, conditions: String, alarms: [Alarm],
    elapsed: Int64, runs: Int, seed: String
  ) {
    self.name = name
    self.original = original
    self.wrong = wrong
    self.conditions = conditions
    self.alarms = alarms
    self.elapsed = elapsed
    self.runs = runs
    self.seed = seed
  }

  package var survived: Bool { alarms.isEmpty }

  /// The kinds of evidence, without sums of a stock whose verdict says it all.
  var evidence: String {
    let kinds = alarms.map(\.evidence)
    return kinds.filter { $0 != .invariant || !kinds.contains(.verdict) }.map(\.rawValue)
      .joined(separator: ", ")
  }
}

/// The result of running a correct strategy under conditions that kill its mutants.
package struct OriginalResult: Sendable, Hashable {
  /// An alarm that should not have been.
  package struct FalseAlarm: Sendable, Hashable {
    package var seed: String
    package var alarm: Alarm

    package init(seed: String, alarm: Alarm) {
      self.seed = seed
      self.alarm = alarm
    }
  }

  package var name: String
  package var conditions: String
  package var runs: Int
  /// Runs that prove nothing, since too little happened in them.
  package var vacuous: Int
  package var falseAlarms: [FalseAlarm]

  package init(
    name: String, conditions: String, runs: Int, vacuous: Int, falseAlarms: [FalseAlarm]
  ) {
    self.name = name
    self.conditions = conditions
    self.runs = runs
    self.vacuous = vacuous
    self.falseAlarms = falseAlarms
  }
}

/// All of a hunt.
package struct MutationReport: Sendable {
  package var mutants: [MutantResult]
  package var originals: [OriginalResult]
  /// Names of mutants, and of originals with their conditions, that were not tried to the end since
  /// the hunt was ended before.
  package var notRun: [String] = []
  /// What the figures depend on beside the program, name and value, told before all else.
  package var provenance: [(name: String, value: String)] = []

  package init(mutants: [MutantResult], originals: [OriginalResult]) {
    self.mutants = mutants
    self.originals = originals
  }

  package var survivors: [MutantResult] { mutants.filter(\.survived) }
  package var falseAlarms: Int { originals.reduce(0) { $0 + $1.falseAlarms.count } }
  /// Runs of originals that prove something.
  package var provingRuns: Int { originals.reduce(0) { $0 + $1.runs - $1.vacuous } }
  /// Originals whose runs prove nothing at all.
  package var unproven: [OriginalResult] { originals.filter { $0.runs == $0.vacuous } }

  /// All mutants killed, no original blamed, and nothing left unproven.
  package var isClean: Bool {
    survivors.isEmpty && falseAlarms == 0 && unproven.isEmpty && notRun.isEmpty
  }

  /// Of the mutants that were killed; the lower one of two in the middle, in ns.
  package var medianTimeToKill: Int64? {
    let times = mutants.filter { !$0.survived }.map(\.elapsed).sorted()
    return times.isEmpty ? nil : times[(times.count - 1) / 2]
  }

  /// The sums, what needs attention, then the table; each line ended by a newline.
  package func text(_ style: Style) -> String {
    var sections = Sections()
    sections.append(.detail, MutantTable.head(provenance, width: style.width))
    let sums = sums.flatMap { Paragraph($0).lines(width: style.width) }
    sections.append(.verdict, sums)
    for sentence in complaints {
      sections.append(.verdict, Paragraph(sentence, ink: .bad).lines(width: style.width))
    }
    sections.append(.verdict, [.empty] + table.lines(width: style.width))
    sections.closing = [.empty] + sums
    return sections.text(style)
  }

  private var table: MutantTable {
    var table = MutantTable([
      TableColumn("conditions"), TableColumn("killed by"), TableColumn("after", isNumeric: true),
      TableColumn("runs", isNumeric: true),
    ])
    for mutant in mutants {
      table.append(
        mutant.name, of: mutant.original,
        [
          Span(mutant.conditions, .faint),
          mutant.survived ? Span("SURVIVED", .bad) : Span(mutant.evidence, .good),
          Span(Units.compactDuration(mutant.elapsed)), Span(Units.short(mutant.runs)),
        ])
    }
    return table
  }

  /// A sentence for each thing that is not as it should be.
  private var complaints: [String] {
    (notRun.isEmpty ? [] : ["Ended early; not run: \(notRun.joined(separator: ", "))."])
      + survivors.map { mutant in
        "\(mutant.name) survived \(Units.counted(mutant.runs, "run")) of \(mutant.conditions): "
          + "\(mutant.wrong)."
      }
      + originals.flatMap { original in
        original.falseAlarms.map { found in
          "FALSE ALARM: \(original.name) under \(original.conditions), seed \(found.seed), "
            + "\(found.alarm.evidence.rawValue): \(found.alarm.sentence)."
        }
      }
      + unproven.map { original in
        "\(original.name) under \(original.conditions): nothing was proven in "
          + "\(Units.counted(original.runs, "run"))."
      }
  }

  private var sums: [String] {
    let killed = mutants.count - survivors.count
    let median = medianTimeToKill.map { "; median time to kill \(Units.duration($0))" } ?? ""
    var sums = ["\(killed) of \(Units.counted(mutants.count, "mutant")) killed\(median)."]
    if !originals.isEmpty {
      let runs = originals.reduce(0) { $0 + $1.runs }
      sums.append(
        "\(Units.counted(falseAlarms, "false alarm")) in \(Units.counted(runs, "run")) of "
          + "correct strategies under the same conditions, \(Units.count(runs - provingRuns)) "
          + "of them vacuous.")
    }
    return sums
  }
}
