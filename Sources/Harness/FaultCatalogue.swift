// Every fault, a line each. A test compares this list with the files under Faults/.

/// The faults that can be named in a workload or on the command line.
public enum FaultCatalogue {
  public static let faults: [any Fault.Type] = [
    ClientPause.self,
    SlowTransaction.self,
    LeaseExpiry.self,
    Crash.self,
    ConnectionKill.self,
    ServerPause.self,
    ServerKill.self,
    Partition.self,
    Latency.self,
    ReplyLoss.self,
    Failover.self,
    ClockJump.self,
    ConnectionLimit.self,
  ]

  public static var names: [String] { faults.map { $0.card.name } }

  public static func fault(named name: String) -> (any Fault.Type)? {
    faults.first { $0.card.name == name }
  }
}
