// Each client's own memory before the database. A client forgets an item when it writes it itself;
// of what others write it hears nothing. Broken on purpose.

import Drivers
import History

struct CacheLocal: CachedStock {
  static let card = StrategyCard(
    name: "cache-local", family: .cache,
    summary: "UPDATE … WHERE units >= n; reads from the client's own memory", needs: .postgres,
    expected: .violation, supports: [.severalUnits, .restocks],
    answersFromMemory: true,
    vulnerableTo: .postgresForgets,
    note:
      "Never oversold, but a buyer is shown what was left when this client last looked: without "
      + "an expiry, that can be of any age.")

  func remembered(_ item: Item, in session: Session) async throws(Failure) -> Int? {
    session.recall(item)
  }

  func remember(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    session.remember(units, of: item)
  }

  func wrote(_ item: Item, in session: Session) async throws(Failure) {
    session.remember(nil, of: item)
  }
}
