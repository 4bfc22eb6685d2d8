// Programs that no walk can be complete for, and what is said of each: state in their own memory, calls that never
// end. Each costs seconds, not minutes.

import Checker
import Explorer
import Foundation
import Testing

@testable import Drivers
@testable import Harness

@Suite("A program that can't be walked", .serialized)
struct ObstacleTests {
  /// What an exploration is refused with; nil: it is not.
  private func refusal(
    _ way: String, calls: String = "t/t"
  ) throws -> String? {
    do {
      _ = try ExploredShop.onRedis(way, calls: calls).findings()
      return nil
    } catch ExplorationFailure.program(let sentence) {
      return sentence
    }
  }

  @Test("one that sells from its own memory is told from its first calls", .enabled(if: isThere))
  func local() throws {
    let sentence = try #require(try refusal("local"))
    #expect(sentence.contains("keeps state between calls"), "\(sentence)")
    #expect(sentence.contains("client 1's \"take: ok, 1 left\" once"), "\(sentence)")
  }

  @Test("one that remembers something of another schedule answers otherwise", .enabled(if: isThere))
  func flag() throws {
    let shop = try ExploredShop.onRedis("flag", calls: "t,t/t", stock: 1)
    do {
      let findings = try shop.findings()
      #expect(findings.differing > 0 || findings.unasked > 0)
      #expect(findings.verdict != .linearizable)
    } catch ExplorationFailure.program(let sentence) {
      #expect(sentence.contains("deterministic") || sentence.contains("state"), "\(sentence)")
    }
  }

  @Test("calls that are answered without a command are counted", .enabled(if: isThere))
  func constant() throws {
    let findings = try ExploredShop.onRedis("constant").findings()
    #expect(findings.unasked == 2 * findings.schedules && findings.schedules > 0)
    // Both are told that one is left.
    #expect(findings.verdict == .violation)
    // Nothing is there, as it says; but it would say so of any stock.
    let nothing = try ExploredShop.onRedis("nothing", calls: "t", stock: 0).findings()
    #expect(nothing.unasked == 1 && nothing.violations == 0 && nothing.verdict == .unknown)
  }

  @Test(
    "a call that never ends is named within the time that anything may take", .enabled(if: isThere))
  func hangs() throws {
    let sentence = try #require(try refusal("hangs"))
    #expect(sentence.contains("a call of client 1 was not answered within 15 s"), "\(sentence)")
    #expect(sentence.contains("waits in"), "\(sentence)")
  }

  @Test(
    "the end of the time given ends the schedule under way, and loses none",
    .enabled(if: isThere))
  func outOfTime() throws {
    try ExploredShop.onRedis("slow", calls: "t").explore { exploration in
      var short = exploration
      short.budget.seconds = 0.2
      let (found, rest) = try short.carryOut()
      #expect(found.schedules == 0 && !found.isComplete)
      let (whole, _) = try exploration.carryOut(from: rest)
      #expect(whole.schedules == 1 && whole.isComplete)
    }
  }

  private static var isThere: Bool { ClientLibrary.redis[1].isThere }
}
