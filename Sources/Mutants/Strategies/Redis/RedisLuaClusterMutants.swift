// redis-lua-cluster, its script wrong in one way each.

import Drivers
import Harness
import History

enum RedisLuaClusterMutants {
  static let all: [any Mutant.Type] = [
    ClusterLuaWithoutCheck.self,
    ClusterLuaOrdersOnly.self,
  ]
}

struct ClusterLuaWithoutCheck: AlteredStrategy {
  static let flaw = Flaw(
    "no-check", of: RedisLuaCluster.self, "DECRBY whatever is left", shownBy: .lastUnits)
  let altered = altering(RedisLuaCluster()) {
    $0.sell = RedisLuaCluster.takeUnits.mutated("if left < units then return -1 end", to: "")
  }
}

struct ClusterLuaOrdersOnly: AlteredStrategy {
  static let flaw = Flaw(
    "stale-count", of: RedisLuaCluster.self, "orders are written, the stock is left as it was",
    shownBy: .lastUnits)
  let altered = altering(RedisLuaCluster()) {
    $0.sell = RedisLuaCluster.takeUnits.mutated(
      "redis.call('DECRBY', KEYS[1], units)", to: "left - units")
  }
}
