// Units and version read, and written only if the version is still the same: on whichever database.

package import Drivers
package import History

/// Takes by an UPDATE that names the version it has read, and reads again where that is gone.
package protocol Optimistic: DatabaseStock {
  /// How often it tries before it gives up.
  var attempts: Int { get }
  var select: Statement { get }
  var update: Statement { get }
}

extension Optimistic {
  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let database = database(in: session)
    for _ in 1...attempts {
      let row = try await database.row(select, item.number)
      let left = try row.number(0)
      guard left >= units else { return .soldOut }
      let changed = try await database.run(
        update, left - units, item.number, try row.number(1))
      if changed == 1 { return .left(left - units) }
    }
    throw .gaveUp(
      attempts == 1 ? "another buyer came first" : "\(attempts) conflicts in a row")
  }
}

extension Statement {
  package static let selectVersion = Statement(
    "SELECT", "SELECT units, version FROM soldout.stock WHERE item = $1", effect: .read)
  package static let updateVersion = Statement(
    "UPDATE",
    "UPDATE soldout.stock SET units = $1, version = version + 1 WHERE item = $2 AND version = $3",
    effect: .write, showing: 0)
}
