// One campaign's coupons: so many are given out, one to a buyer, and none comes back.

public import History

/// A campaign that starts with some coupons; its state is who has one.
///
/// A buyer who has one is always told "already", also when all are gone: "sold out" would tell him that
/// he has none, and a shop that says so after a lost reply makes him buy without it. So "sold out" is
/// for buyers without one, once none is left.
public struct CouponModel: CatalogueModel {
  public typealias Data = Coupon

  public static var name: String { "coupon" }
  public static var summary: String { "coupons, one to a buyer: claim, read" }
  public static var initialForm: String { "the number of coupons, 0 or more; required" }

  /// Coupons at the start.
  public let coupons: Int

  public var initial: Set<Value> { [] }

  /// - Parameter coupons: coupons at the start, 0 or more.
  public init(coupons: Int) {
    precondition(coupons >= 0, "a campaign starts with 0 coupons or more")
    self.coupons = coupons
  }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(coupons: try Self.count(value, absent: nil))
  }

  public func step(
    _ served: Set<Value>, _ call: Coupon.Call, _ reply: Coupon.Reply?
  ) -> ModelStep<Set<Value>> {
    let left = coupons - served.count
    switch (call, reply) {
    case (.read, nil), (.read, .unread): return .next(served)
    case (.read, .value(let told)): return told == left ? .next(served) : .refused
    case (.claim(let buyer), nil):
      return .next(left > 0 ? served.union([buyer]) : served)
    case (.claim(let buyer), .already):
      return served.contains(buyer) ? .next(served) : .refused
    case (.claim(let buyer), .soldOut):
      return left == 0 && !served.contains(buyer) ? .next(served) : .refused
    case (.claim(let buyer), .claimed):
      return left > 0 && !served.contains(buyer) ? .next(served.union([buyer])) : .refused
    case (.claim(let buyer), .left(let told)):
      guard told >= 0, left - 1 == told, !served.contains(buyer) else { return .refused }
      return .next(served.union([buyer]))
    default: return .refused
    }
  }

  public func isPureRead(_ call: Coupon.Call, _ reply: Coupon.Reply?) -> Bool {
    switch call {
    case .read: true
    case .claim: reply == .already || reply == .soldOut
    }
  }

  public func level(of served: Set<Value>) -> Int { coupons - served.count }

  public func change(by call: Coupon.Call) -> ClosedRange<Int> { call == .read ? 0...0 : -1...0 }

  public func levels(for call: Coupon.Call, _ reply: Coupon.Reply) -> ClosedRange<Int> {
    switch (call, reply) {
    case (.claim, .claimed): 1 ... .max
    case (.claim, .left(let told)): (told &+ 1)...(told &+ 1)
    case (.claim, .soldOut): .min...0
    case (.read, .value(let told)): told...told
    default: .min ... .max
    }
  }

  public func footprint(of served: Set<Value>) -> Int {
    served.reduce(64) { $0 + 48 + $1.footprint }
  }

  public func refusal(_ served: Set<Value>, _ call: Coupon.Call, _ reply: Coupon.Reply) -> String {
    let left = coupons - served.count
    switch (call, reply) {
    case (.claim(let buyer), .claimed) where served.contains(buyer),
      (.claim(let buyer), .left) where served.contains(buyer):
      return "got a coupon for \(buyer), who had one already"
    case (.claim(let buyer), .claimed),
      (.claim(let buyer), .left) where left == 0:
      return "got a coupon for \(buyer), but none was left"
    case (.claim, .left(let told)):
      return "was told \(told) left, but \(left) − 1 leaves \(left - 1)"
    case (.claim(let buyer), .already):
      return "was told that \(buyer) already had a coupon, but \(buyer) had none"
    case (.claim(let buyer), .soldOut) where served.contains(buyer):
      return "was told \"sold out\", but \(buyer) had a coupon"
    case (.claim, .soldOut): return "was told \"sold out\", but \(words(left))"
    case (.read, .value(let told)): return "read \(told), but \(words(left))"
    default: return "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of call: Coupon.Call, _ reply: Coupon.Reply) -> String {
    switch (call, reply) {
    case (.claim(let buyer), .claimed): "a coupon left and none with \(buyer)"
    case (.claim(let buyer), .left(let told)):
      told < 0 || told >= coupons
        ? "an impossible campaign" : "exactly \(told + 1) left and none with \(buyer)"
    case (.claim(let buyer), .already): "a coupon with \(buyer)"
    case (.claim(let buyer), .soldOut): "none left and none with \(buyer)"
    case (.read, .value(let told)): "exactly \(told) left"
    default: "an impossible campaign"
    }
  }

  public func words(for served: Set<Value>) -> String {
    let left = coupons - served.count
    let buyers = served.map(\.description).sorted()
    guard !buyers.isEmpty else { return "\(left) left" }
    let shown = buyers.count > 4 ? "\(buyers.count) buyers" : buyers.joined(separator: ", ")
    return "\(left) left and \(shown) served"
  }

  /// "1 was left", "2 were left".
  private func words(_ left: Int) -> String { left == 1 ? "1 was left" : "\(left) were left" }
}
