// What a report tells of locks: overlaps and overtakes are told, and neither breaks a stock.

import Checker
import History
import Report
import Support
import Testing

private func granted(_ process: Int, at time: Int64, called: Int64, queued: Int64?) -> Event {
  let queue = queued.map { [Value.Entry(.string("queued"), .int(Int($0 * microsecond)))] } ?? []
  return event(
    "lock", "granted",
    .map(
      [
        .init(.string("process"), .int(process)),
        .init(.string("called"), .int(Int(called * microsecond))),
      ] + queue), at: time, key: .string("item-0"))
}

private func released(_ process: Int, at time: Int64) -> Event {
  event(
    "lock", "released", .map([.init(.string("process"), .int(process))]), at: time,
    key: .string("item-0"))
}

private func log(_ events: [Event]) -> LockLog {
  LockLog(of: History(operations: [], events: events))
}

@Suite("Findings of locks")
struct LockFindingTests {
  @Test("an overlap and an overtake are told and are no violation")
  func told() throws {
    let log = log([
      granted(2, at: 2000, called: 1000, queued: nil), granted(1, at: 3000, called: 0, queued: 500),
      released(2, at: 4000), released(1, at: 5000),
    ])
    let overlap = try #require(log.overlaps.map { Finding($0) }.first)
    #expect(overlap.title == "lock overlap" && !overlap.isViolation)
    #expect(overlap.sentence == "p2 and p1 held item-0 at once for 1.0 ms")
    let waits = try #require(Finding(log))
    #expect(!waits.isViolation)
    #expect(
      waits.sentence
        == "2 grants, 1 of them after a refusal, 1 of these overtaken, by 1 later caller "
        + "in all; waits: p50 1.00ms, p99 3.00ms")
  }

  @Test("a line kept is told so, and a run without locks tells nothing")
  func fair() throws {
    let log = log([
      granted(1, at: 1000, called: 0, queued: nil), released(1, at: 2000),
      granted(2, at: 2000, called: 500, queued: 600), released(2, at: 2500),
    ])
    #expect(log.overlaps.isEmpty)
    let sentence = try #require(Finding(log)).sentence
    #expect(sentence.hasPrefix("2 grants, 1 of them after a refusal, nobody was overtaken; "))
    #expect(Finding(LockLog(of: History(operations: []))) == nil)
  }

  @Test("where waiting shows nowhere, fairness is not claimed")
  func unseen() throws {
    let log = log([
      granted(1, at: 1000, called: 0, queued: nil), released(1, at: 2000),
      granted(2, at: 2000, called: 500, queued: nil), released(2, at: 2500),
    ])
    let sentence = try #require(Finding(log)).sentence
    #expect(sentence.hasPrefix("2 grants, none of them after a refusal, so overtaking could "))
  }
}

private func served(_ process: Int, _ called: Int64, _ queued: Int64, _ served: Int64) -> Event {
  let times = [("called", called), ("queued", queued), ("served", served)]
  return event(
    "queue", "served",
    .map(
      [.init(.string("process"), .int(process))]
        + times.map { .init(.string($0), .int(Int($1 * microsecond))) }),
    at: 9000, key: .string("item-0"))
}

@Suite("Findings of queues and caches")
struct QueueFindingTests {
  private func sentence(_ events: [Event]) -> String? {
    Finding(QueueLog(of: History(operations: [], events: events)))?.sentence
  }

  @Test("who was served first though in line later overtakes; who asked meanwhile doesn't")
  func overtakes() {
    #expect(
      sentence([served(1, 0, 1000, 4000), served(2, 2000, 2500, 3000), served(3, 500, 900, 2000)])
        == "3 orders, 1 of them overtaken, by 1 later caller in all; waits: p50 1.50ms, p99 4.00ms")
    #expect(
      sentence([served(1, 0, 1000, 3000), served(2, 2000, 2500, 4000)])
        == "2 orders, nobody was overtaken; waits: p50 2.00ms, p99 3.00ms")
    #expect(sentence([]) == nil)
  }

  @Test("nobody holds a queue, so holders at once are not counted as none")
  func overlaps() throws {
    let queues = QueueLog(of: History(operations: [], events: [served(1, 0, 1000, 3000)]))
    #expect(try #require(WaitFigures(queues)).overlaps == nil)
    let locks = log([granted(1, at: 1000, called: 0, queued: nil), released(1, at: 2000)])
    #expect(try #require(WaitFigures(locks)).overlaps == 0)
  }

  @Test("of stale reads their ages are told, and that none was stale")
  func staleness() throws {
    let reads = [0, 2000, 4000].map { Staleness(operation: 0, age: $0 * microsecond) }
    let finding = try #require(Finding(reads))
    #expect(!finding.isViolation)
    #expect(
      finding.sentence
        == "2 of 3 reads were stale, by at least: p50 2.00ms, p95 4.00ms, "
        + "p99 4.00ms, max 4.00ms")
    #expect(Finding(Array(reads.prefix(1)))?.sentence == "none of 1 read was stale")
    #expect(Finding([Staleness]()) == nil)
  }
}

@Suite("Findings of connections")
struct ConnectionFindingTests {
  @Test("the peak is told, and how many of it waited")
  func told() {
    #expect(
      Finding(connections: 31, waiting: 15).sentence
        == "31 database connections held at the peak, up to 15 while waiting for a lock")
    #expect(
      Finding(connections: 1, waiting: 0).sentence
        == "1 database connection held at the peak, none while waiting for a lock")
    #expect(!Finding(connections: 1, waiting: 0).isViolation)
  }
}
