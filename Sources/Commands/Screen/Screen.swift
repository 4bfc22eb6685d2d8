// Progress while runs go on, on standard error, so that standard output is the report alone: the
// live line, on a terminal only, and a line for each run that is over.

import Drivers
import Foundation
package import Harness
import History
import Report
import Synchronization

package final class Screen: Sendable {
  /// What was drawn last, to tell rates and new strikes of faults.
  private struct Last {
    /// How much was done when, for a second back: one moment alone would make rates jump.
    var samples: [(nanoseconds: Int64, operations: Int)] = []
    var faults = 0
    var struck: [Double] = []
    /// Per cent of the history that were read.
    var judged = -1

    /// Operations per second, of late.
    mutating func rate(_ operations: Int, at nanoseconds: Int64) -> Double {
      samples.append((nanoseconds, operations))
      samples.removeAll { $0.nanoseconds < nanoseconds - 1_000_000_000 }
      let first = samples.count > 1 ? samples[0] : (nanoseconds: 0, operations: 0)
      let passed = Double(nanoseconds - first.nanoseconds) / 1e9
      return passed > 0 ? Double(operations - first.operations) / passed : 0
    }
  }

  private let isLive: Bool
  private let isQuiet: Bool
  private let options: ScreenOptions
  private let last = Mutex(Last())

  package init(isQuiet: Bool, _ options: ScreenOptions) {
    isLive = !isQuiet && Terminal.isInteractive
    self.isQuiet = isQuiet
    self.options = options
  }

  /// Says something that stays.
  package func tell(_ text: String) {
    if isQuiet { return }
    Terminal.remark(text)
  }

  package func begin(_ strategy: String) {
    last.withLock { $0 = Last() }
    draw(strategy)
  }

  /// Draws how far judging is, by the share of the history that was read.
  package func judge(_ name: String, share: Double) {
    let percent = Int(share * 100)
    let isNew = last.withLock { last in
      defer { last.judged = percent }
      return last.judged != percent
    }
    if isNew { draw("\(name): judging, \(percent) % read") }
  }

  /// Draws how far a run of a workload is.
  package func show(_ progress: RunProgress, of workload: Workload) {
    guard isLive else { return }
    let elapsed = progress.elapsed.inNanoseconds
    let operations = progress.tally.operations
    let done =
      switch workload.extent {
      case .operations(let count): Double(operations) / Double(count)
      case .duration(let duration): Double(elapsed) / Double(duration.inNanoseconds)
      }
    let (rate, struck) = last.withLock { last in
      let rate = last.rate(operations, at: elapsed)
      if progress.tally.faults > last.faults { last.struck.append(done) }
      last.faults = progress.tally.faults
      return (rate, last.struck)
    }
    let names = workload.faults.map(\.name).joined(separator: ", ")
    let line = ProgressLine(
      elapsed: elapsed, done: done,
      outcomes: Outcomes(
        ok: progress.tally.ok, soldOut: progress.tally.soldOut, fail: progress.tally.fail,
        indeterminate: progress.tally.info),
      perSecond: rate,
      faults: names.isEmpty
        ? [] : [RunFacts.FaultCount(name: names, fired: progress.tally.faults)], struck: struck)
    draw(line.text(options.style(of: STDERR_FILENO)))
  }

  package func end() { draw("") }

  private func draw(_ text: String) {
    if isLive { Terminal.draw(text) }
  }
}
