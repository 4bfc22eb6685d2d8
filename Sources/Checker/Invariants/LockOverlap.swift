// Two holders of one lock at once. Reported apart from the stock: an overlap need not oversell.

import History

/// The time for which one client surely took itself for the holder of a lock.
///
/// From the moment it was told that it had the lock to the moment it let go, or to its last step
/// under the lock: both on the client's side, so that what is inside is certain.
public struct LockHold: Sendable, Hashable {
  public var lock: String
  public var process: Int
  /// When the grant was known to the client (ns on the run's clock).
  public var from: Int64
  /// When the client let go or last acted under the lock (ns on the same clock), not before `from`.
  public var until: Int64
  /// When the lease ran out (ns on the same clock), where it has one and was not renewed.
  public var lease: Int64?
  /// How long the lease was that it was last given, where it has one.
  public var leaseLength: Duration?
  /// When the lock was asked for by the command that was granted it (ns on the same
  /// clock), where that is known.
  public var asked: Int64?
  /// Whether its lease was renewed.
  public var isRenewed = false
  /// The operation it was held for, as position in `History.operations`.
  public var operation: Int?

  public init(
    lock: String, process: Int, from: Int64, until: Int64, lease: Int64? = nil,
    operation: Int? = nil
  ) {
    self.lock = lock
    self.process = process
    self.from = from
    self.until = max(from, until)
    self.lease = lease
    self.operation = operation
  }
}

/// Two clients that held one lock at the same time.
public struct LockOverlap: Sendable, Hashable {
  /// The one who had it already.
  public var first: LockHold
  public var second: LockHold

  /// How long both held it.
  public var duration: Duration {
    .nanoseconds(min(first.until, second.until) - second.from)
  }

  /// One sentence, without a full stop.
  public var sentence: String {
    let both =
      "p\(first.process) and p\(second.process) held \(first.lock) at once for "
      + milliseconds(duration.inNanoseconds)
    guard let lease = first.lease, lease <= second.from else { return both }
    return both + "; p\(first.process)'s lease had run out "
      + "\(milliseconds(second.from - lease)) before p\(second.process) got it"
  }
}

extension LockOverlap {
  /// The overlaps of holds, by the later grant; each later hold once, with the earlier hold of
  /// another process that lasted longest.
  ///
  /// Holds that only touch don't overlap. A process overlaps itself by reentry, which is its right.
  /// O(n log n).
  public static func overlaps(of holds: [LockHold]) -> [LockOverlap] {
    // Of each lock: the hold that lasts longest, and the one that does among other processes.
    var longest: [String: (LockHold, LockHold?)] = [:]
    var overlaps: [LockOverlap] = []
    for hold in holds.sorted(by: { ($0.from, $0.until) < ($1.from, $1.until) }) {
      guard let (first, second) = longest[hold.lock] else {
        longest[hold.lock] = (hold, nil)
        continue
      }
      if let rival = first.process != hold.process ? first : second, rival.until > hold.from,
        hold.until > hold.from
      {
        overlaps.append(LockOverlap(first: rival, second: hold))
      }
      if hold.until > first.until {
        longest[hold.lock] = (hold, hold.process == first.process ? second : first)
      } else if hold.process != first.process, hold.until > second?.until ?? .min {
        longest[hold.lock] = (first, hold)
      }
    }
    return overlaps
  }
}

/// "412 ms", "0.3 ms".
func milliseconds(_ nanoseconds: Int64) -> String {
  if nanoseconds >= 10_000_000 { return "\(nanoseconds / 1_000_000) ms" }
  return "\(nanoseconds / 1_000_000).\(nanoseconds / 100_000 % 10) ms"
}
