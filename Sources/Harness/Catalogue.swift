// Every strategy, a line each. A test compares this list with the files under Strategies/.

import Synchronization

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
    CouponSismemberSadd.self,
    CouponIncrSadd.self,
    CouponLua.self,
    CouponUniqueIndex.self,
    CouponCountInsert.self,
    CouponQueue.self,
    OrderLua.self,
    OrderKeyFirst.self,
    OrderUniqueRow.self,
    OrderCheckInsert.self,
  ]

  /// The headings that have strategies, with their cards.
  public static var families: [(family: StrategyCard.Family, cards: [StrategyCard])] {
    let cards = Dictionary(grouping: strategies.map { $0.card }, by: \.family)
    return StrategyCard.Family.allCases.compactMap { family in
      cards[family].map { (family, $0) }
    }
  }

  public static var names: [String] { strategies.map { $0.card.name } }

  /// A strategy of the catalogue, or one that this program has brought along.
  public static func strategy(named name: String) -> (any Strategy.Type)? {
    (strategies + unlisted).first { $0.card.name == name }
  }

  /// Strategies that can be named and are listed nowhere.
  package static var unlisted: [any Strategy.Type] { additions.withLock { $0 } }

  /// Makes strategies known by their names, for as long as the program runs.
  package static func add(_ strategies: [any Strategy.Type]) {
    additions.withLock { $0 += strategies }
  }

  private static let additions = Mutex<[any Strategy.Type]>([])
}
