// The live line of a run, on a terminal only; a pipe gets none of it.

import Drivers
import Foundation
import Harness
import Report
import Synchronization

final class Screen: Sendable {
  private let isLive: Bool
  private let last = Mutex<(operations: Int, nanoseconds: Int64)>((0, 0))

  private let options: ScreenOptions

  init(isQuiet: Bool, _ options: ScreenOptions) {
    isLive = !isQuiet && Terminal.isInteractive
    self.options = options
  }

  func begin(_ strategy: String) {
    last.withLock { $0 = (0, 0) }
    draw(strategy)
  }

  func show(_ progress: RunProgress, of extent: Extent) {
    guard isLive else { return }
    let elapsed = progress.elapsed.inNanoseconds
    let operations = progress.tally.operations
    let rate = last.withLock { last in
      defer { last = (operations, elapsed) }
      let passed = Double(elapsed - last.nanoseconds) / 1e9
      return passed > 0 ? Double(operations - last.operations) / passed : 0
    }
    let done =
      switch extent {
      case .operations(let count): Double(operations) / Double(count)
      case .duration(let duration): Double(elapsed) / Double(duration.inNanoseconds)
      }
    let line = ProgressLine(
      elapsed: elapsed, done: done,
      outcomes: Outcomes(
        ok: progress.tally.ok, soldOut: progress.tally.soldOut, fail: progress.tally.fail,
        indeterminate: progress.tally.info),
      perSecond: rate)
    draw(line.text(options.style(of: STDERR_FILENO)))
  }

  func end() { draw("") }

  /// Replaces the line: carriage return, erase to its end (ECMA-48 EL).
  private func draw(_ text: String) {
    guard isLive else { return }
    FileHandle.standardError.write(Data("\r\u{1b}[K\(text)".utf8))
  }
}
