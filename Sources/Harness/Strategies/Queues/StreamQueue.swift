// Orders through a queue: buyers append to one of several Redis Streams, its consumer decides and
// answers, buyers wait for the answer. Every partition has one consumer, which reads the stock,
// subtracts and writes: safe only where nobody else sells the same item.
//
// The answer is a list of its own for every order: one that comes before its buyer listens waits
// there, where a published message would be gone. Stock, answer and acknowledgement are one
// transaction, so an order that is delivered again after its consumer failed is not sold twice.
// Nobody forwards an order to another partition, and a buyer who left is still sold to.

import Drivers
package import History

/// A strategy whose takes and restocks go through streams.
package protocol StreamQueue: RedisStock {
  /// The stream an order goes to, below `partitions`.
  func partition(of item: Item, in session: Session) -> Int
}

/// How many streams there are, and consumers.
private let partitions = 4

extension StreamQueue {
  package var workers: Int { partitions }
  package var partitionCount: Int { partitions }

  package func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await session.redis.set(item.key, units) }
    for partition in 0..<partitions {
      let create: [RedisArgument] = [
        "CREATE", .text(session.stream(partition)), .text(group), "0", "MKSTREAM",
      ]
      _ = try await session.redis.send(RedisCommand("XGROUP", create, effect: .write))
    }
  }

  package func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    let left = try await order(units, of: item, in: session)
    return left >= 0 ? .left(left) : .soldOut
  }

  /// Through the queue too: between a consumer's GET and SET it would be lost.
  package func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    _ = try await order(-units, of: item, in: session)
  }

  /// Stands in line until served. Returns the units left, below zero if there were too few.
  private func order(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Int {
    let ticket = session.freshTicket()
    let called = session.now
    // From here on it will be served, whether its buyer waits or not.
    let order: [RedisArgument] = [
      .text(session.stream(partition(of: item, in: session))), "*", "item", .text(item.key),
      "units", .integer(units), "ticket", .text(ticket),
    ]
    _ = try await session.redis.send(
      RedisCommand("XADD", order, effect: .write, showing: units))
    let queued = session.now
    let answer = try await session.redis.send(
      RedisCommand("BLPOP", [.text(session.answers(to: ticket)), 0], effect: .onLockOnly))
    let words = (answer.elements?.last?.text ?? "").split(separator: " ").map { Int($0) }
    guard words.count == 4, let left = words[0], let served = words[1], let seller = words[2],
      let read = words[3]
    else {
      throw .indefinite(.protocolViolation("an order was answered with \(answer)"))
    }
    session.noteServed(
      item, by: seller, from: read, called: called, queued: queued, served: Int64(served))
    return left
  }
}

// MARK: - Consumers

/// The consumer group of every stream.
private let group = "sellers"

/// An order as its consumer gets it.
private struct Order {
  let id: String
  /// The key of the item's stock.
  let item: String
  let units: Int
  let ticket: String

  /// From an entry: its id, and names with values.
  init(_ entry: RedisReply) throws(Failure) {
    guard let parts = entry.elements, parts.count == 2, let id = parts[0].text,
      let fields = parts[1].elements, fields.count == 6, let item = fields[1].text,
      let units = fields[3].integer, let ticket = fields[5].text
    else { throw .definite(.protocolViolation("this is not an order: \(entry)")) }
    (self.id, self.item, self.units, self.ticket) = (id, item, units, ticket)
  }
}

extension StreamQueue {
  package func work(_ number: Int, until stop: WorkerStop, in session: Session)
    async throws(Failure)
  {
    // First what was delivered to this consumer before and never acknowledged.
    var position = "0"
    while !stop.isOver {
      session.begin(deadline: session.now + 5_000_000_000)
      let orders = try await next(after: position, of: number, in: session)
      if orders.isEmpty { position = ">" }
      for order in orders {
        session.begin(deadline: session.now + 5_000_000_000)
        try await serve(order, from: number, in: session)
      }
    }
  }

  /// Up to 16 orders of a partition; waits 50 ms for the first.
  private func next(
    after position: String, of number: Int, in session: Session
  ) async throws(Failure) -> [Order] {
    let read: [RedisArgument] = [
      "GROUP", .text(group), .text("seller-\(number)"), "COUNT", 16, "BLOCK", 50, "STREAMS",
      .text(session.stream(number)), .text(position),
    ]
    let reply = try await session.redis.send(RedisCommand("XREADGROUP", read, effect: .onLockOnly))
    var orders: [Order] = []
    for entry in reply.elements?.first?.elements?.last?.elements ?? [] {
      orders.append(try Order(entry))
    }
    return orders
  }

  private func serve(
    _ order: Order, from number: Int, in session: Session
  ) async throws(Failure) {
    let redis = session.redis
    let served = session.now
    let read = try await redis.get(order.item) ?? 0
    let left = read - order.units
    try await redis.multi()
    if left >= 0 { try await redis.set(order.item, left) }
    let answers = session.answers(to: order.ticket)
    let answer = "\(left) \(served) \(number) \(read)"
    let (stream, id) = (RedisArgument.text(session.stream(number)), RedisArgument.text(order.id))
    for command in [
      RedisCommand("RPUSH", [.text(answers), .text(answer)], effect: .write),
      // For buyers who have given up.
      RedisCommand("PEXPIRE", [.text(answers), 60_000], effect: .write),
      RedisCommand("XACK", [stream, .text(group), id], effect: .write),
      RedisCommand("XDEL", [stream, id], effect: .write),
    ] { _ = try await redis.send(command) }
    _ = try await redis.exec()
  }
}

extension Session {
  fileprivate func stream(_ partition: Int) -> String { "\(topology.prefix)orders:\(partition)" }

  fileprivate func answers(to ticket: String) -> String { "\(topology.prefix)answer:\(ticket)" }

  /// Notes an order's way: asked for, known to be in line, when its consumer began with it, and from
  /// what it then read.
  fileprivate func noteServed(
    _ item: Item, by seller: Int, from read: Int, called: Int64, queued: Int64, served: Int64
  ) {
    guard let journal = locks.journal else { return }
    journal.event(
      "served", from: "queue", key: item.name,
      value: .object([
        "process": .int(process), "called": .int(Int(called - journal.origin)),
        "queued": .int(Int(queued - journal.origin)), "served": .int(Int(served - journal.origin)),
        "consumer": .int(seller), "read": .int(read),
      ]))
  }
}
