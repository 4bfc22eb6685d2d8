// One value: a read returns what was written last.

public import History

/// A register with read and write.
public struct RegisterModel: CatalogueModel {
  public typealias Data = Register

  public static var name: String { "register" }
  public static var summary: String { "one value: read, write" }
  public static var initialForm: String { "any value; default null" }
  public static var mayStartWithMap: Bool { true }

  public let initial: Value

  public init(initial: Value) {
    self.initial = initial
  }

  public func step(
    _ value: Value, _ call: Register.Call, _ reply: Register.Reply?
  ) -> ModelStep<Value> {
    if case .cas = call { return .refused }
    return CASRegisterModel(initial: initial).step(value, call, reply)
  }

  public func isPureRead(_ call: Register.Call, _: Register.Reply?) -> Bool {
    call == .read
  }

  public func isOverwrite(_ call: Register.Call, _: Register.Reply?) -> Bool {
    if case .write = call { true } else { false }
  }

  public func refusal(_ value: Value, _ call: Register.Call, _ reply: Register.Reply) -> String {
    if case .cas = call { return "called cas, which a plain register does not know" }
    return CASRegisterModel(initial: initial).refusal(value, call, reply)
  }

  public func demand(of call: Register.Call, _ reply: Register.Reply) -> String {
    CASRegisterModel(initial: initial).demand(of: call, reply)
  }

  public func words(for value: Value) -> String { value.literal }
}
