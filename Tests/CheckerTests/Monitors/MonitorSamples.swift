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
    case .read: [.unread, .value(.null)] + (0...9).map { .value(.int($0)) }
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

/// A set that only grows.
struct GrowingSetSample: ModelSample {
  let model = SetModel([.int(0)])

  func call(by _: Int, _ random: inout SeededGenerator) -> ElementSet.Call {
    switch random.below(6) {
    case 0, 1: .read
    case 2: .contains(.int(random.below(4)))
    default: .add(.int(random.once(in: 8) ? 0 : 1 + random.below(3)))
    }
  }

  func replies(to call: ElementSet.Call) -> [ElementSet.Reply] {
    switch call {
    case .add, .remove: [.done, .changed(true), .changed(false)]
    case .contains: [.isElement(true), .isElement(false)]
    case .read:
      [.unread]
        + (0..<16).map { mask in
          .elements(Set((0..<4).filter { mask >> $0 & 1 == 1 }.map { .int($0) }))
        }
    }
  }
}

/// A queue whose elements are seldom enqueued twice.
struct DistinctQueueSample: ModelSample {
  let model = FIFOQueueModel([.int(10), .int(11)])

  func call(by _: Int, _ random: inout SeededGenerator) -> Queue.Call {
    random.once(in: 2) ? .dequeue : .enqueue(.int(random.below(8)))
  }

  func replies(to call: Queue.Call) -> [Queue.Reply] {
    switch call {
    case .enqueue: [.enqueued]
    case .dequeue: [.empty] + [10, 11, 0, 1, 2, 3, 4, 5, 6, 7].map { .value(.int($0)) }
    }
  }
}

/// A queue that often runs empty.
struct ShortQueueSample: ModelSample {
  let model = FIFOQueueModel([])

  func call(by _: Int, _ random: inout SeededGenerator) -> Queue.Call {
    random.once(in: 3) ? .enqueue(.int(random.below(50))) : .dequeue
  }

  func replies(to call: Queue.Call) -> [Queue.Reply] {
    switch call {
    case .enqueue: [.enqueued]
    case .dequeue: [.empty, .empty, .empty] + (0..<3).map { .value(.int($0)) }
    }
  }
}

/// A stock that is only sold from, one unit at a time.
struct UnitStockSample: ModelSample {
  let model = StockModel(units: 12)

  func call(by _: Int, _ random: inout SeededGenerator) -> Stock.Call {
    random.once(in: 4) ? .read : .take(1)
  }

  func replies(to call: Stock.Call) -> [Stock.Reply] {
    switch call {
    case .take: [.taken, .taken, .taken, .soldOut] + (0...11).map { .left($0) }
    case .read: [.unread] + (0...12).map { .value($0) }
    case .restock: [.restocked]
    }
  }
}

/// A campaign in which buyers often claim twice.
struct CampaignSample: ModelSample {
  let model: CouponModel

  init(coupons: Int) {
    model = CouponModel(coupons: coupons)
  }

  func call(by _: Int, _ random: inout SeededGenerator) -> Coupon.Call {
    random.once(in: 6) ? .read : .claim(.int(random.below(random.once(in: 2) ? 2 : 5)))
  }

  func replies(to call: Coupon.Call) -> [Coupon.Reply] {
    switch call {
    case .claim: [.claimed, .claimed, .already, .soldOut] + (0..<4).map { .left($0) }
    case .read: [.unread] + (0...4).map { .value($0) }
    }
  }
}

/// Baskets that are told what they left, of all items or now and then not.
struct ToldBasketSample: ModelSample {
  let model = BasketModel([.string("a"): 3, .string("b"): 4, .string("c"): 2])
  /// For so many replies worth trying there is one that doesn't tell what was left; 0 for none.
  let silence: Int

  func call(by _: Int, _ random: inout SeededGenerator) -> Basket.Call {
    let items = ["a", "b", "c"].shuffled(using: &random).prefix(1 + random.below(3))
    return random.once(in: 4)
      ? .look(items.map { .string($0) })
      : .order(items.map { Basket.Line(.string($0), random.once(in: 5) ? 2 : 1) })
  }

  func replies(to call: Basket.Call) -> [Basket.Reply] {
    var told: [[Int?]] = [[]]
    for _ in call.items { told = told.flatMap { head in (0..<4).map { head + [$0] } } }
    switch call {
    case .look: return told.map { .values($0) } + [.values(call.items.map { _ in nil })]
    case .order:
      let silent = Basket.Reply.left(call.items.map { _ in nil })
      return told.map { .left($0) } + [.soldOut]
        + (silence > 0 ? Array(repeating: silent, count: told.count / silence) : [])
    }
  }
}

/// Orders of which many are sent again, now and then with other units.
struct RepeatedOrdersSample: ModelSample {
  let units: Int
  let quantity: Int
  let model: OrdersModel

  init(quantity: Int) {
    self.quantity = quantity
    units = 2 * quantity + 1
    model = OrdersModel(units: units)
  }

  func call(by _: Int, _ random: inout SeededGenerator) -> Orders.Call {
    if random.once(in: 6) { return .read }
    let id = Value.int(random.below(random.once(in: 2) ? 2 : 5))
    return .order(id: id, units: random.once(in: 40) ? 3 : quantity)
  }

  func replies(to call: Orders.Call) -> [Orders.Reply] {
    switch call {
    case .order: [.taken, .taken, .soldOut] + (0...units).map { .left($0) }
    case .read: [.unread] + (0...units).map { .value($0) }
    }
  }
}

/// A lock that anyone releases, held at the start or not.
struct LockSample: ModelSample {
  let model: MutexModel

  init(isHeld: Bool) {
    model = MutexModel(isHeld: isHeld)
  }

  func call(by client: Int, _ random: inout SeededGenerator) -> Lock.Call {
    Lock.Call(random.once(in: 2) ? .acquire : .release, by: .int(client))
  }

  func replies(to _: Lock.Call) -> [Lock.Reply] { [.done, .done, .refused] }
}

/// A reentrant lock, held at the start by the first client or not. Now and then a client calls for
/// another one, so that some call twice at a time.
struct OwnedLockSample: ModelSample {
  let model: OwnerMutexModel

  init(isHeld: Bool) {
    model = OwnerMutexModel(heldBy: isHeld ? .int(0) : nil)
  }

  func call(by client: Int, _ random: inout SeededGenerator) -> Lock.Call {
    let client = random.once(in: 200) ? random.below(3) : client
    return Lock.Call(random.once(in: 2) ? .acquire : .release, by: .int(client))
  }

  func replies(to _: Lock.Call) -> [Lock.Reply] { [.done, .done, .refused] }
}

/// A lock with tokens.
struct FencedLockSample: ModelSample {
  let model = FencedMutexModel(token: 2)

  func call(by client: Int, _ random: inout SeededGenerator) -> Lock.Call {
    OwnedLockSample(isHeld: false).call(by: client, &random)
  }

  func replies(to call: Lock.Call) -> [Lock.Reply] {
    call.action == .acquire
      ? [.done, .refused] + (2...6).map { .token($0) } : [.done, .done, .refused]
  }
}
