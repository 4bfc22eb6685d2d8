// How long locks were held, and what room their leases left: what lease to take has an answer.

import Checker
import History
import Support
import Testing

@testable import Report

private let ms: Int64 = 1_000_000

/// Holds of a lock with a lease of 10 s, each as long as given (ms), a minute apart.
private func locks(_ lengths: [Int64], lease: Int64? = 10_000, renewed: Int64? = nil) -> LockLog {
  func note(_ what: String, at time: Int64, _ values: [(String, Int64?)]) -> Event {
    event(
      "lock", what,
      .map(
        [.init(.string("process"), .int(1))]
          + values.compactMap { name, value in
            value.map { Value.Entry(.string(name), .int(Int($0))) }
          }), at: time * 1000, key: .string("item-0"))
  }
  let events = lengths.enumerated().flatMap { number, length in
    let start = Int64(number) * 60_000
    let granted = note(
      "granted", at: start + 1, [("called", start * ms), ("asked", start * ms), ("lease", lease)])
    let renewal = renewed.map {
      note("renewed", at: start + $0, [("asked", (start + $0) * ms), ("lease", lease)])
    }
    return [granted] + [renewal].compactMap(\.self)
      + [note("released", at: start + length, [])]
  }
  return LockLog(of: History(operations: [], events: events))
}

@Suite struct `How long locks were held` {
  @Test func `the longest hold and the lease tell the room`() throws {
    let holds = try #require(HoldFigures(locks([100, 1000, 2000])))
    #expect(holds.lease == 10_000 * ms && holds.outlasted == 0)
    #expect(holds.time.max == 2000 * ms && holds.room == 5)
    #expect(
      holds.sentence == "p50 1.00s, p99 2.00s, max 2.00s; lease 10.0s: room 5.0×",
      "\(holds.sentence)")
  }

  @Test func `holds that went on after their lease are counted instead`() throws {
    let holds = try #require(HoldFigures(locks([100, 11_000])))
    #expect(holds.outlasted == 1)
    #expect(holds.sentence.hasSuffix("lease 10.0s: 1 hold went on after it had ended"))
  }

  @Test func `a lease that was renewed is told as such`() throws {
    let holds = try #require(HoldFigures(locks([11_000], renewed: 5000)))
    #expect(holds.outlasted == 0 && holds.renewed == 1)
    #expect(holds.sentence.hasSuffix("lease 10.0s, renewed in 1 hold"))
  }

  @Test func `a lock without a lease has no room to tell of, and no lock no figures`() throws {
    let holds = try #require(HoldFigures(locks([5], lease: nil)))
    #expect(holds.sentence.hasSuffix("; no lease") && holds.room == nil)
    #expect(HoldFigures(locks([])) == nil)
  }

  @Test func `JSON has them, and whose behaviour is re-implemented`() {
    var run = leaseExpiryRun()
    run.holds = HoldFigures(locks([100, 1000]))
    run.origin = "Re-implemented."
    let text = JSONReport.text(run)
    #expect(text.contains("\"lease_ns\": 10000000000") && text.contains("\"outlasted\": 0"))
    #expect(text.contains("\"origin\": \"Re-implemented.\""))
    #expect(RunReport(run).text(Style(width: 100)).contains("Strategy    Re-implemented."))
  }
}
