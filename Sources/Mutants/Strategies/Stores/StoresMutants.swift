// The strategies over several stores, wrong in one way each.

import Drivers
import Harness
import History

enum StoresMutants {
  static let all: [any Mutant.Type] = [
    MultiStoreOwnerWithoutThread.self,
    MultiStoreIndexesOutside.self,
    MultiStoreForgetsOrders.self,
    SagaReservesUnchecked.self,
    SagaUndoesTheUnknown.self,
  ]
}

struct MultiStoreOwnerWithoutThread: AlteredStrategy {
  static let flaw = Flaw(
    "owner-without-thread", of: MultiStoreLock.self,
    "the owner is the client instance: its threads enter together", shownBy: .crowd,
    breaking: [.stock, .exclusion])
  let altered = altering(MultiStoreLock()) { $0.lock = RedissonLock(owner: { $0.topology.schema }) }
}

struct MultiStoreIndexesOutside: AlteredStrategy {
  static let flaw = Flaw(
    "index-outside", of: MultiStoreLock.self, "the search index is written after the release",
    shownBy: .lateIndex)
  let altered = MultiStoreLock()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await session.holding(altered.lock, of: item) { (_) async throws(Failure) in
      let left = try await session.inventory.int(.selectInventory, item.number) ?? 0
      guard left >= units else { return left - units }
      try await session.inventory.run(.setInventory, left - units, item.number)
      try await session.orders.rows(
        .insertOrder,
        [.text(session.freshTicket()), .integer(item.number), .integer(units)])
      return left - units
    }
    guard left >= 0 else { return .soldOut }
    try await session.redis.set(item.key, left)
    return .left(left)
  }
}

struct MultiStoreForgetsOrders: AlteredStrategy {
  static let flaw = Flaw(
    "no-order", of: MultiStoreLock.self, "sold, but no order is written", shownBy: .crowd)
  let altered = MultiStoreLock()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.holding(altered.lock, of: item) { (_) async throws(Failure) in
      let left = try await session.inventory.int(.selectInventory, item.number) ?? 0
      guard left >= units else { return .soldOut }
      try await session.inventory.run(.setInventory, left - units, item.number)
      try await session.redis.set(item.key, left - units)
      return .left(left - units)
    }
  }
}

struct SagaReservesUnchecked: AlteredStrategy {
  static let flaw = Flaw(
    "no-check", of: Saga.self, "reserves without AND units >= n", shownBy: .lastUnits)
  let altered = altering(Saga()) {
    $0.reserve = Saga.reserveUnits.mutated(" AND units >= $1", to: "")
  }
}

struct SagaUndoesTheUnknown: AlteredStrategy {
  static let flaw = Flaw(
    "undoes-unknown", of: Saga.self, "an order whose answer was lost is undone as if refused",
    shownBy: .lostOrders)
  let altered = Saga()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    guard let left = try await session.inventory.int(Saga.reserveUnits, units, item.number) else {
      return .soldOut
    }
    do throws(Failure) {
      try await session.orders.rows(
        .insertOrder,
        [.text(session.freshTicket()), .integer(item.number), .integer(units)])
    } catch {
      try await session.inventory.run(Saga.release, units, item.number)
      session.call.noteCompensated()
      throw .definite(error.reason)
    }
    return .left(left)
  }
}
