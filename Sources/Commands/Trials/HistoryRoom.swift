// Whether there is room for what a run writes: said before it if that can be known, else as soon as
// its rate is.

import Drivers
import Foundation
import Harness
import History
import Report
import Synchronization

/// The room for one run's history.
final class HistoryRoom: Sendable {
  private let workload: Workload
  /// Where the history is written.
  private let folder: String
  private let tell: @Sendable (String) -> Void
  private let isTold = Mutex(false)

  /// `tell` says something to people that stays.
  init(
    for workload: Workload, in folder: String, tell: @escaping @Sendable (String) -> Void
  ) {
    self.workload = workload
    self.folder = folder
    self.tell = tell
  }

  /// Bytes that may still be written there; nil where that can't be told.
  private var free: Int? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
  }

  /// Says what a run of this many operations will write.
  ///
  /// - Throws: a `CLIError` where there certainly is no room for it.
  func prepare() throws {
    guard case .operations(let count) = workload.extent else { return }
    let forecast = HistoryForecast(operations: count)
    if let free, let lack = forecast.lack(of: free, in: folder) {
      throw CLIError(lack, .inputOutput)
    }
    if forecast.isLarge { tell(forecast.sentence) }
  }

  /// Tells it once the run's rate is known, of a run that goes by time, and whether the room suffices.
  func note(_ progress: RunProgress) {
    guard progress.elapsed >= .seconds(1), !isTold.withLock({ $0 }),
      let forecast = forecast(progress)
    else { return }
    isTold.withLock { $0 = true }
    if let free, let lack = forecast.lack(of: free + written, in: folder) {
      tell("there will be no room: \(lack)")
    } else if forecast.isLarge, case .duration = workload.extent {
      tell(forecast.sentence)
    }
  }

  private var written: Int {
    let file = try? FileManager.default.attributesOfItem(atPath: "\(folder)/history.jsonl")
    return (file?[.size] as? NSNumber)?.intValue ?? 0
  }

  private func forecast(_ progress: RunProgress) -> HistoryForecast? {
    let share =
      switch workload.extent {
      case .operations(let count): Double(progress.tally.operations) / Double(count)
      case .duration(let time):
        Double(progress.elapsed.inNanoseconds) / Double(time.inNanoseconds)
      }
    return HistoryForecast(
      operations: progress.tally.operations, bytes: written, share: share)
  }
}
