// The figures of a run, counted while its history is read and without keeping it. They are those
// that `Summary`, `Availability` and `FailureCounts` take from the whole history.

public import History

/// A run's figures.
public struct RunFigures: Sendable, Hashable {
  public var summary: Summary
  /// The longest time of the main phase without an answer; nil where no times were recorded (ns).
  public var longestGap: Int64?
  /// What else is known of the kinds is not known to a history.
  public var failures: FailureCounts

  public init(summary: Summary, longestGap: Int64?, failures: FailureCounts) {
    self.summary = summary
    self.longestGap = longestGap
    self.failures = failures
  }

  /// The figures of a history; the main phase is in nanoseconds on the run's clock, nil: all of it.
  public init(of history: History, mainPhase: Range<Int64>?) {
    self.init(
      summary: Summary(of: history, mainPhase: mainPhase),
      longestGap: Availability.longestGap(in: history, mainPhase: mainPhase),
      failures: FailureCounts(of: history, mainPhase: mainPhase))
  }
}

/// Counts operations and events in the order of their times, as an own history has them.
public struct RunningFigures: Sendable {
  private var all = SummaryCount()
  private var phase = SummaryCount()
  private var gaps = GapCount()
  private var phaseGaps = GapCount()
  private var failures = FailureCount()
  private var phaseFailures = FailureCount()
  /// Of faults.
  private var events: [Event] = []
  /// Of these events; nil: to be made anew.
  private var force: FaultForce?
  /// Times of the events that begin and end the main phase.
  private var bounds: [Int64] = []
  private var latest = Int64.min
  /// Operations over that were called just now, or that failed just now: the main phase may begin or
  /// end, or a fault strike, at that very time.
  private var undecided: [(operation: Operation, position: Int, givenUp: Moment?)] = []

  public init() {}

  public mutating func call(_ operation: Operation) { pass(operation.call.time) }

  /// Counts an operation that is over, by its position in the history; `givenUp` is when its client
  /// gave it up, where it did.
  public mutating func end(_ operation: Operation, at position: Int, givenUp: Moment?) {
    pass((operation.reply ?? givenUp)?.time)
    all.add(operation, at: position)
    if operation.call.time == latest || operation.outcome != .ok {
      undecided.append((operation, position, givenUp))
    } else {
      count(operation, at: position, givenUp: givenUp)
    }
    guard operation.outcome == .ok, let time = operation.reply?.time else { return }
    gaps.answer(at: time)
    // At the bounds themselves an answer makes no gap longer or shorter.
    if bounds.count == 1 { phaseGaps.answer(at: time) }
  }

  public mutating func event(_ event: Event) {
    pass(event.moment.time)
    if event.process == FaultSpan.reporter {
      events.append(event)
      force = nil
    }
    guard event.process == "run", event.function == "main", let time = event.moment.time else {
      return
    }
    bounds.append(time)
    if bounds.count <= 2 { phaseGaps.answer(at: time) }
  }

  /// From the run's own events; nil for a run that was killed before they were written.
  public var mainPhase: Range<Int64>? {
    bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]..<bounds[1] : nil
  }

  /// The figures of everything counted so far.
  public var figures: RunFigures {
    var decided = self
    decided.decide()
    guard let mainPhase else {
      return RunFigures(
        summary: all.summary(over: nil), longestGap: gaps.longest,
        failures: decided.failures.counts)
    }
    return RunFigures(
      summary: decided.phase.summary(over: mainPhase), longestGap: phaseGaps.longest,
      failures: decided.phaseFailures.counts)
  }

  private mutating func pass(_ time: Int64?) {
    guard let time, time > latest else { return }
    decide()
    latest = time
  }

  private mutating func decide() {
    for (operation, position, givenUp) in undecided {
      count(operation, at: position, givenUp: givenUp)
    }
    undecided.removeAll(keepingCapacity: true)
  }

  /// A fault in force when the operation ended is known, though not its end, which comes later and so
  /// is no matter.
  private mutating func count(_ operation: Operation, at position: Int, givenUp: Moment?) {
    let force = self.force ?? FaultForce(of: events)
    self.force = force
    let end = (operation.reply ?? givenUp)?.time
    failures.add(operation, until: end, force)
    guard let begin = bounds.first, let called = operation.call.time, called >= begin,
      bounds.count < 2 || called < bounds[1]
    else { return }
    phase.add(operation, at: position)
    phaseFailures.add(operation, until: end, force)
  }
}

/// The longest time between answers, in the order of their times.
struct GapCount: Sendable {
  private var last: Int64?
  /// Nil without an answer (ns).
  private(set) var longest: Int64?

  mutating func answer(at time: Int64) {
    longest = max(longest ?? 0, last.map { time - $0 } ?? 0)
    last = time
  }
}
