// Commands that say themselves which client they were sent for are all found to be that client's, though one
// instance makes the calls of three, in threads or in one loop, over connections of one pool.

import Foundation
import History
import Testing

@testable import Explorer
@testable import Harness

@Suite("Commands of a shared instance", .serialized)
struct AttributionTests {
  /// Schedules that are tried: a few each time, 1 200 for ten thousand commands.
  private static let schedules =
    Int(ProcessInfo.processInfo.environment["SOLDOUT_TAGGED_SCHEDULES"] ?? "") ?? 30

  @Test("are told apart by causality, whichever goes first", arguments: ServedShop.present)
  func tagged(_ shop: ServedShop) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    // Three commands a call; none waits for another's.
    let orders = (0..<Self.schedules).map { _ in
      [0, 0, 0, 1, 1, 1, 2, 2, 2].shuffled(using: &random)
    }
    let schedules = try shop.explored(.tagged, calls: "t/t/t").explore { exploration in
      try exploration.replay(
        orders.map { order in order.map { NamedTransition(.step(.client($0))) } })
    }
    var commands = 0
    for (order, schedule) in zip(orders, schedules) {
      #expect(schedule.abortReason == nil, "\(order)")
      for step in schedule.steps {
        let client = try #require(step.client)
        #expect(step.text.contains("client-\(client)"), "\(order): \(step.text)")
        commands += 1
      }
    }
    #expect(commands == 9 * Self.schedules)
    print("\(shop.testDescription): \(commands) commands, all of the client that their tag names")
  }
}
