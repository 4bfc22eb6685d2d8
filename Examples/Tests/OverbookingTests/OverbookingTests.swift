// The whole of it in a test: run the strategy on a real server, judge the history by the model.

import Checker
import Harness
import Overbooking
import Testing

@Test func `overbooking sells five seats too many, and not one more`() async throws {
  let sale = Workload(name: "flight", clients: 8, stock: 100, extent: .operations(500))
  let history = try await sale.record(OverbookedSale.self)

  let overbooked = try await Check(history, model: ModelEntry(OverbookedStock.self)).judgements()
  #expect(overbooked.verdict == .linearizable, "\(overbooked)")

  // As an ordinary stock it is oversold, and the checker says so.
  let ordinary = try await Check(history, model: ModelEntry(StockModel.self)).judgements()
  #expect(ordinary.verdict == .violation)
}
