// For every model of the catalogue: calls and replies from a domain so small that they collide.

public import Checker
public import History

/// One sample per model; a test checks that none is missing.
public let modelSamples: [any ModelSample] = [
  StockSample(), CouponSample(), BasketSample(), ReservationSample(),
  OrdersSample(), AccountSample(), RegisterSample(),
  CASRegisterSample(),
  MultiRegisterSample(),
  CounterSample(), SetSample(), FIFOQueueSample(), UnorderedQueueSample(), MutexSample(),
  OwnerMutexSample(), FencedMutexSample(), KVAppendSample(),
]

private func element(_ random: inout SeededGenerator, below bound: Int = 3) -> Value {
  .int(random.below(bound))
}

public struct StockSample: ModelSample {
  public let model = StockModel(units: 4)

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Stock.Call {
    switch random.below(8) {
    case 0: .read
    case 1: .restock(1 + random.below(2))
    case 2: .take(2)
    default: .take(1)
    }
  }

  public func replies(to call: Stock.Call) -> [Stock.Reply] {
    switch call {
    case .take: [.taken, .soldOut] + (0...4).map { .left($0) }
    case .read: [.unread] + (0...5).map { .value($0) }
    case .restock: [.restocked]
    }
  }
}

public struct CouponSample: ModelSample {
  public let model = CouponModel(coupons: 2)

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Coupon.Call {
    random.once(in: 5) ? .read : .claim(element(&random, below: 4))
  }

  public func replies(to call: Coupon.Call) -> [Coupon.Reply] {
    switch call {
    case .claim: [.claimed, .already, .soldOut, .left(0), .left(1)]
    case .read: [.unread] + (0...2).map { .value($0) }
    }
  }
}

public struct BasketSample: ModelSample {
  public let model = BasketModel([.string("a"): 2, .string("b"): 3])

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Basket.Call {
    let items = ["a", "b"].shuffled(using: &random).prefix(1 + random.below(2))
    return random.once(in: 4)
      ? .look(items.map { .string($0) })
      : .order(items.map { Basket.Line(.string($0), 1 + random.below(2)) })
  }

  public func replies(to call: Basket.Call) -> [Basket.Reply] {
    var told: [[Int?]] = [[]]
    for _ in call.items {
      told = told.flatMap { head in ([nil, 0, 1, 2, 3] as [Int?]).map { head + [$0] } }
    }
    switch call {
    case .look: return told.map { .values($0) }
    case .order: return told.map { .left($0) } + [.soldOut, .soldOut]
    }
  }
}

public struct ReservationSample: ModelSample {
  public let model = ReservationModel(units: 2)

  public init() {}

  /// Leases are over at a moment of a small history, whatever they were said to be.
  public func call(by _: Int, _ random: inout SeededGenerator) -> Reservation.Call {
    let token = Value.int(random.below(3))
    switch random.below(8) {
    case 0: return .read
    case 1, 2: return .confirm(token)
    case 3: return .release(token)
    default:
      var hold = Reservation.Hold(by: .null, lease: nil)
      hold.number = random.below(1 << 40)
      hold.ends = random.once(in: 3) ? .max : random.below(20)
      return .hold(hold)
    }
  }

  public func replies(to call: Reservation.Call) -> [Reservation.Reply] {
    switch call {
    case .hold: [.soldOut] + (0..<3).map { .token(.int($0)) }
    case .confirm, .release: [.done, .done, .expired]
    case .read: [.unread] + (0...2).map { .value($0) }
    }
  }
}

public struct OrdersSample: ModelSample {
  public let model = OrdersModel(units: 3)

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Orders.Call {
    if random.once(in: 6) { return .read }
    // Without a number, as an order that is not sent again is judged.
    let id = random.once(in: 4) ? Value.null : element(&random)
    return .order(id: id, units: random.once(in: 4) ? 2 : 1)
  }

  public func replies(to call: Orders.Call) -> [Orders.Reply] {
    switch call {
    case .order: [.taken, .soldOut] + (0..<3).map { .left($0) }
    case .read: [.unread] + (0...3).map { .value($0) }
    }
  }
}

public struct AccountSample: ModelSample {
  public let model = AccountModel(balance: 3)

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Account.Call {
    switch random.below(6) {
    case 0: .read
    case 1, 2: .charge(1 + random.below(2))
    default: .use(1 + random.below(3))
    }
  }

  public func replies(to call: Account.Call) -> [Account.Reply] {
    switch call {
    case .charge: [.done] + (0...7).map { .balance($0) }
    case .use: [.done, .insufficient] + (0...4).map { .balance($0) }
    case .read: [.unread] + (0...6).map { .value($0) }
    }
  }
}

public struct RegisterSample: ModelSample {
  public let model = RegisterModel(initial: .int(0))

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Register.Call {
    random.once(in: 2) ? .read : .write(element(&random))
  }

  public func replies(to call: Register.Call) -> [Register.Reply] {
    switch call {
    case .read: (0...3).map { .value(.int($0)) } + [.value(.null), .unread]
    default: [.written]
    }
  }
}

public struct CASRegisterSample: ModelSample {
  public let model = CASRegisterModel(initial: .null)

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Register.Call {
    switch random.below(4) {
    case 0: .read
    case 1: .write(element(&random))
    default: .cas(from: element(&random), to: element(&random))
    }
  }

  public func replies(to call: Register.Call) -> [Register.Reply] {
    switch call {
    case .read: (0...3).map { .value(.int($0)) } + [.value(.null), .unread]
    case .write: [.written]
    case .cas: [.swapped, .mismatch]
    }
  }
}

public struct MultiRegisterSample: ModelSample {
  public let model = MultiRegisterModel([.keyword("x"): .int(0)])

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> MultiRegister.Call {
    let keys: [Value] = [.keyword("x"), .keyword("y")]
    return MultiRegister.Call(
      (0..<(1 + random.below(2))).map { _ in
        let key = keys[random.below(2)]
        return random.once(in: 2) ? .read(key) : .write(key, element(&random, below: 2))
      })
  }

  public func replies(to call: MultiRegister.Call) -> [MultiRegister.Reply] {
    let values: [Value?] = [nil, .null, .int(0), .int(1)]
    var replies: [[Value?]] = [[]]
    for case .read in call.actions {
      replies = replies.flatMap { head in values.map { head + [$0] } }
    }
    return replies.map { MultiRegister.Reply($0) }
  }
}

public struct CounterSample: ModelSample {
  public let model = CounterModel(0)

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Counter.Call {
    random.once(in: 2) ? .read : .add(random.below(4) - 1)
  }

  public func replies(to call: Counter.Call) -> [Counter.Reply] {
    switch call {
    case .add: [.added]
    case .read: [.unread] + (-2...6).map { .value($0) }
    }
  }
}

public struct SetSample: ModelSample {
  public let model = SetModel([.int(0)])

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> ElementSet.Call {
    switch random.below(5) {
    case 0: .read
    case 1: .contains(element(&random))
    case 2: .remove(element(&random))
    default: .add(element(&random))
    }
  }

  public func replies(to call: ElementSet.Call) -> [ElementSet.Reply] {
    switch call {
    case .add, .remove: [.done, .changed(true), .changed(false)]
    case .contains: [.isElement(true), .isElement(false)]
    case .read:
      [.unread]
        + (0..<8).map { mask in
          .elements(Set((0..<3).filter { mask >> $0 & 1 == 1 }.map { .int($0) }))
        }
    }
  }
}

public struct FIFOQueueSample: ModelSample {
  public let model = FIFOQueueModel([.int(0)])

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> Queue.Call {
    random.once(in: 2) ? .dequeue : .enqueue(element(&random))
  }

  public func replies(to call: Queue.Call) -> [Queue.Reply] {
    switch call {
    case .enqueue: [.enqueued]
    case .dequeue: [.empty] + (0..<3).map { .value(.int($0)) }
    }
  }
}

public struct UnorderedQueueSample: ModelSample {
  public let model = UnorderedQueueModel([.int(0)])

  public init() {}

  public func call(by client: Int, _ random: inout SeededGenerator) -> Queue.Call {
    FIFOQueueSample().call(by: client, &random)
  }

  public func replies(to call: Queue.Call) -> [Queue.Reply] {
    FIFOQueueSample().replies(to: call)
  }
}

public struct MutexSample: ModelSample {
  public let model = MutexModel(isHeld: false)

  public init() {}

  public func call(by client: Int, _ random: inout SeededGenerator) -> Lock.Call {
    Lock.Call(random.once(in: 2) ? .acquire : .release, by: .int(client))
  }

  public func replies(to call: Lock.Call) -> [Lock.Reply] { [.done, .refused] }
}

public struct OwnerMutexSample: ModelSample {
  public let model = OwnerMutexModel(heldBy: nil)

  public init() {}

  public func call(by client: Int, _ random: inout SeededGenerator) -> Lock.Call {
    MutexSample().call(by: client % 3, &random)
  }

  public func replies(to call: Lock.Call) -> [Lock.Reply] { [.done, .refused] }
}

public struct FencedMutexSample: ModelSample {
  public let model = FencedMutexModel(token: 0)

  public init() {}

  public func call(by client: Int, _ random: inout SeededGenerator) -> Lock.Call {
    MutexSample().call(by: client % 3, &random)
  }

  public func replies(to call: Lock.Call) -> [Lock.Reply] {
    call.action == .acquire ? [.done, .refused] + (1...4).map { .token($0) } : [.done, .refused]
  }
}

public struct KVAppendSample: ModelSample {
  public let model = KVAppendModel("")

  public init() {}

  public func call(by _: Int, _ random: inout SeededGenerator) -> KeyValue.Call {
    let text = ["a", "b"][random.below(2)]
    switch random.below(5) {
    case 0, 1: return .get
    case 2: return .put(text)
    default: return .append(text)
    }
  }

  public func replies(to call: KeyValue.Call) -> [KeyValue.Reply] {
    switch call {
    case .get:
      [.unread] + ["", "a", "b", "aa", "ab", "ba", "bb", "aab", "abb"].map { .text($0) }
    default: [.done]
    }
  }
}
