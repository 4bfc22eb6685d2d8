// The coupons of generated histories; constant time per call.

import Checker
internal import History

/// Coupons, one to a buyer. One claim in eight is by a buyer who claimed before, and one reply in eight
/// does not say how many are left.
struct SyntheticCoupons: SyntheticObject {
  let coupons: Int
  private var served: Set<Int> = []
  private var buyers = 0

  init(coupons: Int) {
    self.coupons = coupons
  }

  private var left: Int { coupons - served.count }

  var initial: Value { .int(coupons) }

  mutating func read(_: inout SplitMix64) -> Request { Request(function: "read", input: .null) }

  mutating func change(_ random: inout SplitMix64) -> Request {
    let isKnown = buyers > 0 && random.below(8) == 0
    return Request(function: "claim", input: isKnown ? .int(random.below(buyers)) : fresh())
  }

  mutating func perform(_ request: Request) -> Value {
    guard request.function == "claim", case .int(let buyer) = request.input else {
      return .int(left)
    }
    if served.contains(buyer) { return .string("already") }
    guard left > 0 else { return .string("sold-out") }
    served.insert(buyer)
    return served.count % 8 == 0 ? .null : .int(left)
  }

  /// No coupon comes back: nobody gets two, what was read before is not read again, and after "sold out"
  /// nobody gets one.
  mutating func script(for defect: SyntheticHistory.Defect) -> [ScriptedCall] {
    let buyer = fresh()
    let next = Value.int(max(left - 1, 0))
    switch defect {
    case .duplicate: return [.init("claim", buyer, .null), .init("claim", buyer, .null)]
    case .stale: return [.init("claim", buyer, next), .init("read", .null, .int(max(left, 1)))]
    case .oversell:
      return [.init("claim", buyer, .string("sold-out")), .init("claim", fresh(), .null)]
    case .ghost: return [.init("read", .null, .int(coupons + 1))]
    case .none, .swap: return []
    }
  }

  private mutating func fresh() -> Value {
    buyers += 1
    return .int(buyers - 1)
  }
}
