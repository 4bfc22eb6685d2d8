// Every strategy, a line each. A test compares this list with the files under Strategies/.

/// What can be named in a workload or on the command line.
public enum Catalogue {
  public static let strategies: [any Strategy.Type] = [
    RedisGetSet.self,
    RedisDecr.self,
    RedisWatch.self,
    RedisLua.self,
    RedisHincrby.self,
    RedisSetnx.self,
    RedisGetdel.self,
    RedisZaddNX.self,
    RedisLuaCluster.self,
    LockSimple.self,
    LockSpin.self,
    LockPubSub.self,
    LockRedisson.self,
    LockRedissonLease.self,
    LockRedissonFair.self,
    LockRedlock.self,
    TxBeforeLock.self,
    ReadBeforeLock.self,
    UnlockBeforeCommit.self,
    LockRedissonFenced.self,
    LockOptimistic.self,
    LockOptimisticThrow.self,
    LockPessimistic.self,
    PgSelectUpdate.self,
    PgUpdate.self,
    PgForUpdate.self,
    PgOptimistic.self,
    PgSerializable.self,
    NamedLock.self,
    NamedLockXact.self,
    MySQLSelectUpdate.self,
    MySQLUpdate.self,
    MySQLForUpdate.self,
    MySQLOptimistic.self,
    MySQLSerializable.self,
    MySQLNamedLock.self,
    MySQLRedissonLock.self,
    MySQLLockOptimistic.self,
    MySQLTxBeforeLock.self,
    MySQLReadBeforeLock.self,
    MySQLUnlockBeforeCommit.self,
    QueueKeyed.self,
    QueueUnkeyed.self,
    CacheLocal.self,
    CacheAside.self,
    CacheTTL.self,
    MultiStoreLock.self,
    Saga.self,
  ]

  public static var names: [String] { strategies.map { $0.card.name } }

  /// A strategy, or a mutant of one.
  public static func strategy(named name: String) -> (any Strategy.Type)? {
    strategies.first { $0.card.name == name } ?? MutantCatalogue.mutant(named: name)
  }
}
