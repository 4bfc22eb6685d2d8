// What a mutant is: a correct strategy with one thing wrong, kept to prove that a run and its judge
// would notice. Offered to nobody as a way of selling; never in `Catalogue.strategies`.
//
// DeMillo, Lipton, Sayward, "Hints on Test Data Selection" (1978): tests that tell a program from
// its small variants will find the real mistakes too.

import Drivers
import Foundation
package import Harness
import History

/// What a mutant's card says: what is wrong, and what is meant to show it.
package struct Flaw: Sendable {
  /// The original's name and the flaw's, `redis-lua.no-check`.
  package let name: String
  package let original: any Strategy.Type
  /// What is wrong, in one line.
  package let wrong: String
  /// The clients, stock, calls and faults that are meant to show it; the original bears them.
  package let conditions: Workload
  /// What the original keeps under these conditions, and so what can show the flaw.
  package let guarantees: Guarantees

  init(
    _ name: String, of original: any Strategy.Type, _ wrong: String, shownBy conditions: Workload,
    breaking guarantees: Guarantees = .stock
  ) {
    self.name = "\(original.card.name).\(name)"
    self.original = original
    self.wrong = wrong
    self.conditions = conditions
    self.guarantees = guarantees
  }
}

/// A strategy that is wrong in one way.
package protocol Mutant: Strategy {
  static var flaw: Flaw { get }
}

extension Mutant {
  package static var card: StrategyCard {
    var card = flaw.original.card
    card.name = flaw.name
    card.summary = flaw.wrong
    card.expected = .violation
    card.guarantees = flaw.guarantees
    card.note = "A mutant, to prove that it is found."
    return card
  }
}

/// A mutant that is its original with one part exchanged.
protocol AlteredStrategy: Mutant, StockStrategy {
  associatedtype Original: StockStrategy
  var altered: Original { get }
}

extension AlteredStrategy {
  func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await altered.open(items, units: units, in: session)
  }

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await altered.take(units, of: item, in: session)
  }

  func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await altered.read(item, in: session)
  }

  func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    try await altered.restock(units, of: item, in: session)
  }

  func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await altered.remaining(of: item, in: session)
  }

  var workers: Int { altered.workers }

  func work(_ number: Int, until stop: WorkerStop, in session: Session) async throws(Failure) {
    try await altered.work(number, until: stop, in: session)
  }

  func holdings(of item: Item, in session: Session) async throws(Failure) -> Holdings {
    try await altered.holdings(of: item, in: session)
  }
}

/// A mutant of a strategy for coupons that is its original with one part exchanged.
protocol AlteredCoupons: Mutant, CouponStrategy {
  associatedtype Original: CouponStrategy
  var altered: Original { get }
}

extension AlteredCoupons {
  func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await altered.open(items, units: units, in: session)
  }

  func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    try await altered.claim(of: item, for: buyer, in: session)
  }

  func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await altered.read(item, in: session)
  }

  func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await altered.remaining(of: item, in: session)
  }
}

/// A mutant of a strategy for orders that is its original with one part exchanged.
protocol AlteredOrders: Mutant, OrderStrategy {
  associatedtype Original: OrderStrategy
  var altered: Original { get }
}

extension AlteredOrders {
  func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    try await altered.open(items, units: units, in: session)
  }

  func order(
    _ id: Int, _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> ShopReply {
    try await altered.order(id, units, of: item, in: session)
  }

  func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    try await altered.read(item, in: session)
  }

  func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await altered.remaining(of: item, in: session)
  }
}

/// The original, with some of what it is made of exchanged.
func altering<Original>(_ original: Original, _ change: (inout Original) -> Void) -> Original {
  var altered = original
  change(&altered)
  return altered
}

extension Script {
  /// The script with one part of its text exchanged, which must be in it.
  func mutated(_ part: String, to other: String) -> Script {
    Script(exchange(part, by: other, in: source), effect: effect)
  }
}

extension Statement {
  /// The statement with one part of its text exchanged, which must be in it.
  func mutated(_ part: String, to other: String) -> Statement {
    Statement(
      label, exchange(part, by: other, in: sql), effect: effect, showing: shownValue,
      prepared: isPrepared)
  }
}

private func exchange(_ part: String, by other: String, in text: String) -> String {
  // A mutant that mutates nothing is its original, and would be taken for a survivor.
  precondition(text.contains(part), "there is no \(part) in \(text)")
  return text.replacingOccurrences(of: part, with: other)
}
