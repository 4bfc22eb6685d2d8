// Rest is never seen while a program is at work, whatever it does; and a look that is less thorough than
// ours is caught seeing it.

import Foundation
import Testing

@testable import Drivers

@Suite("Processes at rest", .serialized)
struct RestTests {
  /// SOLDOUT_REST_PIECES: how many pieces of work of each kind.
  private static let pieces =
    ProcessInfo.processInfo.environment["SOLDOUT_REST_PIECES"].flatMap { Int($0) } ?? 25

  private func count(
    _ kinds: [String], pieces: Int, _ thoroughness: ProcessTrees.Thoroughness = .init()
  ) throws -> RestCount {
    let mark = try ProcessMark()
    defer { mark.endAll() }
    let victim = try Victim(mark)
    let trees = ProcessTrees(thoroughness)
    trees.watch(victim.pid)
    var count = RestCount()
    #expect(victim.rests(seenBy: trees))
    for _ in 0..<pieces {
      for kind in kinds { try victim.work(kind, seenBy: trees, &count) }
    }
    return count
  }

  @Test("this system tells")
  func refusal() { #expect(ProcessTrees.refusal == nil) }

  @Test("rest is seen when the work is done, and never before", arguments: Victim.kinds)
  func noFalseRest(_ kind: String) throws {
    let count = try count([kind], pieces: Self.pieces)
    print("\(kind): \(count)")
    #expect(count.falseRests == 0 && count.neverAtRest == 0, "\(kind): \(count)")
  }
}
