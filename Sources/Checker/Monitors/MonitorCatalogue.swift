// All monitors, with the models they judge. A new one is its file, its line here, and its
// differential test.

public import History

/// A monitor with its types erased.
public struct MonitorEntry: Sendable {
  /// The engine's name.
  public let name: String
  /// The name of the model it judges.
  public let model: String

  private let decide:
    @Sendable (ModelEntry.Partition, History) throws(Undecodable) -> Result<
      Judgement, NotApplicable
    >

  fileprivate init<M: CatalogueModel, W: Monitor>(
    _: M.Type, _ make: @escaping @Sendable (M) -> W
  ) where W.Data == M.Data {
    name = W.name
    model = M.name
    decide = { (partition: ModelEntry.Partition, history: History) throws(Undecodable) in
      let model: M
      do throws(InvalidValue) {
        model = try M(initial: partition.initial)
      } catch {
        throw Undecodable(line: 0, message: error.message)
      }
      let calls = try history.timeline(
        of: partition.operations, as: M.Data.self, nils: partition.nilReading)
      let monitor = make(model)
      do throws(NotApplicable) {
        var judgement = try monitor.judge(calls, key: partition.key)
        judgement.prefix = history.longestPrefix(of: calls, judgement, by: monitor)
        return .success(judgement)
      } catch {
        return .failure(error)
      }
    }
  }

  /// Judges one object, or says why it can't.
  public func judge(
    _ partition: ModelEntry.Partition, of history: History
  ) throws(Undecodable) -> Result<Judgement, NotApplicable> {
    try decide(partition, history)
  }
}

/// The monitors, in the order in which they are tried.
public enum MonitorCatalogue {
  public static let entries: [MonitorEntry] = [
    MonitorEntry(StockModel.self) { StockMonitor(units: $0.initial) },
    MonitorEntry(CouponModel.self) { CouponMonitor(coupons: $0.coupons) },
    MonitorEntry(BasketModel.self) { BasketMonitor($0) },
    MonitorEntry(OrdersModel.self) { OrdersMonitor(units: $0.initial.left) },
    MonitorEntry(CounterModel.self) { CounterMonitor($0.initial) },
    MonitorEntry(SetModel.self) { SetMonitor($0.initial) },
    MonitorEntry(FIFOQueueModel.self) { QueueMonitor($0.initial) },
    MonitorEntry(RegisterModel.self) { RegisterMonitor(initial: $0.initial, swaps: false) },
    MonitorEntry(CASRegisterModel.self) { RegisterMonitor(initial: $0.initial, swaps: true) },
    MonitorEntry(MutexModel.self) { MutexMonitor(isHeld: $0.initial) },
    MonitorEntry(OwnerMutexModel.self) { OwnerMutexMonitor(heldBy: $0.initial?.owner) },
    MonitorEntry(FencedMutexModel.self) { FencedMutexMonitor(token: $0.initial.token) },
  ]
}

extension History {
  /// Calls that may be looked at to find out how far a history is linearizable.
  private static var mostCalls: Int { 1_000_000 }

  /// How far the calls of a violation are linearizable, as this monitor sees it; nil if it can't
  /// say, or not soon.
  fileprivate func longestPrefix<W: Monitor>(
    of calls: [TimedCall<W.Data>], _ judgement: Judgement, by monitor: W
  ) -> Judgement.Prefix? {
    guard let shown = judgement.counterexample?.operations else { return nil }
    let kept = Set(shown)
    let end = calls.reduce(Int.min) { kept.contains($1.position) ? max($0, $1.end) : $0 }
    // What is kept is a violation when the last of it has its reply.
    var failing = calls.count { !$0.isIndeterminate && $0.end <= end }
    let first = failing
    var explained = 0
    var looks = 0
    while failing - explained > 1, looks + calls.count <= Self.mostCalls {
      looks += calls.count
      // What fails is as a rule that very reply.
      let middle = failing == first ? failing - 1 : (explained + failing) / 2
      let prefix = Checker.prefix(calls, replies: middle)
      guard let part = try? monitor.judge(prefix, key: nil) else { break }
      if part.verdict == .violation { failing = middle } else { explained = middle }
    }
    guard explained > 0 || failing == 1 else { return nil }
    return prefix(of: calls, replies: explained, isLongest: failing - explained == 1)
  }
}
