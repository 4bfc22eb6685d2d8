// What strategies share whose transaction has begun, and read, before the lock is waited for.

import Drivers
package import History

/// Takes that begin and read, then wait for the lock, then read again and write.
package protocol TransactionBeforeLock: LockedStock {
  var isolation: SQLCommands.Isolation { get }
}

extension TransactionBeforeLock {
  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let database = database(in: session)
    try await database.begin(isolation)
    // Whatever is read here, such as the product's page, takes the snapshot.
    _ = try await database.int(.selectUnits, item.number)
    return try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await readModifyWrite(units, of: item, in: database)
    }
  }
}

/// Takes that read before they wait for the lock, and write under it from what they have read.
protocol ReadsBeforeLock: LockedStock {}

extension ReadsBeforeLock {
  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let database = database(in: session)
    try await database.begin()
    let left = try await database.int(.selectUnits, item.number) ?? 0
    guard left >= units else {
      try await database.rollback()
      return .soldOut
    }
    return try await session.holding(lock, of: item) { (hold) async throws(Failure) in
      try await database.run(.setUnits, left - units, item.number)
      try await database.commit()
      return .left(left - units)
    }
  }
}
