// How long locks were held, compared with their leases: a guide for choosing a lease.
// A hold counts from when the lock was asked for, since its lease does.

public import Checker
import History

/// The holds of all locks of a run.
public struct HoldFigures: Sendable, Hashable {
  /// How long they lasted, to the release (ns).
  public var time: Latency
  /// The shortest lease that was given (ns); nil where locks have none.
  public var lease: Int64?
  /// Holds that went on when their lease had ended.
  public var outlasted: Int
  /// Holds whose lease was renewed.
  public var renewed: Int

  public init(time: Latency, lease: Int64?, outlasted: Int = 0, renewed: Int = 0) {
    self.time = time
    self.lease = lease
    self.outlasted = outlasted
    self.renewed = renewed
  }

  /// Nil where no lock was granted.
  public init?(_ locks: LockLog) {
    let times = locks.holds.lazy.map { max(0, $0.until - min($0.from, $0.asked ?? $0.from)) }
    guard let time = Latency(of: times) else { return nil }
    self.init(
      time: time, lease: locks.holds.compactMap(\.leaseLength).min()?.inNanoseconds,
      outlasted: locks.holds.count { $0.lease.map { [until = $0.until] in $0 < until } ?? false },
      renewed: locks.holds.count(where: \.isRenewed))
  }

  /// How many times the longest hold fits into the lease; nil without a lease.
  public var room: Double? {
    lease.flatMap { time.max > 0 ? Double($0) / Double(time.max) : nil }
  }

  /// One sentence, without a full stop: `p50 4.1ms, p99 1.90s, max 2.00s; lease 10.0s: room 5.0×`.
  var sentence: String {
    let quantiles = [("p50", time.p50), ("p99", time.p99), ("max", time.max)]
      .map { "\($0) \(Units.compactDuration($1))" }.joined(separator: ", ")
    guard let lease else { return quantiles + "; no lease" }
    var text = quantiles + "; lease " + Units.compactDuration(lease)
    if outlasted > 0 {
      text += ": \(Units.counted(outlasted, "hold")) went on after it had ended"
    } else if renewed > 0 {
      text += ", renewed in \(Units.counted(renewed, "hold"))"
    } else if let room {
      text += ": room \(Self.factor(room))"
    }
    return text
  }

  private static func factor(_ room: Double) -> String {
    if room >= 1000 { return "over 1 000×" }
    let tenths = Int((room * 10).rounded(.down))
    return room >= 10 ? "\(tenths / 10)×" : "\(tenths / 10).\(tenths % 10)×"
  }
}

extension Finding {
  /// How long locks were held, and what room their leases left.
  public init(_ holds: HoldFigures) {
    self.init(title: "lock holds", sentence: holds.sentence, isViolation: false)
  }
}
