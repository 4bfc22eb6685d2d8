// What a run measured, in numbers: outcomes, throughput and latency of its main phase.

public import History

/// The figures of one history, counted once.
public struct Summary: Sendable, Hashable {
  /// What one function did.
  public struct Function: Sendable, Hashable {
    public var name: String
    public var outcomes: Outcomes
    /// Of the operations that were answered; nil when none was, or no times were recorded.
    public var latency: Latency?

    public init(name: String, outcomes: Outcomes, latency: Latency?) {
      self.name = name
      self.outcomes = outcomes
      self.latency = latency
    }
  }

  public var outcomes: Outcomes
  /// By function, in the order of their first call.
  public var functions: [Function]
  /// Of all operations that were answered.
  public var latency: Latency?
  /// Of the operations that failed: how long it took to be refused.
  public var failureLatency: Latency?
  /// Length of the main phase in nanoseconds; 0 when not known.
  public var span: Int64

  public init(
    outcomes: Outcomes, functions: [Function], latency: Latency?, failureLatency: Latency? = nil,
    span: Int64
  ) {
    self.outcomes = outcomes
    self.functions = functions
    self.latency = latency
    self.failureLatency = failureLatency
    self.span = span
  }

  /// Counts the operations called within the main phase; without one, all of them, over the time
  /// from the first call to the last call or reply. Times are nanoseconds on the run's clock.
  public init(of history: History, mainPhase: Range<Int64>? = nil) {
    var count = SummaryCount()
    for (position, operation) in history.operations.enumerated()
    where mainPhase.map({ operation.isCalled(within: $0) }) ?? true {
      count.add(operation, at: position)
    }
    self = count.summary(over: mainPhase)
  }

  /// Operations called per second; nil when the span is not known.
  public var callsPerSecond: Double? { Units.perSecond(outcomes.total, in: span) }

  /// Operations answered per second: a strategy that refuses fast has not served fast.
  public var answersPerSecond: Double? { Units.perSecond(outcomes.answered, in: span) }
}

/// Figures counted operation by operation, in any order; what they take doesn't grow with the number
/// of operations.
struct SummaryCount: Sendable {
  private struct Function {
    let name: String
    /// Position of its first call.
    var first: Int
    var outcomes = Outcomes()
    var latencies = LatencyCount()
  }

  private var outcomes = Outcomes()
  private var functions: [Function] = []
  private var latencies = LatencyCount()
  private var failures = LatencyCount()
  private var firstTime = Int64.max
  private var lastTime = Int64.min

  /// Counts an operation that is over, by its position in the history.
  mutating func add(_ operation: Operation, at position: Int) {
    // A history has few functions.
    let place = functions.firstIndex { $0.name == operation.function } ?? functions.count
    if place == functions.count {
      functions.append(Function(name: operation.function, first: position))
    }
    functions[place].first = min(functions[place].first, position)
    functions[place].outcomes.count(operation)
    outcomes.count(operation)
    if operation.outcome != .info, let latency = operation.latency {
      if operation.outcome == .ok {
        functions[place].latencies.add(latency)
        latencies.add(latency)
      } else {
        failures.add(latency)
      }
    }
    for case let time? in [operation.call.time, operation.reply?.time] {
      firstTime = min(firstTime, time)
      lastTime = max(lastTime, time)
    }
  }

  /// The figures, over a span or, without one, from the first call to the last call or reply.
  func summary(over phase: Range<Int64>?) -> Summary {
    Summary(
      outcomes: outcomes,
      functions: functions.sorted { $0.first < $1.first }.map {
        Summary.Function(name: $0.name, outcomes: $0.outcomes, latency: $0.latencies.latency)
      },
      latency: latencies.latency, failureLatency: failures.latency,
      span: phase.map { $0.upperBound - $0.lowerBound } ?? span)
  }

  private var span: Int64 {
    let (span, overflow) = lastTime.subtractingReportingOverflow(firstTime)
    return firstTime > lastTime || overflow ? 0 : span
  }
}

extension Operation {
  func isCalled(within phase: Range<Int64>) -> Bool { call.time.map(phase.contains) ?? false }
}
