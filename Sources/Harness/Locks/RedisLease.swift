// A key that one owner may hold for a while: SET NX PX to take it, compare and delete to let go.
// Redis manual, SET, "Patterns"; the owner's token keeps a late owner from releasing another's lock.

import Drivers

/// A lease on one key of one Redis.
package enum RedisLease {
  /// One attempt. True if the key is the owner's now.
  package static func take(
    _ key: String, owner: String, lease: Int, from redis: RedisCommands
  ) async throws(Failure) -> Bool {
    let set = RedisCommand(
      "SET", [.text(key), .text(owner), "NX", "PX", .integer(lease)], effect: .onLockOnly,
      caption: RedisCaption("lock", null: "held by another", ok: "granted"))
    return try await redis.send(set).isOK
  }

  /// Deletes the key if it is the owner's, and tells those who wait. False if it wasn't.
  package static func letGo(
    _ key: String, owner: String, telling channel: String, at redis: RedisCommands
  ) async throws(Failure) -> Bool {
    try await redis.eval(release, keys: [key], arguments: [.text(owner), .text(channel)])
      .integer == 1
  }

  private static let release = Script(
    """
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    redis.call('DEL', KEYS[1])
    redis.call('PUBLISH', ARGV[2], 'released')
    return 1
    """, effect: .onLockOnly, caption: .unlock)
}

extension Item {
  /// Where the release of the lock is published.
  package var channel: String { lock + ":channel" }
}
