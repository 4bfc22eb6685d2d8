// What a server says of itself, as the few facts that matter to a run; an ordinary one has none.

import Testing

@testable import Drivers

@Suite struct `Facts of servers` {
  private let ordinary = """
    # Server\r
    redis_version:7.0.15\r
    # Memory\r
    maxmemory:0\r
    maxmemory_policy:noeviction\r
    # Persistence\r
    aof_enabled:0\r
    # Replication\r
    role:master\r
    connected_slaves:0\r
    # Cluster\r
    cluster_enabled:0\r
    """

  @Test func `an ordinary server has none`() {
    #expect(ExternalProbe.redisFacts(information: ordinary) == [])
    #expect(ExternalProbe.redisFacts(information: "") == [])
    #expect(
      ExternalProbe.postgresFacts([
        "default_transaction_isolation": "read committed", "fsync": "on", "lock_timeout": "0",
      ]) == [])
  }

  @Test(arguments: [
    ("maxmemory:0", "maxmemory:3145728", "maxmemory 3.0 MB, noeviction"),
    ("aof_enabled:0", "aof_enabled:1", "append-only file, fsync everysec"),
    ("role:master", "role:slave", "a replica"),
    ("connected_slaves:0", "connected_slaves:2", "2 replicas"),
    ("cluster_enabled:0", "cluster_enabled:1", "cluster mode"),
  ])
  func `Redis`(from: String, to: String, fact: String) {
    let information = ordinary.replacing(from, with: to)
    #expect(
      ExternalProbe.redisFacts(information: information, settings: ["appendfsync": "everysec"])
        == [fact])
  }

  @Test func `PostgreSQL`() {
    #expect(
      ExternalProbe.postgresFacts([
        "default_transaction_isolation": "serializable", "synchronous_commit": "off",
      ]) == ["default_transaction_isolation serializable", "synchronous_commit off"])
  }
}
