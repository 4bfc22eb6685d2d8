// One value that can be read, written, and swapped if it is what the caller expects.

public import History

/// A register with read, write and compare-and-set. What a read of null means is settled before
/// (`NilReading`).
public struct CASRegisterModel: CatalogueModel {
  public typealias Data = Register

  public static var name: String { "cas-register" }
  public static var summary: String { "one value: read, write, cas [expected new]" }
  public static var initialForm: String { "any value; default null" }
  public static var mayStartWithMap: Bool { true }

  public let initial: Value

  public init(initial: Value) {
    self.initial = initial
  }

  public func step(
    _ value: Value, _ call: Register.Call, _ reply: Register.Reply?
  ) -> ModelStep<Value> {
    switch (call, reply) {
    case (.read, nil): .next(value)
    case (.read, .unread): .next(value)
    case (.read, .value(let told)): told == value ? .next(value) : .refused
    case (.write(let new), nil), (.write(let new), .written): .next(new)
    case (.cas(let expected, let new), nil): .next(value == expected ? new : value)
    case (.cas(let expected, let new), .swapped): value == expected ? .next(new) : .refused
    case (.cas(let expected, _), .mismatch): value != expected ? .next(value) : .refused
    default: .refused
    }
  }

  public func isPureRead(_ call: Register.Call, _ reply: Register.Reply?) -> Bool {
    switch call {
    case .read: true
    case .write: false
    case .cas(let expected, let new): reply == .mismatch || expected == new
    }
  }

  public func isOverwrite(_ call: Register.Call, _: Register.Reply?) -> Bool {
    if case .write = call { true } else { false }
  }

  public func refusal(_ value: Value, _ call: Register.Call, _ reply: Register.Reply) -> String {
    switch (call, reply) {
    case (.read, .value(let told)): "read \(told.literal), but the value was \(value.literal)"
    case (.cas(let expected, let new), .swapped):
      "swapped \(expected.literal) for \(new.literal), but the value was \(value.literal)"
    case (.cas(let expected, _), .mismatch):
      "was told that the value was not \(expected.literal), but it was"
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of call: Register.Call, _ reply: Register.Reply) -> String {
    switch (call, reply) {
    case (.read, .value(let told)): "the value \(told.literal)"
    case (.cas(let expected, _), .swapped): "the value \(expected.literal)"
    case (.cas(let expected, _), .mismatch): "a value other than \(expected.literal)"
    default: "an impossible register"
    }
  }

  public func words(for value: Value) -> String { value.literal }

  public func footprint(of value: Value) -> Int { value.footprint }
}
