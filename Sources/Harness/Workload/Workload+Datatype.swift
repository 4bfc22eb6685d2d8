// What a workload's clients call: a stock that is sold, an account that is charged and used, coupons of which
// no buyer gets two, orders that can be sent again. A stock and an account run on the same strategies: to use
// a balance is to take units, to charge it to restock them. Only the words differ, and they are here.

import History

extension Workload {
  /// What a workload's calls are calls on: the vocabulary of its history, and the model it is judged by.
  public enum Datatype: String, Sendable, Hashable, CaseIterable, Codable {
    case stock
    case account
    case coupon
    case orders
  }
}

extension Workload.Datatype {
  /// The name of the object with this number, in histories.
  public func object(_ number: Int) -> String {
    switch self {
    case .stock, .orders: "item-\(number)"
    case .account: "account-\(number)"
    case .coupon: "campaign-\(number)"
    }
  }

  /// What histories call a function.
  func name(of call: ShopCall) -> String {
    switch (self, call) {
    case (.account, .take): "use"
    case (.account, .restock): "charge"
    default: call.function
    }
  }

  /// What histories write for a reply.
  func output(of reply: ShopReply, to call: ShopCall) -> Value {
    switch (self, reply) {
    case (.account, .soldOut): .string("insufficient")
    // A charge's units would be taken for the balance, which no strategy tells.
    case (.account, .restocked): .null
    default: reply.output(to: call.input)
    }
  }

  /// What the workload's keys are called.
  struct Keys {
    var objects: String
    var start: String
    var quantity: String?
    /// Weights of taking, reading and, where there are three, of putting back.
    var mix: [String]
  }

  var keys: Keys {
    switch self {
    case .stock:
      Keys(
        objects: "items", start: "stock", quantity: "quantity", mix: ["take", "read", "restock"])
    case .account:
      Keys(
        objects: "accounts", start: "balance", quantity: "amount", mix: ["use", "read", "charge"])
    case .coupon: Keys(objects: "campaigns", start: "coupons", mix: ["claim", "read"])
    case .orders:
      Keys(objects: "items", start: "stock", quantity: "quantity", mix: ["order", "read"])
    }
  }

  /// A call that takes one unit; calls with other numbers are other buyers' or other orders.
  public func taking(_ number: Int) -> ShopCall {
    switch self {
    case .stock, .account: .take(1)
    case .coupon: .claim(buyer: number)
    case .orders: .order(id: number, units: 1)
    }
  }

  /// The calls, as histories name them.
  public var calls: [String] { keys.mix }

  /// So many clients with so many calls each, of which the first two clients' want the same.
  public func script(clients: Int, calls: Int) -> [[ShopCall]] {
    (0..<clients).map { client in (0..<calls).map { taking(max(1, client) + $0) } }
  }

  /// Whether strategies for a stock serve it.
  var isStock: Bool { self == .stock || self == .account }

  /// What a strategy must bear to carry such a workload.
  public var demands: Traffic { self == .account ? [.severalUnits, .restocks] : [] }

  /// What is there at the start, in words: `1000 in stock`.
  public func start(_ units: String) -> String {
    if self == .account { return "balance \(units)" }
    return "\(units) \(self == .coupon && units == "1" ? "coupon" : unit)"
  }

  /// What units are said to be: `in stock`.
  public var unit: String { self == .coupon ? "coupons" : "in stock" }

  /// The question that its workloads answer, as a heading over them.
  public var question: String {
    switch self {
    case .stock: "Many buyers, few units"
    case .account: "A balance that is charged and used"
    case .coupon: "One per buyer"
    case .orders: "The same order again"
    }
  }
}
