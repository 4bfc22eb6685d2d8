// What a schedule shows against a strategy beside the answers to its calls: two holders of one lock, a
// waiter who was passed by, stores that differ from what was sold. The same rules as for runs, by
// the checker; here every moment is a step.

import Checker
import Harness
import History

extension Schedule {
  /// Why one of the promises is broken, in a sentence; nil: none is.
  func brokenGuarantee(of configuration: Configuration) throws(Undecodable) -> String? {
    if configuration.guarantees.contains(.stock), let broken = try brokenSum(of: configuration) {
      return broken
    }
    let guarantees = configuration.guarantees
    guard !locks.isEmpty, !guarantees.isSubset(of: .stock) else { return nil }
    let log = LockLog(of: lockHistory)
    var overlaps: [LockOverlap] = []
    if guarantees.contains(.exclusion) { overlaps += log.overlaps }
    if guarantees.contains(.validExclusion) { overlaps += log.validOverlaps }
    let clients = configuration.clients
    if let overlap = overlaps.first {
      return "client \(overlap.first.process % clients + 1) still held the lock when client "
        + "\(overlap.second.process % clients + 1) got it"
    }
    guard guarantees.contains(.order) else { return nil }
    for (_, line) in log.waits.sorted(by: { $0.key < $1.key }) {
      guard let worst = Overtakes(of: line).worst else { continue }
      return "client \(line[worst].process % clients + 1) waited for the lock, and one that asked "
        + "later got it first"
    }
    return nil
  }

  /// What the locks did, as the events of a history.
  private var lockHistory: History {
    let events = locks.enumerated().map { position, entry in
      Event(
        process: "lock", function: entry.note.what, key: .string(entry.note.item),
        value: .map(
          [Value.Entry(.string("process"), .int(entry.note.process))]
            + entry.note.values.sorted { $0.key < $1.key }
            .map { Value.Entry(.string($0.key), .int(Int($0.value))) }),
        moment: Moment(rank: position, index: position, time: entry.stamp))
    }
    return History(operations: [], events: events)
  }

  /// What the stores held at the end, against what was sold.
  private func brokenSum(of configuration: Configuration) throws(Undecodable) -> String? {
    guard let holdings, configuration.card.datatype == .stock else { return nil }
    let item = StockTruth.Item(
      key: .string("item-0"), initial: configuration.stock, final: holdings.left,
      ordered: holdings.ordered)
    return try StockInvariants.findings(
      in: history(of: configuration), against: StockTruth(items: [item])
    ).first?.sentence
  }
}
