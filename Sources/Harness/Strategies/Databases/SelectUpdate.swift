// SELECT the stock, subtract in the application, UPDATE it to what is left: on whichever database.

import Drivers
package import History

/// Takes by reading, subtracting and overwriting, with nothing between.
package protocol SelectUpdate: DatabaseStock {}

extension SelectUpdate {
  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let database = database(in: session)
    let left = try await database.int(.selectUnits, item.number) ?? 0
    guard left >= units else { return .soldOut }
    try await database.run(.setUnits, left - units, item.number)
    return .left(left - units)
  }
}
