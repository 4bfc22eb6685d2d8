// One balance: it never goes below zero, and every reply tells the truth about it.

public import History

/// An account that starts with `balance` and refuses to be overdrawn.
public struct AccountModel: ResumableModel {
  public typealias Data = Account

  public static var name: String { "account" }
  public static var summary: String { "a balance: charge, use (never below 0), read" }
  public static var initialForm: String { "the balance, 0 or more; default 0" }

  public let initial: Int

  /// - Parameter balance: the balance at the start, 0 or more.
  public init(balance: Int) {
    precondition(balance >= 0, "an account starts with 0 or more")
    initial = balance
  }

  public static func initialValue(in state: Int) -> Value { .int(state) }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(balance: try Self.count(value, absent: 0))
  }

  public func step(
    _ balance: Int, _ call: Account.Call, _ reply: Account.Reply?
  ) -> ModelStep<Int> {
    switch (call, reply) {
    case (.charge(let amount), nil), (.charge(let amount), .done):
      .next(balance + amount)
    case (.charge(let amount), .balance(let told)):
      told == balance + amount ? .next(told) : .refused
    case (.use(let amount), nil):
      .next(amount <= balance ? balance - amount : balance)
    case (.use(let amount), .done):
      amount <= balance ? .next(balance - amount) : .refused
    case (.use(let amount), .balance(let told)):
      told >= 0 && told == balance - amount ? .next(told) : .refused
    case (.use(let amount), .insufficient):
      amount > balance ? .next(balance) : .refused
    case (.read, nil), (.read, .unread):
      .next(balance)
    case (.read, .value(let told)):
      told == balance ? .next(balance) : .refused
    default: .refused
    }
  }

  public func isPureRead(_ call: Account.Call, _ reply: Account.Reply?) -> Bool {
    call == .read || reply == .insufficient
  }

  public func level(of balance: Int) -> Int { balance }

  public func change(by call: Account.Call) -> ClosedRange<Int> {
    switch call {
    case .charge(let amount): 0...amount
    case .use(let amount): -amount...0
    case .read: 0...0
    }
  }

  public func levels(for call: Account.Call, _ reply: Account.Reply) -> ClosedRange<Int> {
    switch (call, reply) {
    case (.charge(let amount), .balance(let told)): (told &- amount)...(told &- amount)
    case (.use(let amount), .balance(let told)): (told &+ amount)...(told &+ amount)
    case (.use(let amount), .done): amount ... .max
    case (.use(let amount), .insufficient): .min...(amount - 1)
    case (.read, .value(let told)): told...told
    default: .min ... .max
    }
  }

  public func refusal(_ balance: Int, _ call: Account.Call, _ reply: Account.Reply) -> String {
    switch (call, reply) {
    case (.charge(let amount), .balance(let told)):
      "was told \(told), but \(balance) + \(amount) makes \(balance + amount)"
    case (.use(let amount), .done): "used \(amount), but only \(balance) was there"
    case (.use(let amount), .balance(let told)) where amount > balance:
      "used \(amount) and was told \(told) was left, but only \(balance) was there"
    case (.use(let amount), .balance(let told)):
      "was told \(told), but \(balance) − \(amount) leaves \(balance - amount)"
    case (.use(let amount), .insufficient):
      "was told that \(amount) was not there, but \(balance) was"
    case (.read, .value(let told)): "read \(told), but the balance was \(balance)"
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of call: Account.Call, _ reply: Account.Reply) -> String {
    switch (call, reply) {
    case (.charge(let amount), .balance(let told)):
      Self.demand(told.subtractingReportingOverflow(amount))
    case (.use(let amount), .done): "a balance of at least \(amount)"
    case (.use(let amount), .balance(let told)):
      Self.demand(told.addingReportingOverflow(amount))
    case (.use(let amount), .insufficient): "a balance below \(amount)"
    case (.read, .value(let told)): "a balance of \(told)"
    default: "an impossible account"
    }
  }

  private static func demand(_ before: (partialValue: Int, overflow: Bool)) -> String {
    before.overflow ? "an impossible account" : "a balance of \(before.partialValue) before it"
  }

  public func words(for balance: Int) -> String { "\(balance)" }
}
