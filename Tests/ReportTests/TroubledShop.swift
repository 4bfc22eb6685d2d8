// Random own histories with faults, locks and failures of several kinds, to hold what is counted
// while reading against what is counted of the whole. They are no store's truth.

import History
import Support

/// A run in which much goes wrong.
enum TroubledShop {
  private static let errors = ["OOM", "connection closed", "lock not granted", nil]

  /// The lines of a history: seldom a mark of the main phase too few or too many, several events at
  /// one time, calls that nobody answered.
  static func text(_ random: inout SeededGenerator) -> [UInt8] {
    var shop = Shop(.stock, &random)
    shop.clients = 1 + random.below(4)
    shop.keys = 1 + random.below(2)
    shop.operations = 5 + random.below(60)
    shop.units = random.below(12)
    shop.failing = [0, 2, 7][random.below(3)]
    shop.indeterminate = [0, 4, 12][random.below(3)]
    let entries = troubled(simulated(shop, &random), &random)
    // A fault explains what fails up to a second later: some histories take longer, some don't.
    let unit: Int64 = [1_000_000, 100_000_000, 700_000_000][random.below(3)]
    var bytes: [UInt8] = []
    JSONLinesWriter.append(
      Header(model: "stock", initial: [.string("item-0"): .int(shop.units)]), to: &bytes)
    for var entry in entries {
      entry.time = entry.time.map { $0 * unit }
      entry.index = nil
      JSONLinesWriter.append(entry, to: &bytes)
    }
    return bytes
  }

  /// The shop's entries, or those of clients one after the other, which no lock keeps waiting.
  private static func simulated(_ shop: Shop, _ random: inout SeededGenerator) -> [Entry] {
    guard random.once(in: 3) else { return shop.entries(&random) }
    var entries: [Entry] = []
    var left = shop.units
    for number in 0..<shop.operations {
      let call = Entry(
        process: .client(random.below(shop.clients)), kind: .invoke, function: "take",
        key: .string("item-0"), value: .int(1), time: Int64(number) * 3, index: entries.count)
      var reply = call
      reply.kind = shop.failing > 0 && random.once(in: 5) ? .fail : .ok
      reply.time = Int64(number) * 3 + 2
      reply.value = left > 0 ? .int(left - 1) : .string("sold-out")
      if reply.kind == .ok { left = max(0, left - 1) }
      entries += [call, reply]
    }
    return entries
  }

  private static func troubled(
    _ entries: [Entry], _ random: inout SeededGenerator
  ) -> [Entry] {
    var troubled: [Entry] = []
    let isLocked = random.once(in: 2)
    let marks = Set(
      (0..<[0, 2, 2, 2, 3][random.below(5)]).map { _ in random.below(entries.count) })
    let strikes = Set((0..<random.below(4)).map { _ in random.below(entries.count) })
    var holders: [Entry.Process: Entry] = [:]
    for (place, entry) in entries.enumerated() {
      if let grant = holders[entry.process], entry.kind != .invoke {
        if random.once(in: 3) { troubled.append(note("renewed", of: grant, at: entry.time)) }
        if !random.once(in: 5) { troubled.append(note("released", of: grant, at: entry.time)) }
        holders[entry.process] = nil
      }
      var entry = entry
      if entry.kind == .fail || entry.kind == .info { entry.error = errors[random.below(4)] }
      troubled.append(entry)
      if isLocked, entry.kind == .invoke, entry.function != "read", !random.once(in: 4) {
        holders[entry.process] = entry
        troubled.append(note("granted", of: entry, at: entry.time))
      }
      if marks.contains(place) { troubled.append(event("run", "main", at: entry.time)) }
      if strikes.contains(place) {
        let fault = ["latency", "server-kill"][random.below(2)]
        troubled.append(event("nemesis", fault, at: entry.time))
      }
    }
    return troubled
  }

  private static func event(_ process: String, _ function: String, at time: Int64?) -> Entry {
    Entry(process: .named(process), kind: .info, function: function, time: time)
  }

  private static func note(_ what: String, of call: Entry, at time: Int64?) -> Entry {
    var entry = event("lock", what, at: time)
    guard case .client(let process) = call.process, let called = call.time else { return entry }
    entry.key = call.key
    entry.value = .map([
      .init(.string("process"), .int(process)), .init(.string("called"), .int(Int(called))),
      .init(.string("asked"), .int(Int(called))), .init(.string("lease"), .int(1)),
    ])
    return entry
  }
}
