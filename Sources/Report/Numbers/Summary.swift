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
    let operations = history.operations.filter { operation in
      guard let mainPhase else { return true }
      return operation.call.time.map(mainPhase.contains) ?? false
    }
    var outcomes = Outcomes()
    var order: [String] = []
    var byFunction: [String: (outcomes: Outcomes, latencies: [Int64])] = [:]
    for operation in operations {
      outcomes.count(operation)
      if byFunction[operation.function] == nil { order.append(operation.function) }
      byFunction[operation.function, default: (Outcomes(), [])].outcomes.count(operation)
      if operation.outcome == .ok, let latency = operation.latency {
        byFunction[operation.function]?.latencies.append(latency)
      }
    }
    self.outcomes = outcomes
    functions = order.compactMap { name in
      byFunction[name].map {
        Function(name: name, outcomes: $0.outcomes, latency: Latency(of: $0.latencies))
      }
    }
    latency = Latency(of: order.lazy.flatMap { byFunction[$0]?.latencies ?? [] })
    failureLatency = Latency(
      of: operations.lazy.filter { $0.outcome == .fail }.compactMap(\.latency))
    span = mainPhase.map { $0.upperBound - $0.lowerBound } ?? Self.span(of: operations)
  }

  private static func span(of operations: [Operation]) -> Int64 {
    var first = Int64.max
    var last = Int64.min
    for operation in operations {
      for time in [operation.call.time, operation.reply?.time].compactMap(\.self) {
        first = min(first, time)
        last = max(last, time)
      }
    }
    let (span, overflow) = last.subtractingReportingOverflow(first)
    return first > last || overflow ? 0 : span
  }

  /// Operations called per second; nil when the span is not known.
  public var callsPerSecond: Double? { Units.perSecond(outcomes.total, in: span) }

  /// Operations answered per second: a strategy that refuses fast has not served fast.
  public var answersPerSecond: Double? { Units.perSecond(outcomes.answered, in: span) }
}
