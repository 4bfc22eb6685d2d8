// A recorded run's history, judged: while it is read if that suffices, else as a whole. Both ways
// give the same verdict; the first needs less memory.

import ArgumentParser
import Checker
import Foundation
import Harness
import History
import Report

/// What a run's report takes from its history.
struct JudgedRun {
  /// Without its operations where they were judged while it was read.
  var history: History
  var judgements: [Judgement]
  var figures: RunFigures
  var stock: [StockFinding]
  var accounts: [AccountFinding]
  var coupons: [CouponFinding] = []
  var locks: LockLog
  var queues: QueueLog
  /// How old the reads of a strategy with a cache were.
  var staleness: Finding?
  var vacuity: [Vacuity]
  /// Of the clients that were meant to make calls, those that did.
  var working: Int

  /// Units that were sold and never there; nil where that is no question.
  func unitsOversold(of datatype: Workload.Datatype) -> Int? {
    switch datatype {
    case .stock, .orders: stock.unitsOversold
    case .coupon: coupons.couponsOverissued
    case .account: nil
    }
  }
}

extension RecordedRun {
  private var historyPath: String { "\(folder)/history.jsonl" }

  /// Judged while it is read; nil where the whole is needed, such as to show a violation.
  func online(_ judging: Judging) throws -> JudgedRun? {
    // Of coupons and orders every buyer and number counts: the whole is needed.
    guard [.stock, .account].contains(datatype) else { return nil }
    let counts = RunCounts(ofAccounts: datatype == .account)
    guard
      let read = try OnlineHistory.read(
        historyPath, try CheckOptions.parse([]), counting: counts, judging),
      let counts = read.counts
    else { return nil }
    // Findings that name operations are for the whole history to make.
    var stock: [StockFinding] = []
    if let sums = counts.stock {
      guard let findings = sums.findings(against: stockTruth) else { return nil }
      stock = findings
    }
    guard counts.locks.overlaps.isEmpty else { return nil }
    var history = read.history
    history.source = "history.jsonl"
    return JudgedRun(
      history: history, judgements: read.judgements, figures: counts.figures.figures, stock: stock,
      accounts: counts.accounts?.findings(against: accountTruth) ?? [], locks: counts.locks,
      queues: counts.queues, staleness: hasCache ? staleness(counts.stock) : nil,
      vacuity: counts.vacuity.reasons(
        expecting: expectation, isLockContended: counts.contention.isContended),
      working: counts.vacuity.working(of: meantToWork))
  }

  /// Judged as a whole.
  func whole(_ judging: Judging) throws -> JudgedRun {
    var history = try InputHistory(path: historyPath, judging: judging).history
    // Reports name the folder in their commands.
    history.source = "history.jsonl"
    let locks = LockLog(of: history)
    return JudgedRun(
      history: history,
      judgements: try CheckOptions.parse([]).judgements(of: history, judging),
      figures: RunFigures(of: history, mainPhase: mainPhase(of: history)),
      stock: try decoded { () throws(Undecodable) in
        switch datatype {
        case .stock: try StockInvariants.findings(in: history, against: stockTruth)
        case .orders: try OrderInvariants.findings(in: history, against: stockTruth)
        case .account, .coupon: []
        }
      },
      accounts: try decoded { () throws(Undecodable) in
        datatype == .account
          ? try AccountInvariants.findings(in: history, against: accountTruth) : []
      },
      coupons: try decoded { () throws(Undecodable) in
        datatype == .coupon
          ? try CouponInvariants.findings(in: history, against: stockTruth) : []
      },
      locks: locks, queues: QueueLog(of: history),
      staleness: hasCache ? try staleness(of: history) : nil,
      vacuity: Vacuity.reasons(in: history, expecting: expectation, locks: locks),
      working: Vacuity.working(of: meantToWork, in: history))
  }

  // MARK: What it is held against

  private var datatype: Workload.Datatype { record.datatype ?? .stock }

  private var stockTruth: StockTruth {
    let holdings = record.holdings ?? record.remaining.map { Holdings(left: ["the store": $0]) }
    return StockTruth(
      items: holdings.enumerated().map { number, holdings in
        StockTruth.Item(
          key: .string(datatype.object(number)), initial: record.stock, final: holdings.left,
          ordered: holdings.ordered)
      })
  }

  private var accountTruth: [AccountTruth] {
    record.remaining.enumerated().map { number, balance in
      AccountTruth(key: .string("account-\(number)"), initial: record.stock, final: balance)
    }
  }

  private var expectation: Vacuity.Expectation {
    var expectation = Vacuity.Expectation(
      faults: faultNames, sells: true, isStocked: record.stock > 0, contends: record.clients > 1)
    expectation.clients = meantToWork
    return expectation
  }

  // MARK: Parts

  /// From the run's own events; nil for a run that was killed before they were written.
  private func mainPhase(of history: History) -> Range<Int64>? {
    let times = history.events.filter { $0.process == "run" && $0.function == "main" }
      .compactMap(\.moment.time)
    guard times.count == 2, times[0] <= times[1] else { return nil }
    return times[0]..<times[1]
  }

  private func decoded<T>(_ body: () throws(Undecodable) -> T) throws -> T {
    do throws(Undecodable) {
      return try body()
    } catch {
      throw CLIError("history.jsonl:\(error.line): \(error.message)", .badInput)
    }
  }

  /// Whether the strategy reads from a cache, so that it matters how old its reads are.
  private var hasCache: Bool {
    Catalogue.strategy(named: record.strategy)?.card.answersFromMemory == true
      && datatype == .stock
  }

  private func staleness(of history: History) throws -> Finding? {
    var reads: [Staleness] = []
    for (_, operations) in history.partitions() {
      let calls = try decoded { () throws(Undecodable) in
        try history.timeline(of: operations, as: Stock.self)
      }
      do throws(NotApplicable) {
        reads += try Staleness.ages(of: calls, units: record.stock, in: history)
      } catch {
        return Finding(staleness: error)
      }
    }
    return Finding(reads)
  }

  /// The same of a linearizable history, in which no read is stale.
  private func staleness(_ sums: StockLedger?) -> Finding? {
    guard let sums else { return nil }
    return sums.isRestocked
      ? Finding(staleness: NotApplicable("the stock is restocked"))
      : Finding(freshReads: sums.readsTold)
  }
}

extension Finding {
  fileprivate init(staleness reason: NotApplicable) {
    self.init(title: "staleness", sentence: "not measured: \(reason.why)", isViolation: false)
  }
}
