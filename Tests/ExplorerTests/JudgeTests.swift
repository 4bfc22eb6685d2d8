// The judge of schedules: its verdict, and reasons in the words of the step table.

import Checker
import History
import Testing

@testable import Explorer
@testable import Harness

@Suite("The judge of schedules")
struct JudgeTests {
  /// Two clients take one each of two, one after the other; the second is told so many are left.
  private static func schedule(told second: Int, left: Int) -> Schedule {
    var schedule = Schedule()
    schedule.transitions = [Transition.step(.client(0)), Transition.step(.client(1))]
    schedule.calls = [(0, 1), (1, second)].map { client, units in
      Call(
        client: client, process: client, call: .take(1), outcome: .ok, reply: .left(units),
        began: client + 1, ended: client + 1)
    }
    schedule.left = left
    return schedule
  }

  @Test("knows what can be", arguments: [(0, 0, true), (1, 0, false), (0, 1, false)])
  func verdict(told second: Int, left: Int, isFine: Bool) throws {
    let type = try #require(Catalogue.strategy(named: "redis-get-set"))
    let configuration = Configuration(type, script: [[.take(1)], [.take(1)]])
    var judge = Judge(configuration)
    let finding = try judge.judge(Self.schedule(told: second, left: left))
    #expect(finding.verdict == (isFine ? .linearizable : .violation))
    let reasons = finding.reasons.joined(separator: " ")
    #expect(reasons.firstMatch(of: /\bp\d/) == nil, "\(reasons)")
    if second == 1 { #expect(reasons.contains("client 2 was told 1"), "\(reasons)") }
    if left == 1 { #expect(reasons.contains("the last reader"), "\(reasons)") }
  }

  @Test("names the clients of each schedule, though its history was judged before")
  func brokenBy() throws {
    let type = try #require(Catalogue.strategy(named: "redis-get-set"))
    var configuration = Configuration(type, script: [[.take(1)], [.take(1)]])
    configuration.guarantees = [.stock, .exclusion]
    var judge = Judge(configuration)
    for (first, second) in [(0, 1), (1, 0)] {
      var schedule = Self.schedule(told: 0, left: 0)
      let notes = [
        ("granted", first), ("granted", second), ("released", first), ("released", second),
      ]
      schedule.locks = notes.enumerated().map { place, note in
        (LockNote(what: note.0, process: note.1, item: "item-0", values: [:]), Int64(place))
      }
      let finding = try judge.judge(schedule)
      #expect(finding.verdict == .violation)
      #expect(
        finding.reasons == [
          "client \(first + 1) still held the lock when client \(second + 1) got it"
        ])
    }
  }

  @Test("a schedule that was cut off leaves the verdict open")
  func cut() {
    var findings = Findings()
    (findings.schedules, findings.isComplete) = (3, true)
    #expect(findings.verdict == .linearizable)
    findings.cut = 1
    #expect(findings.verdict == .unknown)
  }
}
