// A Redisson-style lock whose grants are numbered, and a database that refuses lower numbers.
// Kleppmann, "How to do distributed locking" (2016): only the resource can refuse a late owner.
//
// The token is put down before the stock is read. Were it checked by the write alone, a late owner
// could still write between the next one's read and write, with a token that no later one has
// passed yet. Each statement commits by itself, so a paused owner blocks nobody.

package import Drivers
package import History

package struct LockRedissonFenced: LockedStock {
  package static let card = StrategyCard(
    name: "redisson-fenced-lock", family: .lockAndSecondLine,
    summary: "Redisson's fenced lock; every write WHERE fence = token",
    needs: [.redis, .postgres], expected: .linearizable, supports: [.severalUnits, .restocks],
    vulnerableTo: .postgresForgets,
    note: "A late owner's write carries an old token and is refused. Every write must check it, "
      + "and tokens must survive a failover.",
    origin: RedissonLock.origin)

  package var lock = RedissonLock(isFenced: true)
  package var claim = LockRedissonFenced.putDownToken
  package var write = LockRedissonFenced.writeUnits

  /// Puts the token down and reads. It changes no stock, so losing its answer loses no sale.
  package static let putDownToken = Statement(
    "UPDATE fence",
    "UPDATE soldout.stock SET fence = $1 WHERE item = $2 AND fence < $1 RETURNING units",
    effect: .onLockOnly, showing: 0)
  package static let writeUnits = Statement(
    "UPDATE", "UPDATE soldout.stock SET units = $1 WHERE item = $2 AND fence = $3", effect: .write,
    showing: 0)

  package init() {}

  package func sell(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await claim(item, under: hold, in: session)
    guard left >= units else { return .soldOut }
    try await write(left - units, to: item, under: hold, in: session)
    return .left(left - units)
  }

  package func add(
    _ units: Int, of item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) {
    let left = try await claim(item, under: hold, in: session)
    try await write(left + units, to: item, under: hold, in: session)
  }

  private func claim(
    _ item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) -> Int {
    guard let fence = hold.fence else { throw .gaveUp("the lock gave no token") }
    let units = try await session.postgres.int(claim, fence, item.number)
    guard let units else { throw .overtaken }
    return units
  }

  private func write(
    _ units: Int, to item: Item, under hold: LockGrant, in session: Session
  ) async throws(Failure) {
    guard let fence = hold.fence else { throw .gaveUp("the lock gave no token") }
    let changed = try await session.postgres.run(write, units, item.number, fence)
    guard changed == 1 else { throw .overtaken }
  }
}

extension Failure {
  /// The database has seen a later owner's token.
  fileprivate static let overtaken = Failure.gaveUp("a later owner of the lock came first")
}
