// When soldout itself stalled in a run, on a busy machine or after SIGSTOP. Nothing that was
// recorded becomes wrong: a call's interval only grows. But how long things took, and whose lease ran
// out meanwhile, is then due to the machine and not to the servers.

public import History

/// One time in which soldout stood still.
public struct Stall: Sendable, Hashable {
  /// Its end, on the run's clock in ns.
  public var end: Int64
  /// In ns.
  public var length: Int64

  public init(end: Int64, length: Int64) {
    self.end = end
    self.length = length
  }

  /// Those that a run has noted: events `stall` of the process `run`.
  public static func all(in history: History) -> [Stall] {
    history.events.compactMap { event in
      guard event.process == "run", event.function == "stall", let end = event.moment.time,
        case .int(let milliseconds)? = event.value["ms"]
      else { return nil }
      return Stall(end: end, length: Int64(milliseconds) * 1_000_000)
    }
  }
}

extension Finding {
  public init(_ stall: Stall) {
    let start = Units.duration(max(0, stall.end - stall.length))
    self.init(
      title: "stall",
      sentence: "soldout itself stalled for \(Units.duration(stall.length)) at \(start): "
        + "latencies and leases around then are not the servers'", isViolation: false)
  }
}
