// redis-zadd-nx, wrong in one way each.

import Drivers
import Harness
import History

enum RedisZaddNXMutants {
  static let all: [any Mutant.Type] = [
    ZaddOneTicketEach.self,
    ZaddCountsLater.self,
    ZaddStaysInLine.self,
  ]
}

struct ZaddOneTicketEach: AlteredStrategy {
  static let flaw = Flaw(
    "one-ticket-each", of: RedisZaddNX.self, "a buyer's second call shows the first one's ticket",
    shownBy: .lastUnits)
  let altered = RedisZaddNX()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let stock = try await session.redis.get(item.key) ?? 0
    try await session.redis.multi()
    _ = try await session.redis.send(.join(item, ticket: "\(session.process)"))
    _ = try await session.redis.send(.length(of: item))
    guard let replies = try await session.redis.exec() else { return .soldOut }
    let position = try replies.integer(1)
    return position <= stock ? .left(stock - position) : .soldOut
  }
}

struct ZaddCountsLater: AlteredStrategy {
  static let flaw = Flaw(
    "no-transaction", of: RedisZaddNX.self, "ZCARD after ZADD, with others between them",
    shownBy: .lastUnits)
  let altered = RedisZaddNX()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let stock = try await session.redis.get(item.key) ?? 0
    let ticket = session.freshTicket()
    _ = try await session.redis.send(.join(item, ticket: ticket))
    let position = try await session.redis.send(.length(of: item)).number
    if position <= stock { return .left(stock - position) }
    let leave: [RedisArgument] = [.text(item.queue), .text(ticket)]
    _ = try await session.redis.send(RedisCommand("ZREM", leave, effect: .write))
    return .soldOut
  }
}

struct ZaddStaysInLine: AlteredStrategy {
  static let flaw = Flaw(
    "no-leave", of: RedisZaddNX.self, "a buyer told sold out stays in the queue",
    shownBy: .lastUnits)
  let altered = RedisZaddNX()

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let stock = try await session.redis.get(item.key) ?? 0
    try await session.redis.multi()
    _ = try await session.redis.send(.join(item, ticket: session.freshTicket()))
    _ = try await session.redis.send(.length(of: item))
    guard let replies = try await session.redis.exec() else { return .soldOut }
    let position = try replies.integer(1)
    return position <= stock ? .left(stock - position) : .soldOut
  }
}

extension RedisCommand {
  fileprivate static func join(_ item: Item, ticket: String) -> RedisCommand {
    RedisCommand(
      "ZADD", [.text(item.queue), "NX", .integer(Int(EventLoop.now())), .text(ticket)],
      effect: .write)
  }

  fileprivate static func length(of item: Item) -> RedisCommand {
    RedisCommand("ZCARD", [.text(item.queue)], effect: .read)
  }
}
