// How long things may take in a run: a call, the wait for a lock, its lease. Where these contradict each
// other, such as a client held up past its call's deadline, the workload is refused or the deadline raised.

extension Workload {
  /// The deadline of a workload that states none, and holds no call up for long.
  public static let standardDeadline: Duration = .seconds(5)

  /// How long a lock is waited for where nothing else is said.
  static let standardWait: Duration = .nanoseconds(LockTimeouts().wait)

  /// What a call needs besides its waits.
  private static let work: Duration = .seconds(3)
  /// The longest waits that the standard deadline has room for.
  private static let standardWaits: Duration = .seconds(4)

  /// How long a call waits for its reply before it is given up: as stated, else five seconds, or more where
  /// calls wait longer for a lock, or a fault holds one up so long that a late owner could not go on.
  public var deadline: Duration {
    get {
      if let statedDeadline { return statedDeadline }
      let waits = longestHold + (wait ?? Self.standardWait)
      return waits <= Self.standardWaits ? Self.standardDeadline : waits + Self.work
    }
    set { statedDeadline = newValue }
  }

  /// The longest that a fault holds a call up.
  private var longestHold: Duration {
    faults.reduce(.zero) { max($0, $1.make().hold) }
  }

  /// How locks get their leases, where the workload says.
  var leaseDemand: LeaseDemand? {
    lease.map { LeaseDemand(length: $0, isRenewed: true) }
  }

  /// Faults that set a lease and don't say how long take the workload's.
  public mutating func passLeaseToFaults() {
    guard let lease else { return }
    faults = faults.map { $0.with(lease: lease.words) }
  }

  /// Why its times contradict each other; nil if they don't.
  public var contradiction: FaultRefusal? {
    for fault in faults {
      let hold = fault.make().hold
      if let statedDeadline, hold >= statedDeadline {
        return .unfit(
          "\(fault.name) holds a call up for \(hold.words), but the deadline of "
            + "\(statedDeadline.words) gives it up first; make the deadline longer, or leave it out"
        )
      }
      if let lease, let other = fault.given.first(where: { $0.parameter == "lease" })?.value,
        Duration(text: other) != lease
      {
        return .unfit(
          "the lease is \(lease.words), but \(fault.name) sets \(other); leave one out")
      }
    }
    if let statedDeadline, let wait, wait >= statedDeadline {
      return .unfit(
        "a wait for a lock takes up to \(wait.words), but the deadline of \(statedDeadline.words) gives "
          + "the call up first; make the deadline longer, or leave it out")
    }
    return nil
  }
}

extension FaultSpec {
  /// The same with a lease, if it takes one and says none.
  fileprivate func with(lease: String) -> FaultSpec {
    guard type.card.parameters.contains(where: { $0.name == "lease" }),
      !given.contains(where: { $0.parameter == "lease" })
    else { return self }
    // A lease that the fault doesn't take is reported as a contradiction.
    return (try? FaultSpec(name: name, given: given + [Given("lease", lease)])) ?? self
  }
}

extension Workload {
  /// A share as people write it, `10%`, as a number from 0 to 1.
  public static func share(_ text: some StringProtocol) -> Double? {
    guard text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number)
    else { return nil }
    return number / 100
  }
}
