// Random histories that suit the monitors: few values are written twice, and no restock.

import Checker
import History
import Support

/// A register whose writes seldom write the same value.
struct DistinctRegisterSample: ModelSample {
  let model = CASRegisterModel(initial: .int(0))

  func call(by _: Int, _ random: inout SeededGenerator) -> Register.Call {
    switch random.below(8) {
    case 0...3: .read
    case 4, 5: .write(.int(1 + random.below(9)))
    default: .cas(from: .int(random.below(5)), to: .int(1 + random.below(9)))
    }
  }

  func replies(to call: Register.Call) -> [Register.Reply] {
    switch call {
    case .read: [.value(.null)] + (0...9).map { .value(.int($0)) }
    case .write: [.written]
    case .cas: [.swapped, .mismatch]
    }
  }
}

/// A counter to which 2 is added, or now and then 0.
struct ConstantCounterSample: ModelSample {
  let model = CounterModel(5)

  func call(by _: Int, _ random: inout SeededGenerator) -> Counter.Call {
    random.once(in: 2) ? .read : .add(random.once(in: 8) ? 0 : -2)
  }

  func replies(to call: Counter.Call) -> [Counter.Reply] {
    switch call {
    case .add: [.added]
    case .read: [.unread] + (0...4).map { .value(5 - 2 * $0) }
    }
  }
}
