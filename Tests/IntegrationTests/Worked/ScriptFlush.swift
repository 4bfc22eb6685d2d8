// Redis forgets its scripts, as after a failover or a restart: EVALSHA answers NOSCRIPT until
// a client sends the script again.

import Drivers
import History

@testable import Harness

struct ScriptFlush: Fault {
  static let card = FaultCard(
    name: "script-flush", summary: "Redis forgets its scripts (SCRIPT FLUSH)", reach: .servers,
    fits: .redis, parameters: [],
    note: "A client that sends digests must be ready to send the script again.")

  let rhythm: Rhythm

  init(_ settings: FaultSettings) { rhythm = Rhythm(settings) }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard let address = nemesis.topology.redis else { return }
    let deadline = EventLoop.now() + 10_000_000_000
    do throws(Failure) {
      let redis = try await RedisConnection.open(address, on: nemesis.loop, deadline: deadline)
      defer { redis.close() }
      nemesis.began(Self.self, [("server", .text("redis"))])
      let flush = RedisCommand("SCRIPT", ["FLUSH"], effect: .read)
      _ = try await redis.send(flush, deadline: deadline)
      nemesis.ended(Self.self, [("server", .text("redis"))])
    } catch {
      throw .command("script-flush", error)
    }
  }
}
