// Every mutant, in the order of a hunt. A file of mutants lists its own, and is named here once; tests
// compare these lists with what the files declare, and ask that every kind of correct strategy has a mutant.

import Harness

/// The mutants that `soldout-lab mutants` hunts.
package enum MutantCatalogue {
  package static let mutants: [any Mutant.Type] = [
    RedisDecrMutants.all,
    RedisLuaClusterMutants.all,
    RedisLuaMutants.all,
    RedisWatchMutants.all,
    RedisZaddNXMutants.all,
    UnitKeysMutants.all,
    RedissonLockMutants.all,
    RedlockMutants.all,
    SecondLineMutants.all,
    SimpleLockMutants.all,
    NamedLockMutants.all,
    PgOptimisticMutants.all,
    PostgresMutants.all,
    MySQLMutants.all,
    StoresMutants.all,
    QueueMutants.all,
    LostReplyMutants.all,
    CouponMutants.all,
    OrderMutants.all,
  ].flatMap(\.self)

  package static var names: [String] { mutants.map { $0.flaw.name } }

  package static func mutant(named name: String) -> (any Mutant.Type)? {
    mutants.first { $0.flaw.name == name }
  }
}
