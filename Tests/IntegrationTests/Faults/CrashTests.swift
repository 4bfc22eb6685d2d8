// A client of soldout's own that dies at a step: its call is indeterminate, another goes on under a new number,
// and what it had done half way stays.

import Drivers
import History
import Testing

@testable import Harness

@Suite("A client that dies", .serialized)
struct CrashTests {
  private func trial(_ type: any Strategy.Type, _ fault: String, stock: Int) throws -> FaultTrial {
    try FaultTrial(
      Workload(
        name: "crash", strategies: [type.card.name], clients: 4, items: 1, stock: stock,
        extent: .duration(.milliseconds(600)), faults: [try FaultSpec(text: fault)]), type)
  }

  @Test(
    "is heard of no more, and its call is indeterminate",
    arguments: ["", "after=SET,", "before=SET,"])
  func silent(_ place: String) throws {
    let trial = try trial(
      RedisGetSet.self, "crash:\(place)first=20ms,every=30ms", stock: 1_000_000)
    let crashed = trial.history.operations.filter { $0.error == "crashed" }
    #expect(!crashed.isEmpty && crashed.count == trial.spans.count)
    for operation in crashed {
      #expect(operation.outcome == .info)
      let later = trial.history.operations.filter {
        $0.process == operation.process && $0.call.rank > operation.call.rank
      }
      #expect(later.isEmpty, "p\(operation.process) went on")
    }
  }

  @Test("leaves undone what it would have put back; before its step it has done nothing")
  func undone() throws {
    let after = try trial(RedisDecr.self, "crash:after=DECR,first=20ms,every=10ms", stock: 3)
    #expect(try #require(after.result.remaining.first) < 0)
    let before = try trial(RedisDecr.self, "crash:before=DECR,first=20ms,every=10ms", stock: 3)
    #expect(!before.spans.isEmpty && before.result.remaining == [0])
  }
}
