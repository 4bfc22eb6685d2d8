// Whether the servers at hand are new enough for a strategy, known before anything is started or
// run: a command that a server hasn't got would fail in every call, and the run prove nothing.

public import Drivers

/// A command of Redis that came later than the oldest Redis that soldout accepts.
public struct RedisFeature: Sendable, Hashable {
  /// As people call it: `GETDEL`.
  public let name: String
  /// The first version that has it (redis.io, "Available since").
  public let since: ServerVersion

  public init(_ name: String, since: ServerVersion) {
    self.name = name
    self.since = since
  }

  public static let getdel = RedisFeature("GETDEL", since: ServerVersion(6, 2))
}

extension ExternalServers {
  /// Why a strategy can't run on the Redis that it would get, as a clause; nil if it can.
  ///
  /// Asks a server only about strategies that need something of it.
  ///
  ///     try ExternalServers().misfit(RedisGetdel.card)
  ///     // "it needs GETDEL, of Redis 6.2 or later, and this is Redis 6.0.16"
  public func invalid(_ card: StrategyCard) throws(ServerFailure) -> String? {
    guard let feature = card.feature, !card.needs.isDisjoint(with: .allRedis) else { return nil }
    let identity: ServerIdentity
    if card.needs.contains(.redis), let redis {
      identity = try ExternalProbe.redis(redis)
    } else {
      identity = try programs.redis()
    }
    guard let redis = identity.redis, redis < feature.since else { return nil }
    return "it needs \(feature.name), of Redis \(feature.since) or later, and this is \(identity)"
  }
}
