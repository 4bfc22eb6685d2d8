// Random histories and a small seeded generator, so that a failure names what made it.

import History
import Support

extension Value {
  private static let texts = [
    "", "a", "sold-out", "item-0", "é😀", "with space", "quote\"", "line\nend", "\\", "#set",
    "\u{1}",
    "a very long text that fits in no small string", ":x", "3",
  ]
  private static let names = ["a", "timed-out", "jepsen.client/timeout", "x1", "é"]

  /// A value; with `edn`, of kinds that only EDN has too.
  static func random(edn: Bool, depth: Int = 0, using random: inout SeededGenerator) -> Value {
    switch Int.random(in: 0..<(depth < 3 ? (edn ? 13 : 9) : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .int(Int.random(in: -10...10, using: &random))
    case 3: return .int([.min, .max, 1 << 53, -1].randomElement(using: &random) ?? 0)
    case 4: return .double(Double.random(in: -1e6...1e6, using: &random))
    case 5: return .string(texts.randomElement(using: &random) ?? "")
    case 6, 7: return .list(items(edn: edn, depth: depth, using: &random))
    case 8:
      let keys = Set(items(edn: false, depth: 3, using: &random).compactMap(\.name))
      return .map(
        keys.sorted().map {
          Entry(.string("k" + $0), .random(edn: edn, depth: depth + 1, using: &random))
        })
    case 9: return .keyword(names.randomElement(using: &random) ?? "a")
    case 10: return .set(Array(Set(items(edn: edn, depth: depth, using: &random))))
    case 11:
      let keys = Set(items(edn: edn, depth: depth + 1, using: &random))
      return .map(
        keys.map { Entry($0, .random(edn: edn, depth: depth + 1, using: &random)) })
    default:
      let tags = ["inst", "jepsen.history.Op", "a/b"]
      return .tagged(
        tags.randomElement(using: &random) ?? "inst",
        .random(edn: edn, depth: depth + 1, using: &random))
    }
  }

  private static func items(
    edn: Bool, depth: Int, using random: inout SeededGenerator
  ) -> [Value] {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in
      .random(edn: edn, depth: depth + 1, using: &random)
    }
  }
}

extension Entry {
  /// Well-formed entries of a few processes, indexed, timed, in order.
  static func random(count: Int, edn: Bool, using random: inout SeededGenerator) -> [Entry] {
    var entries: [Entry] = []
    var open: [Int: Entry] = [:]
    var time: Int64 = 0
    var fresh = 4
    var processes = Array(0..<4)
    for index in 0..<count {
      time += Int64.random(in: 0...3, using: &random)
      let slot = Int.random(in: 0..<4, using: &random)
      var entry = Entry(
        process: .client(processes[slot]), kind: .invoke, function: "take",
        value: .random(edn: edn, using: &random), time: time, index: index)
      if Int.random(in: 0..<10, using: &random) == 0 {
        entry.process = .named("nemesis")
        entry.kind = .info
        entry.error = Bool.random(using: &random) ? "broken" : nil
      } else if let call = open.removeValue(forKey: processes[slot]) {
        entry = reply(to: call, entry, edn: edn, using: &random)
        if entry.kind == .info {
          processes[slot] = fresh
          fresh += 1
        }
      } else {
        entry.function = ["take", "read", "restock"].randomElement(using: &random) ?? "take"
        entry.key = Bool.random(using: &random) ? .random(edn: edn, using: &random) : nil
        if entry.key == .null { entry.key = nil }
        entry.intended = Bool.random(using: &random) ? time - 5 : nil
        open[processes[slot]] = entry
      }
      if Int.random(in: 0..<8, using: &random) == 0 {
        entry.extra = [.init(.string("node"), .random(edn: edn, using: &random))]
      }
      entries.append(entry)
    }
    return entries
  }

  private static func reply(
    to call: Entry, _ moment: Entry, edn: Bool, using random: inout SeededGenerator
  ) -> Entry {
    var reply = call
    (reply.time, reply.index, reply.intended, reply.extra) = (moment.time, moment.index, nil, [])
    reply.kind = [.ok, .ok, .fail, .info].randomElement(using: &random) ?? .ok
    if reply.kind == .ok {
      reply.value = moment.value
      reply.steps = [
        Step(command: "GET", reply: "5", sent: 1, received: 2),
        Step(command: "SET \"x\"", reply: "lost", sent: -3, received: 4),
      ]
    } else {
      reply.error = "timeout\t1"
      reply.value = [call.value, .null, moment.value].randomElement(using: &random) ?? .null
    }
    return reply
  }
}

extension History {
  /// A random history.
  static func random(
    count: Int, order: EventOrder, edn: Bool, using random: inout SeededGenerator
  ) throws -> History {
    var builder = HistoryBuilder(order: order)
    if order == .times {
      builder.header = Header(
        workload: "w", strategy: "s", model: "stock", initial: [.string("item-0"): .int(3)],
        seed: "7f", extra: [.init(.string("clients"), .int(4))])
    }
    for entry in Entry.random(count: count, edn: edn, using: &random) { try builder.append(entry) }
    return try builder.finish()
  }
}
