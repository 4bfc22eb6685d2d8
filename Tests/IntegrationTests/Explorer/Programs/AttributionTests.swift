// Commands that say themselves which client they were sent for are all found to be that client's, though one
// threaded instance makes the calls of three, over connections of one pool.

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

  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Programs").path

  private func shop() throws -> ExploredShop {
    try ExploredShop(
      yaml: """
        service:
          command: [python3, \(Self.folder)/tagged_shop.py]
          env: {PYTHONPATH: \(ClientLibrary.cache)/flask-3.1.2}
          servers: [redis]
          ready: GET /health
        prepare:
          - redis: SET {{item}} {{stock}}
        take:
          request: POST /{{item}}/{{client}}/take
          replies:
            - {status: 200, taken: true, left: $.left}
        truth: {redis: "GET {{item}}"}
        """, calls: "t/t/t")
  }

  @Test("are told apart by causality, whichever goes first")
  func tagged() throws {
    let library = "\(ClientLibrary.cache)/flask-3.1.2"
    guard FileManager.default.fileExists(atPath: library) else {
      return print("\(library) isn't there; scripts/client-libraries fetches it")
    }
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    // Three commands a call; none waits for another's.
    let orders = (0..<Self.schedules).map { _ in
      [0, 0, 0, 1, 1, 1, 2, 2, 2].shuffled(using: &random)
    }
    let schedules = try shop().explore { exploration in
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
    print("\(commands) commands, all of the client that their tag names")
  }
}
