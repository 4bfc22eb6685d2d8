// Made-up histories are what they claim to be: small ones by brute force, larger ones by every
// engine, and all of them well-formed enough to be written and read.

import Checker
import History
import Support
import Testing

@testable import Lab

/// Every object with every defect it knows.
private let cases = SyntheticHistory.Object.allCases.flatMap { object in
  SyntheticHistory.defects(of: object).map { (object, $0) }
}

@Suite struct SyntheticHistoryTests {
  private func truth<M: CatalogueModel>(_ history: History, _: M.Type) throws -> Verdict {
    let initial = history.header.initial[.null] ?? .null
    let calls = try history.timeline(of: Array(history.operations.indices), as: M.Data.self)
    return isLinearizable(calls, model: try M(initial: initial)) ? .linearizable : .violation
  }

  private func truth(_ history: History) throws -> Verdict {
    switch history.header.model {
    case "stock": try truth(history, StockModel.self)
    case "coupon": try truth(history, CouponModel.self)
    case "basket": try truth(history, BasketModel.self)
    case "counter": try truth(history, CounterModel.self)
    case "set": try truth(history, SetModel.self)
    case "fifo-queue": try truth(history, FIFOQueueModel.self)
    case "register": try truth(history, RegisterModel.self)
    default: try truth(history, CASRegisterModel.self)
    }
  }

  @Test(arguments: cases)
  func `small ones are judged as promised by brute force`(
    _ object: SyntheticHistory.Object, _ defect: SyntheticHistory.Defect
  ) throws {
    for seed in 0..<40 as Range<UInt64> {
      let shape = SyntheticHistory(
        object, clients: 1 + Int(seed % 4), operations: 4 + Int(seed % 4), reads: 0.3,
        indeterminate: 0.2, defect: defect, seed: seed)
      #expect(try truth(try shape.history()) == shape.verdict, "seed \(seed)")
    }
  }

  @Test(arguments: cases)
  func `larger ones are judged as promised by every engine`(
    _ object: SyntheticHistory.Object, _ defect: SyntheticHistory.Defect
  ) async throws {
    let model = try #require(ModelCatalogue[object.rawValue])
    for seed in 0..<4 as Range<UInt64> {
      let shape = SyntheticHistory(
        object, clients: 3, operations: 60, reads: 0.4, indeterminate: 0.03, defect: defect,
        seed: seed)
      for engine in [EngineChoice.auto, .named("search")] {
        let check = Check(try shape.history(), model: model, engine: engine)
        let verdict = try await check.judgements().verdict
        #expect(verdict == shape.verdict, "seed \(seed), \(engine)")
      }
    }
  }

  @Test(arguments: SyntheticHistory.Object.allCases)
  func `they have the shape asked for and survive being written and read`(
    _ object: SyntheticHistory.Object
  ) throws {
    let shape = SyntheticHistory(
      object, clients: 5, operations: 2_000, reads: 0.25, indeterminate: 0.1, seed: 7)
    let history = try shape.history()
    let read = try HistoryFormat.read(history.jsonLines()).history
    #expect(read.operations == history.operations)
    #expect(read.header.initial == history.header.initial)
    #expect(read.givenUp == history.givenUp)
    #expect(history.operations.count == 2_000)
    #expect((150...250).contains(history.operations.count { $0.outcome == .info }))
    let reading: Set = ["read", "contains", "dequeue", "look"]
    #expect((420...580).contains(history.operations.count { reading.contains($0.function) }))
    #expect(try shape.history().operations == history.operations, "the seed decides everything")
    var other = shape
    other.seed = 8
    #expect(try other.history().operations != history.operations)
  }

  @Test func `a defect that means nothing for an object is refused`() {
    let shape = SyntheticHistory(.counter, operations: 10, defect: .oversell)
    #expect(
      throws: InvalidValue("counter knows no defect oversell; it knows none, stale and ghost")
    ) {
      try shape.history()
    }
  }
}
