// A row locked from SELECT … FOR UPDATE to COMMIT: on whichever database.

package import Drivers
package import History

/// Takes in a transaction whose first read locks the row.
package protocol ForUpdate: DatabaseStock {
  var select: Statement { get }
}

extension ForUpdate {
  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let database = database(in: session)
    try await database.begin()
    let left = try await database.int(select, item.number) ?? 0
    guard left >= units else {
      try await database.rollback()
      return .soldOut
    }
    try await database.run(.setUnits, left - units, item.number)
    try await database.commit()
    return .left(left - units)
  }
}

extension Statement {
  package static let selectForUpdate = Statement(
    "SELECT FOR UPDATE", "SELECT units FROM soldout.stock WHERE item = $1 FOR UPDATE",
    effect: .write)
}
