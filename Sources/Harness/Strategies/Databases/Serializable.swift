// A serializable transaction, tried again from its BEGIN where the database refuses it: on whichever.

import Drivers
package import History

/// Takes in a transaction that the database refuses where another one conflicts.
package protocol Serializable: DatabaseStock {
  var isolation: SQLCommands.Isolation { get }
  /// The error by which it is refused, with all it has done.
  var conflict: String { get }
}

extension Serializable {
  package var attempts: Int { 100 }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    for _ in 1...attempts {
      do throws(Failure) {
        return try await attempt(units, of: item, in: database(in: session))
      } catch {
        // Refused before or at COMMIT: rolled back, so trying again is no second sale.
        guard case .server(let code, message: _) = error.reason, code == conflict else {
          throw error
        }
        await session.settle()
      }
    }
    throw .gaveUp("\(attempts) conflicts in a row")
  }

  package func attempt(
    _ units: Int, of item: Item, in database: SQLCommands
  ) async throws(Failure) -> Stock.Reply {
    try await database.begin(isolation)
    let left = try await database.int(.selectUnits, item.number) ?? 0
    guard left >= units else {
      // What was read is only true if the transaction could have been serialized: commit, don't
      // roll back.
      try await database.commit()
      return .soldOut
    }
    try await database.run(.setUnits, left - units, item.number)
    try await database.commit()
    return .left(left - units)
  }
}
