// The order that lock strategies share: acquire the lock, begin and read, write, commit, release.
// The stock is a row in a database; the lock lives elsewhere and knows nothing of it.

import Drivers
package import History

/// A strategy that sells under a lock.
package protocol LockedStock: DatabaseStock {
  associatedtype ItemLock: Lock
  var lock: ItemLock { get }

  /// What a take does while the lock is held.
  func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply

  /// What a restock does while the lock is held.
  func add(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure)
}

extension LockedStock {
  package var waitsForLock: Bool { lock.waits }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await sell(units, of: item, under: hold, in: session)
    }
  }

  /// Under the lock too: between a buyer's SELECT and UPDATE a restock would be lost.
  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await add(units, of: item, under: hold, in: session)
    }
  }

  package func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let database = database(in: session)
    try await database.begin()
    return try await readModifyWrite(units, of: item, in: database)
  }

  package func add(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) {
    try await database(in: session).run(.addUnits, units, item.number)
  }
}

/// The rest of a transaction that only a lock makes safe: nothing in it refuses a second writer.
func readModifyWrite(
  _ units: Int, of item: Item, in database: SQLCommands
) async throws(Failure) -> Stock.Reply {
  let left = try await database.int(.selectUnits, item.number) ?? 0
  guard left >= units else {
    try await database.rollback()
    return .soldOut
  }
  try await database.run(.setUnits, left - units, item.number)
  try await database.commit()
  return .left(left - units)
}
