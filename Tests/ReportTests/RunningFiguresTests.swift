// What is counted while a history is read against what is counted of the whole.

import Checker
import History
import Report
import Support
import Testing

private struct Counts: OperationReceiver {
  var figures = RunningFigures()
  var vacuity = VacuityCount()
  var locks = LockLog()
  var contention = LockContention()
  var stock = StockLedger()
  var accounts = AccountLedger()
  let model: Shop.Model

  mutating func begin(_ header: Header, order: EventOrder) {}

  mutating func call(_ operation: Operation, at position: Int) {
    figures.call(operation)
    vacuity.call(operation, at: position)
    contention.call(operation)
  }

  mutating func end(_ operation: Operation, at position: Int, givenUp: Moment?) {
    figures.end(operation, at: position, givenUp: givenUp)
    vacuity.end(operation, at: position, givenUp: givenUp)
    contention.end(operation, givenUp: givenUp)
    if model == .stock { #expect(throws: Never.self) { try stock.end(operation) } }
    if model == .account { #expect(throws: Never.self) { try accounts.end(operation) } }
  }

  mutating func event(_ event: Event) {
    figures.event(event)
    vacuity.event(event)
    locks.note(event)
    contention.event(event)
  }
}

@Suite struct `Counted while reading` {
  /// A shop's history with so many marks of the main phase, each at the time of some line.
  private static func text(
    _ shop: Shop, marks: Int, _ random: inout SeededGenerator
  ) -> [UInt8] {
    var lines = shop.text(&random).split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
    for place in (0..<marks).map({ _ in 1 + random.below(lines.count) }).sorted(by: >) {
      let before = lines[place - 1].split(separator: "\"time\":").last.map { $0.dropLast() } ?? "0"
      let time = place == 1 ? "0" : before
      lines.insert(
        #"{"process":"run","type":"info","f":"main","time":\#(time)}"#, at: place)
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func counts(_ text: [UInt8], _ model: Shop.Model) throws -> Counts {
    var stream = OperationStream(to: Counts(model: model))
    try stream.read(text)
    return try stream.finish()
  }

  @Test(arguments: Shop.Model.allCases, 0..<80)
  func `figures and reasons are those of the whole`(model: Shop.Model, seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let shop = Shop(model, &random)
    let marks = [0, 1, 2, 2, 2, 3][random.below(6)]
    let text = Self.text(shop, marks: marks, &random)
    let counts = try Self.counts(text, model)
    let history = try HistoryFormat.read(text).history
    let times = history.events.compactMap(\.moment.time)
    let phase = times.count == 2 ? times[0]..<times[1] : nil
    #expect(counts.figures.mainPhase == phase, "\(model), seed \(seed)")
    #expect(
      counts.figures.figures == RunFigures(of: history, mainPhase: phase),
      "\(model), seed \(seed): \(shop)")
    let expectation = Vacuity.Expectation(faults: ["main"], sells: true, sellsOut: true)
    #expect(
      counts.vacuity.reasons(expecting: expectation, isLockContended: nil)
        == Vacuity.reasons(in: history, expecting: expectation), "\(model), seed \(seed)")
  }

  /// What became of random runs with faults and locks, to know that the comparison shows something.
  private struct Seen {
    var failures = 0
    var explained = 0
    var late = 0
    var uncontended = 0
    var contended = 0
    var renewed = 0
  }

  @Test func `failures, late faults and locks are those of the whole`() throws {
    var seen = Seen()
    for seed in 0..<400 {
      var random = SeededGenerator(seed: UInt64(7000 + seed))
      let text = TroubledShop.text(&random)
      let counts = try Self.counts(text, .counter)
      let history = try HistoryFormat.read(text).history
      let marks = history.events.filter { $0.process == "run" }.compactMap(\.moment.time)
      let phase = marks.count == 2 ? marks[0]..<marks[1] : nil
      let whole = FailureCounts(of: history, mainPhase: phase)
      #expect(counts.figures.figures.failures == whole, "seed \(seed)")
      #expect(
        counts.figures.figures == RunFigures(of: history, mainPhase: phase), "seed \(seed)")
      let locks = LockLog(of: history)
      #expect(HoldFigures(counts.locks) == HoldFigures(locks), "seed \(seed)")
      #expect(WaitFigures(counts.locks) == WaitFigures(locks), "seed \(seed)")
      let expectation = Vacuity.Expectation(
        faults: ["latency", "server-kill"], sells: true, isStocked: !random.once(in: 3),
        contends: true)
      let reasons = Vacuity.reasons(in: history, expecting: expectation, locks: locks)
      #expect(
        counts.vacuity.reasons(
          expecting: expectation, isLockContended: counts.contention.isContended) == reasons,
        "seed \(seed)")
      // What overlaps says nothing of whether a lock kept anybody waiting.
      let lone = Vacuity.reasons(in: history, locks: locks).contains(.lockNeverContended)
      seen.failures += whole.kinds.count
      seen.explained += whole.kinds.reduce(0) { $0 + $1.count - $1.unexplained }
      seen.late += reasons.count { if case .faultAfterLastSale = $0 { true } else { false } }
      seen.uncontended += lone ? 1 : 0
      seen.contended += counts.contention.isContended == true ? 1 : 0
      seen.renewed += HoldFigures(locks)?.renewed ?? 0
    }
    #expect(seen.failures > 100 && seen.explained > 100 && seen.late > 10, "\(seen)")
    #expect(seen.uncontended > 10 && seen.contended > 10 && seen.renewed > 10, "\(seen)")
  }

  @Test(arguments: 0..<60)
  func `sums of a linearizable stock are its findings`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var shop = Shop(.stock, &random)
    shop.wrong = 0
    let text = shop.text(&random)
    let ledger = try Self.counts(text, .stock).stock
    let history = try HistoryFormat.read(text).history
    let truth = StockTruth(
      items: (0..<shop.keys).map {
        StockTruth.Item(
          key: .string("item-\($0)"), initial: shop.units,
          final: ["redis": random.below(shop.units + 2) - 1, "postgres": shop.units],
          ordered: ["postgres": random.below(30)])
      })
    let whole = try StockInvariants.findings(in: history, against: truth)
    #expect(ledger.findings(against: truth) == whole, "seed \(seed): \(shop)")
  }

  @Test func `an oversold stock has to name operations, which sums can't`() throws {
    var random = SeededGenerator(seed: 1)
    var shop = Shop(.stock, clients: 3, keys: 1)
    shop.units = 50
    let ledger = try Self.counts(shop.text(&random), .stock).stock
    let truth = StockTruth(items: [.init(key: .string("item-0"), initial: 3)])
    #expect(ledger.findings(against: truth) == nil)
  }

  @Test(arguments: 0..<40)
  func `sums of linearizable accounts are their findings`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var shop = Shop(.account, &random)
    shop.wrong = 0
    let text = shop.text(&random)
    let ledger = try Self.counts(text, .account).accounts
    let history = try HistoryFormat.read(text).history
    let truth = (0..<shop.keys).map {
      AccountTruth(
        key: .string("item-\($0)"), initial: shop.units, final: random.below(shop.units + 20) - 1)
    }
    let whole = try AccountInvariants.findings(in: history, against: truth)
    #expect(ledger.findings(against: truth) == whole, "seed \(seed): \(shop)")
  }
}
