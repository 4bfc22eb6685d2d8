// Random histories that a seed makes again: honest ones, then spoiled a little.

import Checker
import History

/// SplitMix64: the same numbers for the same seed on every machine.
struct Chance: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True once in `times`.
  mutating func once(in times: Int) -> Bool { below(times) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// Intervals around moments in order: call `i` may take effect at its own moment.
func intervals(_ count: Int, _ chance: inout Chance) -> [(start: Int, end: Int)] {
  let width = chance.below(8)
  return (0..<count).map { index in
    let moment = 2 * index
    return (moment - chance.below(width + 1), moment + chance.below(width + 1))
  }
}

/// Calls sorted by start, with positions, and as a rule processes, given anew.
func timeline<Data: Datatype>(
  _ calls: [TimedCall<Data>], keepingProcesses: Bool = false
) -> [TimedCall<Data>] {
  calls.sorted { $0.start < $1.start }.enumerated().map { position, call in
    var call = call
    call.position = position
    if !keepingProcesses { call.process = position }
    return call
  }
}

/// Runs `body` over seeds, in a debug build fewer; `SOLDOUT_LONG` gives the number for a long run.
func seeds(_ count: Int, long: Int?) -> Range<UInt64> {
  0..<UInt64(long ?? count)
}
