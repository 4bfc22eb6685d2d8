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
      do throws(Misfit) {
        model = try M(initial: partition.initial)
      } catch {
        throw Undecodable(line: 0, message: error.message)
      }
      let calls = try history.timeline(of: partition.operations, as: M.Data.self)
      do throws(NotApplicable) {
        return .success(try make(model).judge(calls, key: partition.key))
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
    MonitorEntry(CounterModel.self) { CounterMonitor($0.initial) },
    MonitorEntry(SetModel.self) { SetMonitor($0.initial) },
    MonitorEntry(FIFOQueueModel.self) { QueueMonitor($0.initial) },
    MonitorEntry(RegisterModel.self) { RegisterMonitor(initial: $0.initial, swaps: false) },
    MonitorEntry(CASRegisterModel.self) { RegisterMonitor(initial: $0.initial, swaps: true) },
    MonitorEntry(MutexModel.self) { MutexMonitor(isHeld: $0.initial) },
  ]
}
