// Which strategies remain under which constraint, read off a comparison's table and nothing else:
// what was not measured does not count as met. It recommends none; the fastest comes first.

/// The end of a comparison: constraints, and who meets them.
struct SelectionGuide: Sendable {
  /// A constraint with the strategies that meet it, the fastest first.
  struct Row: Sendable {
    var constraint: String
    var remaining: [EnabledTransition]
  }

  /// A strategy that came out linearizable in every trial.
  struct EnabledTransition: Sendable, Hashable {
    var name: String
    /// Operations answered per second, in the trial with the middle throughput.
    var perSecond: Double
  }

  private(set) var rows: [Row] = []
  /// Strategies that hold up, but break under traffic that they are not made for, with its workload.
  private(set) var unfit: [(name: String, workload: String)] = []
  /// How many strategies were tried.
  private let tried: Int
  private let comparison: Comparison
  private let plain: [Comparison.Group]

  init(_ comparison: Comparison) {
    self.comparison = comparison
    plain = comparison.groups.filter { $0.condition == nil && $0.cells[0].unfit == nil }
    tried = plain.count
    let holding = plain.filter(\.isLinearizable)
    // Of one strategy there is nothing to choose.
    guard tried > 1 else { return }
    let correct = holding.map {
      EnabledTransition(name: $0.name, perSecond: $0.middle.perSecond ?? 0)
    }
    .sorted { ($1.perSecond, $0.name) < ($0.perSecond, $1.name) }
    rows = [Row(constraint: "correct", remaining: correct)]
    addFaults(correct)
    add("and p99 within 1 ms", correct) { group in
      group.middle.latency.map { $0.p99 <= 1_000_000 }
    }
    add("and nobody overtaken", correct) { group in
      group.cells.allSatisfy { $0.waits != nil }
        ? group.cells.allSatisfy { $0.waits?.overtaken == 0 && ($0.waits?.waited ?? 0) > 0 } : nil
    }
    addConnections(correct)
    unfit = comparison.groups.compactMap { group in
      guard let strategy = group.cells[0].unfit, !group.isLinearizable,
        correct.contains(where: { $0.name == strategy })
      else { return nil }
      return (strategy, group.name)
    }
  }

  /// A row for what every candidate was measured by; nil where it was not.
  private mutating func add(
    _ constraint: String, _ candidates: [EnabledTransition], _ meets: (Comparison.Group) -> Bool?
  ) {
    let groups = Dictionary(plain.map { ($0.name, $0) }) { first, _ in first }
    let answers = candidates.map { candidate in groups[candidate.name].flatMap(meets) }
    guard answers.contains(where: { $0 != nil }) else { return }
    let remaining = zip(candidates, answers).filter { $1 == true }.map(\.0)
    rows.append(Row(constraint: constraint, remaining: remaining))
  }

  /// Whom a fault can't strike it doesn't break.
  private mutating func addFaults(_ correct: [EnabledTransition]) {
    let faults = comparison.conditions.compactMap(\.self)
    func survivors(_ fault: String) -> [EnabledTransition] {
      let spared = comparison.omissions.filter { $0.condition == fault }.flatMap(\.names)
      let held = comparison.groups.filter { $0.condition == fault && $0.isLinearizable }.map(\.name)
      return correct.filter { held.contains($0.name) || spared.contains($0.name) }
    }
    for fault in faults {
      rows.append(Row(constraint: "and under \(fault)", remaining: survivors(fault)))
    }
    guard faults.count > 1 else { return }
    let all = faults.reduce(correct) { left, fault in
      left.filter(Set(survivors(fault)).contains)
    }
    rows.append(Row(constraint: "and under all of these", remaining: all))
  }

  /// Half as many database connections as the hungriest, or none.
  private mutating func addConnections(_ correct: [EnabledTransition]) {
    guard let most = plain.compactMap(\.middle.connections).max(), most > 1 else { return }
    let few = most / 2
    add("and at most \(few) connections", correct) { group in
      group.cells.allSatisfy { ($0.connections ?? 0) <= few }
    }
  }

  // MARK: As text

  /// Strategies named in a row at most.
  private static let most = 6

  func lines(width: Int) -> [Line] {
    guard !rows.isEmpty else { return [] }
    let widest = rows.reduce(0) { max($0, $1.constraint.columns) }
    let title = "Strategies that remain, fastest first (operations answered per second)"
    return [.empty] + Paragraph(title, ink: .strong).lines(width: width)
      + rows.flatMap { row in
        Paragraph(
          words: words(row), lead: Span(row.constraint.padded(to: widest) + "  ", .faint), margin: 2
        ).lines(width: width)
      }
      + unfit.flatMap { Paragraph(sentence($0), margin: 2).lines(width: width) }
  }

  /// `28 of 36: redis-lua 180k, redis-decr 118k and 26 more`, a word for what is not to be broken.
  private func words(_ row: Row) -> [String] {
    guard !row.remaining.isEmpty else { return ["none"] }
    let shown = row.remaining.prefix(Self.most)
    let names = shown.map { "\($0.name) \(Units.shortRate($0.perSecond))" }.listed
    let more = row.remaining.count - shown.count
    return ["\(row.remaining.count) of \(tried):"] + names
      + (more > 0 ? ["and \(Units.count(more)) more"] : [])
  }

  private func sentence(_ unfit: (name: String, workload: String)) -> String {
    "\(unfit.name) breaks under the traffic of \(unfit.workload)."
  }

  var markdown: String {
    guard !rows.isEmpty else { return "" }
    var table = TextTable([TableColumn("constraint"), TableColumn("remaining, fastest first")])
    for row in rows {
      let names = row.remaining.map { "\($0.name) \(Units.shortRate($0.perSecond))" }
      table.append([
        Span(row.constraint), Span(names.isEmpty ? "none" : names.joined(separator: ", ")),
      ])
    }
    return "\n" + table.markdown
      + unfit.map { "\n" + MarkdownText.escaped(sentence($0)) + "\n" }.joined()
  }
}
