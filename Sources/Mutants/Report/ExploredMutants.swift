// The table of `soldout mutants --explore`: how soon runs under load and the explorer found each
// mutant, and whether the explorer blamed an original. Values in, text out; a surviving mutant and
// an original that was not fully explored are never hidden.

package import Report

/// The result of looking for one mutant in every schedule of small configurations.
package struct ExploredMutant: Sendable, Hashable {
  /// The schedule that showed it.
  package struct Kill: Sendable, Hashable {
    /// The clients' calls, `t,r/t`.
    package var calls: String
    package var stock: Int
    /// What was allowed to go wrong, `losses=1`; empty: nothing.
    package var faults: String
    /// The walk's bound; nil: none.
    package var preemptions: Int?
    package var steps: Int
    /// For `soldout replay`.
    package var token: String
    /// The verdict's reason.
    package var headline: String

    package init(
      calls: String, stock: Int, faults: String, preemptions: Int? = nil, steps: Int,
      token: String, headline: String
    ) {
      self.calls = calls
      self.stock = stock
      self.faults = faults
      self.preemptions = preemptions
      self.steps = steps
      self.token = token
      self.headline = headline
    }
  }

  package var name: String
  package var original: String
  /// What is wrong with it, in one line.
  package var wrong: String
  /// The result of running it under load; nil if it was not run.
  package var hunted: MutantResult?
  /// How the explorer found it; nil: it survived.
  package var kill: Kill?
  /// Configurations looked through, schedules of all of them, and the time that took in ns.
  package var configurations: Int
  package var schedules: Int
  package var elapsed: Int64

  package init(
    name: String, original: String, wrong: String, hunted: MutantResult?, kill: Kill?,
    configurations: Int, schedules: Int, elapsed: Int64
  ) {
    self.name = name
    self.original = original
    self.wrong = wrong
    self.hunted = hunted
    self.kill = kill
    self.configurations = configurations
    self.schedules = schedules
    self.elapsed = elapsed
  }
}

/// The result of exploring a correct strategy in one configuration that its mutants are looked
/// for in.
package struct ExploredOriginal: Sendable, Hashable {
  package var name: String
  package var calls: String
  package var stock: Int
  package var faults: String
  /// The walk's bound; nil: none.
  package var preemptions: Int?
  package var schedules: Int
  /// Whether every schedule was walked.
  package var isComplete: Bool
  /// Why it was blamed; nil: it was not, as it should be.
  package var alarm: String?
  /// Why that it was not blamed proves nothing, each a clause.
  package var vacuity: [String] = []

  package init(
    name: String, calls: String, stock: Int, faults: String, preemptions: Int? = nil,
    schedules: Int, isComplete: Bool, alarm: String?, vacuity: [String] = []
  ) {
    self.name = name
    self.calls = calls
    self.stock = stock
    self.faults = faults
    self.preemptions = preemptions
    self.schedules = schedules
    self.isComplete = isComplete
    self.alarm = alarm
    self.vacuity = vacuity
  }

  var place: String { Self.place(calls, stock, faults, preemptions) }

  /// A configuration in a few words; a star says that the walk had a bound.
  package static func place(
    _ calls: String, _ stock: Int, _ faults: String, _ preemptions: Int?
  ) -> String {
    "\(calls) of \(stock)" + (faults.isEmpty ? "" : ", \(faults)") + (preemptions == nil ? "" : "*")
  }
}

/// A mutant that was not explored.
package struct UnexploredMutant: Sendable, Hashable {
  package var name: String
  /// Why not: a clause such as "takes a partition, which no exploration can choose".
  package var reason: String

  package init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}

/// All that the explorer made of mutants and their originals.
package struct ExploredMutants: Sendable {
  package var mutants: [ExploredMutant]
  package var originals: [ExploredOriginal]
  package var leftOut: [UnexploredMutant]
  /// Names of mutants, and of originals with their configurations, that were not walked to the end since
  /// the command was ended before.
  package var notRun: [String] = []
  /// What the figures depend on beside the program, name and value, told before the table.
  package var provenance: [(name: String, value: String)] = []

  package init(
    mutants: [ExploredMutant] = [], originals: [ExploredOriginal] = [],
    leftOut: [UnexploredMutant] = []
  ) {
    self.mutants = mutants
    self.originals = originals
    self.leftOut = leftOut
  }

  package var survivors: [ExploredMutant] { mutants.filter { $0.kill == nil } }
  package var falseAlarms: Int { originals.count { $0.alarm != nil } }
  /// Originals whose schedules were not all walked.
  package var unfinished: [ExploredOriginal] { originals.filter { !$0.isComplete } }

  /// Originals of which nothing is proven by walking all schedules.
  package var vacuous: [ExploredOriginal] {
    originals.filter { $0.isComplete && $0.alarm == nil && !$0.vacuity.isEmpty }
  }

  /// All mutants killed, no original blamed, every original's schedules walked, and to some purpose.
  package var isClean: Bool {
    survivors.isEmpty && falseAlarms == 0 && unfinished.isEmpty && vacuous.isEmpty
      && notRun.isEmpty
  }

  /// The table, then what needs attention, then the sums; each line ended by a newline.
  package func text(_ style: Style) -> String {
    var lines = MutantTable.head(provenance, width: style.width)
    lines += table.lines(width: style.width) + [.empty]
    for sentence in complaints { lines += Paragraph(sentence, ink: .bad).lines(width: style.width) }
    for sentence in sums { lines += Paragraph(sentence).lines(width: style.width) }
    return lines.text(style)
  }

  private var table: MutantTable {
    let isHunted = mutants.contains { $0.hunted != nil }
    var table = MutantTable(
      (isHunted ? [TableColumn("load", isNumeric: true)] : []) + [
        TableColumn("walk", isNumeric: true), TableColumn("tried", isNumeric: true),
        TableColumn("steps", isNumeric: true), TableColumn("calls"),
      ])
    for mutant in mutants {
      let kill = mutant.kill
      table.append(
        mutant.name, of: mutant.original,
        (isHunted ? [Span(Self.time(mutant.hunted))] : []) + [
          kill == nil ? Span("LIVES", .bad) : Span(Units.compactDuration(mutant.elapsed), .good),
          Span(Units.short(mutant.schedules)), Span(kill.map { "\($0.steps)" } ?? ""),
          Span(
            kill.map { ExploredOriginal.place($0.calls, $0.stock, $0.faults, $0.preemptions) }
              ?? ""),
        ])
    }
    return table
  }

  private static func time(_ hunted: MutantResult?) -> String {
    guard let hunted else { return "" }
    return hunted.survived ? "lives" : Units.compactDuration(hunted.elapsed)
  }

  private var complaints: [String] {
    (notRun.isEmpty ? [] : ["Ended early; not run: \(notRun.joined(separator: ", "))."])
      + survivors.map { mutant in
        "\(mutant.name) survived \(Units.counted(mutant.schedules, "schedule")) of "
          + "\(Units.counted(mutant.configurations, "configuration")): \(mutant.wrong)."
      }
      + originals.compactMap { original in
        original.alarm.map { "FALSE ALARM: \(original.name), \(original.place): \($0)." }
      }
      + unfinished.map { original in
        "\(original.name), \(original.place): \(Units.counted(original.schedules, "schedule")) "
          + "explored, not all; give it more time with --budget."
      }
      + vacuous.map { original in
        "VACUOUS: \(original.name), \(original.place): \(original.vacuity.joined(separator: "; "))."
      }
  }

  private var sums: [String] {
    let killed = mutants.filter { $0.kill != nil }
    var sums = [
      "\(killed.count) of \(Units.counted(mutants.count, "mutant")) killed by the explorer"
    ]
    if let median = Self.median(killed.map(\.elapsed)) {
      sums[0] += "; median time to kill \(Units.duration(median))"
    }
    let hunted = mutants.compactMap(\.hunted)
    if let median = Self.median(hunted.filter { !$0.survived }.map(\.elapsed)) {
      sums[0] +=
        "; \(hunted.count { !$0.survived }) of \(hunted.count) under load, median "
        + Units.duration(median)
    }
    sums[0] += "."
    sums.append(
      "\(Units.counted(falseAlarms, "false alarm")) in "
        + "\(Units.counted(originals.reduce(0) { $0 + $1.schedules }, "schedule")) of correct "
        + "strategies, \(originals.count - unfinished.count) of "
        + "\(Units.counted(originals.count, "configuration")) walked to the end.")
    sums.append(
      "load: time to kill by runs under load; walk: by the explorer; tried: schedules until then; "
        + "steps: of the schedule that killed it; calls: each client's, the stock, and what may go "
        + "wrong.")
    for bound in Set(mutants.compactMap(\.kill?.preemptions) + originals.compactMap(\.preemptions))
      .sorted()
    {
      sums.append("*: of schedules with at most \(Units.counted(bound, "preemption")).")
    }
    for mutant in leftOut { sums.append("Not explored: \(mutant.name) \(mutant.reason).") }
    return sums
  }

  /// The lower one of two in the middle.
  static func median(_ times: [Int64]) -> Int64? {
    times.isEmpty ? nil : times.sorted()[(times.count - 1) / 2]
  }
}
