// Short histories written by hand: one line per operation, times in milliseconds.

import History

/// Builds a history call by call.
struct Story {
  private(set) var operations: [Operation] = []
  private var events: [Event] = []

  var history: History {
    History(operations: operations.sorted { $0.call.rank < $1.call.rank }, events: events)
  }

  /// One operation; without `until` it has no reply.
  mutating func call(
    _ process: Int, _ function: String, key: Value? = item4, _ input: (any Written)? = nil,
    from: Int, until: Int? = nil, _ outcome: Outcome = .ok, _ output: (any Written)? = nil,
    line: Int = 0
  ) {
    operations.append(
      Operation(
        process: process, function: function, key: key, input: input?.value ?? .null,
        output: output?.value ?? .null,
        outcome: outcome, call: moment(from, line), reply: until.map { moment($0, line) }))
  }

  mutating func event(_ function: String, at time: Int) {
    events.append(
      Event(process: "nemesis", function: function, value: .null, moment: moment(time)))
  }

  private func moment(_ time: Int, _ line: Int = 0) -> Moment {
    Moment(rank: time, index: 0, line: line, time: Int64(time) * 1_000_000)
  }
}

/// What a test may write for a value.
protocol Written {
  var value: Value { get }
}

extension Value: Written {
  var value: Value { self }
}

extension Int: Written {
  var value: Value { .int(self) }
}

extension String: Written {
  var value: Value { .string(self) }
}

let item4 = Value.string("item-4")
let item5 = Value.string("item-5")
