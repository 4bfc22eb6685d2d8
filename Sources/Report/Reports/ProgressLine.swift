// The one line that changes while a run goes on, as text for one moment. It redraws nothing.

/// Where a run stands.
public struct ProgressLine: Sendable, Hashable {
  /// Nanoseconds since the main phase began.
  public var elapsed: Int64
  /// How much of the run is done, 0 to 1; nil when it has no end of its own.
  public var done: Double?
  public var outcomes: Outcomes
  /// Operations per second, lately.
  public var perSecond: Double
  public var faults: [RunFacts.FaultCount]
  /// How much was done, 0 to 1, whenever a fault struck: marks on the bar.
  public var struck: [Double]

  public init(
    elapsed: Int64, done: Double?, outcomes: Outcomes, perSecond: Double,
    faults: [RunFacts.FaultCount] = [], struck: [Double] = []
  ) {
    self.elapsed = elapsed
    self.done = done
    self.outcomes = outcomes
    self.perSecond = perSecond
    self.faults = faults
    self.struck = struck
  }

  /// The line without a newline. What doesn't fit is left out: long words first, then the total, then
  /// the bar, then the rest from the right.
  public func text(_ style: Style) -> String {
    let (full, short) = (parts(inFull: true), parts(inFull: false))
    let forms = [(20, full), (10, full), (20, short), (10, short), (5, short)]
    for (bar, parts) in forms {
      let line = line(bar: bar, parts: parts)
      if line.columns <= style.width { return line.text(style) }
    }
    var fewer = short
    while fewer.count > 1, line(bar: 0, parts: fewer).columns > style.width { fewer.removeLast() }
    return line(bar: 0, parts: fewer).text(style)
  }

  private func parts(inFull: Bool) -> [Span] {
    var parts = [
      Span("\(Units.rate(perSecond))/s"), Span("ok \(Units.count(outcomes.ok))", .good),
      Span("sold out \(Units.count(outcomes.soldOut))"),
    ]
    if inFull { parts.insert(Span("\(Units.count(outcomes.total)) ops"), at: 0) }
    if outcomes.fail > 0 { parts.append(Span("fail \(Units.count(outcomes.fail))")) }
    if outcomes.indeterminate > 0 {
      let word = inFull ? "indeterminate" : "info"
      parts.append(Span("\(word) \(Units.count(outcomes.indeterminate))", .doubtful))
    }
    let fired = faults.filter { $0.fired > 0 }
    if !fired.isEmpty {
      let counts = fired.map { "\($0.name.printable) \(Units.count($0.fired))×" }
      parts.append(Span((inFull ? "fault: " : "") + counts.joined(separator: ", "), .fault))
    } else if let awaited = faults.first, let done, done > 1 {
      // The run's time is over, and goes on until its fault has struck.
      parts.append(Span("waiting for \(awaited.name.printable)", .fault))
    }
    return parts
  }

  private func cell(_ part: Double, of bar: Int) -> Int {
    Int((min(1, max(0, part.isFinite ? part : 0)) * Double(bar)).rounded(.down))
  }

  private func line(bar: Int, parts: [Span]) -> Line {
    var line = Line(Units.clock(elapsed))
    if bar > 0, let done {
      let filled = cell(done, of: bar)
      let marked = Set(struck.map { min(bar - 1, cell($0, of: bar)) })
      line.append(" ▕")
      for place in 0..<bar {
        if marked.contains(place) {
          line.append("▒", .fault)
        } else {
          line.append(place < filled ? "█" : " ")
        }
      }
      line.append("▏")
    }
    for part in parts {
      line.append("  ")
      line.spans.append(part)
    }
    return line
  }
}
