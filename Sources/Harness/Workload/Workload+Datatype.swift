// What a workload's clients call: a stock that is sold, or an account that is charged and used.
// Both run on the same strategies: to use a balance is to take units, to charge it to restock them.
// Only the words differ, and they are here.

extension Workload {
  /// The vocabulary of a workload's calls.
  public enum Datatype: String, Sendable, Hashable, CaseIterable, Codable {
    case stock
    case account
  }
}

extension Workload.Datatype {
  /// The name of the object with this number, in histories.
  func object(_ number: Int) -> String {
    switch self {
    case .stock: "item-\(number)"
    case .account: "account-\(number)"
    }
  }

  /// What histories call a function.
  func name(of function: Function) -> String {
    switch (self, function) {
    case (_, .read): "read"
    case (.stock, .take): "take"
    case (.stock, .restock): "restock"
    case (.account, .take): "use"
    case (.account, .restock): "charge"
    }
  }

  /// The reply that there was less than asked for.
  var refusal: String {
    switch self {
    case .stock: "sold-out"
    case .account: "insufficient"
    }
  }

  /// Whether the reply to a restock repeats its units; a charge's would be taken for the balance,
  /// which no strategy tells.
  var repeatsUnits: Bool { self == .stock }

  /// What the workload's keys are called.
  struct Keys {
    var objects: String
    var start: String
    var quantity: String
    /// Weights of taking, reading and restocking.
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
    }
  }

  /// What a strategy must bear to carry such a workload.
  public var demands: Traffic { self == .account ? [.severalUnits, .restocks] : [] }
}
