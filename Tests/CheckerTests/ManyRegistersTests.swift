// Families of registers under several keys, with initial values and nil replies, against an oracle of its
// own: permutations of the calls as a file has them, decoded by nobody.

import Checker
import History
import Support
import Testing

/// A call as the test made it, with what it meant.
private struct Made {
  var key: Value
  var process: Int
  var start: Int
  var end: Int
  var isAnswered: Bool
  /// Register, and what is written; nil for a read.
  var actions: [(register: String, write: Int?)]
  /// Of the reads, in order; nil for null.
  var told: [Int?]
  /// Whether the reply was null as a whole.
  var isSilent: Bool
}

private let registers = ["x", "y"]
private let keys: [Value] = [.string("a"), .int(3), .keyword("c")]

@Suite struct `Several families of registers` {
  @Test func `auto and search agree with permutations`() async throws {
    let entry = try #require(ModelCatalogue["multi-register"])
    var seen: [Bool: Int] = [:]
    for seed in 0..<UInt64(longRun ?? 1500) {
      var random = SeededGenerator(seed: seed)
      let starts = keys.map { _ in
        registers.map { _ in random.once(in: 2) ? Int?.none : random.below(2) }
      }
      let made = calls(&random)
      let nils: NilMeaning = [.auto, .absent, .unknown][random.below(3)]
      let expected = keys.indices.allSatisfy { number in
        let own = made.filter { $0.key == keys[number] }
        return isExplained(own, from: starts[number], nils)
      }
      seen[expected, default: 0] += 1
      var history = History(operations: made.map(operation))
      let initial = initialValue(starts)
      if random.once(in: 2) {
        for case .map(let entries) in [initial] {
          for entry in entries { history.header.initial[entry.key] = entry.value }
        }
      }
      let given = history.header.initial.isEmpty ? initial : nil
      for engine in [EngineChoice.auto, .named("search")] {
        let check = Check(history, model: entry, initial: given, nils: nils, engine: engine)
        let verdict = try await check.judgements().verdict
        guard (verdict == .linearizable) == expected else {
          Issue.record(
            "seed \(seed), \(nils), from \(initial.literal): \(verdict), expected \(expected)\n\(made)"
          )
          return
        }
      }
    }
    #expect(seen[true, default: 0] > 100 && seen[false, default: 0] > 100, "\(seen)")
  }

  private func initialValue(_ starts: [[Int?]]) -> Value {
    .map(
      zip(keys, starts).map { key, values in
        Value.Entry(
          key,
          .map(
            zip(registers, values).compactMap { register, value in
              value.map { Value.Entry(.string(register), .int($0)) }
            }))
      })
  }

  private func calls(_ random: inout SeededGenerator) -> [Made] {
    var made: [Made] = []
    var free = [0, 0, 0]
    // Every key is called, so that a map by key is known for one.
    for number in 0..<(3 + random.below(6)) {
      let process = random.below(3)
      let start = free[process] + random.below(2)
      let end = start + 1 + random.below(3)
      free[process] = end + 1
      let actions = (0..<(1 + random.below(2))).map { _ in
        (register: registers[random.below(2)], write: random.once(in: 2) ? random.below(2) : nil)
      }
      made.append(
        Made(
          key: keys[number % 3], process: process + 10 * number, start: start, end: end,
          isAnswered: !random.once(in: 6), actions: actions,
          told: actions.filter { $0.write == nil }.map { _ in
            random.once(in: 3) ? nil : random.below(2)
          }, isSilent: random.once(in: 8)))
    }
    return made.sorted { $0.start < $1.start }
  }

  private func operation(_ made: Made) -> Operation {
    func actions(_ told: [Int?]) -> Value {
      var told = told[...]
      return .list(
        made.actions.map { action in
          let value = action.write ?? (told.popFirst() ?? nil)
          return .list([
            .string(action.write == nil ? "r" : "w"), .string(action.register),
            value.map(Value.int) ?? .null,
          ])
        })
    }
    return Operation(
      process: made.process, function: "txn", key: made.key, input: actions([]),
      output: !made.isAnswered || made.isSilent ? .null : actions(made.told),
      outcome: made.isAnswered ? .ok : .info, call: Moment(rank: 2 * made.start, index: 0),
      reply: made.isAnswered ? Moment(rank: 2 * made.end + 1, index: 0) : nil)
  }

  /// Whether some order explains the calls on one key.
  private func isExplained(_ calls: [Made], from starts: [Int?], _ nils: NilMeaning) -> Bool {
    func saysNothing(_ call: Made, _ register: String) -> Bool {
      if call.isSilent || nils == .unknown { return true }
      guard nils == .auto, starts[registers.firstIndex(of: register) ?? 0] != nil else {
        return false
      }
      return !calls.contains { other in
        other.isAnswered && other.end < call.start
          && other.actions.contains { $0.register == register && $0.write != nil }
      }
    }
    func after(_ call: Made, _ values: [String: Int]) -> [String: Int]? {
      var values = values
      var told = call.told[...]
      for action in call.actions {
        if let write = action.write {
          values[action.register] = write
          continue
        }
        let value = told.popFirst() ?? nil
        guard call.isAnswered, !call.isSilent else { continue }
        if value == nil, saysNothing(call, action.register) { continue }
        if value != values[action.register] { return nil }
      }
      return values
    }
    func canFinish(_ rest: [Made], _ values: [String: Int]) -> Bool {
      if rest.allSatisfy({ !$0.isAnswered }) { return true }
      return rest.indices.contains { index in
        let call = rest[index]
        guard rest.allSatisfy({ !$0.isAnswered || $0.end >= call.start }),
          let next = after(call, values)
        else { return false }
        var others = rest
        others.remove(at: index)
        return canFinish(others, next)
      }
    }
    var values: [String: Int] = [:]
    for (register, start) in zip(registers, starts) { values[register] = start }
    return canFinish(calls, values)
  }
}
