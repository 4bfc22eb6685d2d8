// What is told while runs go on, on standard error, so that standard output is the report alone: the
// live line, on a terminal only, and a line for each run that is over.

import Drivers
import Foundation
import Harness
import Report
import Synchronization

final class Screen: Sendable {
  /// What was drawn last, to tell rates and new strikes of faults.
  private struct Last {
    var operations = 0
    var nanoseconds: Int64 = 0
    var faults = 0
    var struck: [Double] = []
  }

  private let isLive: Bool
  private let isQuiet: Bool
  private let options: ScreenOptions
  private let last = Mutex(Last())

  init(isQuiet: Bool, _ options: ScreenOptions) {
    isLive = !isQuiet && Terminal.isInteractive
    self.isQuiet = isQuiet
    self.options = options
  }

  /// Says something that stays.
  func tell(_ text: String) {
    if isQuiet { return }
    end()
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }

  func begin(_ strategy: String) {
    last.withLock { $0 = Last() }
    draw(strategy)
  }

  /// Draws how far a run is; `faults` is what to call its faults.
  func show(_ progress: RunProgress, of extent: Extent, faults: String = "faults") {
    guard isLive else { return }
    let elapsed = progress.elapsed.inNanoseconds
    let operations = progress.tally.operations
    let done =
      switch extent {
      case .operations(let count): Double(operations) / Double(count)
      case .duration(let duration): Double(elapsed) / Double(duration.inNanoseconds)
      }
    let (rate, struck) = last.withLock { last in
      let passed = Double(elapsed - last.nanoseconds) / 1e9
      let rate = passed > 0 ? Double(operations - last.operations) / passed : 0
      if progress.tally.faults > last.faults { last.struck.append(done) }
      (last.operations, last.nanoseconds) = (operations, elapsed)
      last.faults = progress.tally.faults
      return (rate, last.struck)
    }
    let line = ProgressLine(
      elapsed: elapsed, done: done,
      outcomes: Outcomes(
        ok: progress.tally.ok, soldOut: progress.tally.soldOut, fail: progress.tally.fail,
        indeterminate: progress.tally.info),
      perSecond: rate,
      faults: [RunFacts.FaultCount(name: faults, fired: progress.tally.faults)], struck: struck)
    draw(line.text(options.style(of: STDERR_FILENO)))
  }

  func end() { draw("") }

  /// Replaces the line: carriage return, erase to its end (ECMA-48 EL).
  private func draw(_ text: String) {
    guard isLive else { return }
    FileHandle.standardError.write(Data("\r\u{1b}[K\(text)".utf8))
  }
}
