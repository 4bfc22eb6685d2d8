// pg-optimistic, wrong in one way each.

import Drivers
import Harness
import History

enum PgOptimisticMutants {
  static let all: [any Mutant.Type] = [
    OptimisticWithoutVersion.self,
    OptimisticAnyLaterVersion.self,
    OptimisticKeepsVersion.self,
    OptimisticRestockUnversioned.self,
    OptimisticTakesNoneForSold.self,
    OptimisticReadsVersionLate.self,
  ]
}

struct OptimisticWithoutVersion: AlteredStrategy {
  static let flaw = Flaw(
    "no-version", of: PgOptimistic.self, "the version is not in the WHERE clause",
    shownBy: .crowd)
  let altered = altering(PgOptimistic()) {
    $0.update = Statement.updateVersion.mutated("version = $3", to: "$3::int IS NOT NULL")
  }
}

struct OptimisticAnyLaterVersion: AlteredStrategy {
  static let flaw = Flaw(
    "later-version", of: PgOptimistic.self, "a later version is as good: version >= v",
    shownBy: .crowd)
  let altered = altering(PgOptimistic()) {
    $0.update = Statement.updateVersion.mutated("version = $3", to: "version >= $3")
  }
}

struct OptimisticKeepsVersion: AlteredStrategy {
  static let flaw = Flaw(
    "version-kept", of: PgOptimistic.self, "a sale does not raise the version", shownBy: .crowd)
  let altered = altering(PgOptimistic()) {
    $0.update = Statement.updateVersion.mutated(", version = version + 1", to: "")
  }
}

struct OptimisticRestockUnversioned: AlteredStrategy {
  static let flaw = Flaw(
    "restock-unversioned", of: PgOptimistic.self, "a restock does not raise the version",
    shownBy: .restocked)
  let altered = PgOptimistic()

  private static let addOnly = Statement.addUnits.mutated(", version = version + 1", to: "")

  func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    try await session.postgres.run(Self.addOnly, units, item.number)
  }
}

struct OptimisticTakesNoneForSold: AlteredStrategy {
  static let flaw = Flaw(
    "no-row-sold", of: PgOptimistic.self, "no row updated counts as sold", shownBy: .crowd)
  let altered = PgOptimistic()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let row = try await session.postgres.row(Statement.selectVersion, item.number)
    let left = try row.number(0)
    guard left >= units else { return .soldOut }
    try await session.postgres.run(
      Statement.updateVersion, left - units, item.number, try row.number(1))
    return .left(left - units)
  }
}

struct OptimisticReadsVersionLate: AlteredStrategy {
  static let flaw = Flaw(
    "version-read-late", of: PgOptimistic.self, "the version is read after the units",
    shownBy: .crowd)
  let altered = PgOptimistic()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    for _ in 1...100 {
      let left = try await altered.read(item, in: session)
      guard left >= units else { return .soldOut }
      let row = try await session.postgres.row(Statement.selectVersion, item.number)
      let changed = try await session.postgres.run(
        Statement.updateVersion, left - units, item.number, try row.number(1))
      if changed == 1 { return .left(left - units) }
    }
    throw .gaveUp("100 conflicts in a row")
  }
}
