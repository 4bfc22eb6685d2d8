// Claims stand in line: buyers append to a list, one worker takes them off it, decides and answers. What
// would be a race among buyers is nobody's but the worker's.
//
// The answer is a list of its own for every claim, so that it waits for its buyer. It comes in the same
// transaction as the coupon.

import Drivers

package struct CouponQueue: RedisCoupons {
  package static let card = StrategyCard(
    name: "coupon-queue", family: .coupon, datatype: .coupon,
    summary: "claims in a list, which one worker serves with SISMEMBER, SCARD, SADD", needs: .redis,
    expected: .linearizable,
    note:
      "The same three commands as coupon-sismember-sadd, but one worker's, one claim after the other. "
      + "A claim whose worker dies between taking it and answering is lost.")

  package init() {}

  package var workers: Int { 1 }

  package func claim(
    of item: Item, for buyer: Int, in session: Session
  ) async throws(Failure) -> ShopReply {
    let ticket = session.freshTicket()
    // From here on it will be served, whether its buyer waits or not.
    let words = "\(item.number) \(buyer) \(ticket)"
    _ = try await session.redis.send(
      RedisCommand(
        "RPUSH", [.text(session.claims), .text(words)], effect: .write, showing: buyer))
    let answer = try await session.redis.send(
      RedisCommand("BLPOP", [.text(session.answer(to: ticket)), 0], effect: .onLockOnly))
    switch answer.elements?.last?.text {
    case "claimed": return .taken
    case "already": return .already
    case "sold-out": return .soldOut
    default: throw .indefinite(.protocolViolation("a claim was answered with \(answer)"))
    }
  }

  package func work(
    _ number: Int, until stop: WorkerStop, in session: Session
  ) async throws(Failure) {
    while !stop.isOver {
      session.begin(deadline: session.now + 5_000_000_000)
      let next = RedisCommand("BLPOP", [.text(session.claims), "0.05"], effect: .onLockOnly)
      guard let words = try await session.redis.send(next).elements?.last?.text else { continue }
      let parts = words.split(separator: " ")
      guard parts.count == 3, let item = Int(parts[0]), let buyer = Int(parts[1]) else {
        throw .definite(.protocolViolation("this is not a claim: \(words)"))
      }
      session.begin(deadline: session.now + 5_000_000_000)
      try await serve(
        buyer, of: Item(number: item, prefix: session.topology.prefix, of: .coupon),
        answering: session.answer(to: String(parts[2])), in: session)
    }
  }

  private func serve(
    _ buyer: Int, of item: Item, answering answers: String, in session: Session
  ) async throws(Failure) {
    let redis = session.redis
    var answer = "claimed"
    if try await redis.isServed(buyer, of: item) {
      answer = "already"
    } else if try await redis.served(item) >= redis.get(item.coupons) ?? 0 {
      answer = "sold-out"
    }
    try await redis.multi()
    if answer == "claimed" {
      _ = try await redis.send(
        RedisCommand("SADD", [.text(item.served), .integer(buyer)], effect: .write, showing: buyer))
    }
    _ = try await redis.send(
      RedisCommand("RPUSH", [.text(answers), .text(answer)], effect: .write))
    // For buyers who have given up.
    _ = try await redis.send(
      RedisCommand("PEXPIRE", [.text(answers), 60_000], effect: .write))
    _ = try await redis.exec()
  }
}

extension Session {
  fileprivate var claims: String { topology.prefix + "claims" }

  fileprivate func answer(to ticket: String) -> String { "\(topology.prefix)answer:\(ticket)" }
}
