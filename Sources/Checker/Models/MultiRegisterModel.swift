// Several registers that change together: every transaction sees and leaves one consistent whole.

public import History

/// A family of registers under atomic reads and writes; null means absent. What a read of null means
/// is settled before (`NilReading`).
public struct MultiRegisterModel: CatalogueModel {
  public typealias Data = MultiRegister

  public static var name: String { "multi-register" }
  public static var summary: String { "several values: read, write, txn, each in one step" }
  public static var initialForm: String { "a map of registers to values; default empty" }
  public static var mayStartWithMap: Bool { true }

  public let initial: [Value: Value]

  public init(_ values: [Value: Value]) {
    initial = values
  }

  public init(initial value: Value) throws(InvalidValue) {
    switch value {
    case .null: initial = [:]
    case .map(let entries):
      initial = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    default:
      throw InvalidValue(
        "multi-register starts with a map of registers to values, not \(value.told)")
    }
  }

  public func step(
    _ values: [Value: Value], _ call: MultiRegister.Call, _ reply: MultiRegister.Reply?
  ) -> ModelStep<[Value: Value]> {
    var next = values
    var read = 0
    for action in call.actions {
      switch action {
      case .write(let key, let value):
        next[key] = value
      case .read(let key):
        if let reply {
          guard read < reply.values.count, isRight(reply.values[read], next, key) else {
            return .refused
          }
        }
        read += 1
      }
    }
    return .next(next)
  }

  public func isPureRead(_ call: MultiRegister.Call, _: MultiRegister.Reply?) -> Bool {
    call.actions.allSatisfy { if case .read = $0 { true } else { false } }
  }

  public func refusal(
    _ values: [Value: Value], _ call: MultiRegister.Call, _ reply: MultiRegister.Reply
  ) -> String {
    var next = values
    var told = reply.values[...]
    for action in call.actions {
      switch action {
      case .write(let key, let value): next[key] = value
      case .read(let key):
        guard let value = told.popFirst() else { return "answered fewer reads than it called" }
        if let value, !isRight(value, next, key) {
          return "read \(value.literal) from \(key), but it was \((next[key] ?? .null).literal)"
        }
      }
    }
    return "answered \(reply), which is not a reply to \(call)"
  }

  public func demand(of call: MultiRegister.Call, _ reply: MultiRegister.Reply) -> String {
    var written: [Value: Value] = [:]
    var told = reply.values[...]
    var needed: [String] = []
    for action in call.actions {
      switch action {
      case .write(let key, let value): written[key] = value
      case .read(let key):
        if case .some(let value?) = told.popFirst(), written[key] == nil {
          needed.append("\(key) = \(value.literal)")
        }
      }
    }
    return needed.isEmpty ? "an impossible register" : needed.joined(separator: ", ")
  }

  public func words(for values: [Value: Value]) -> String {
    let pairs = values.map { "\($0.key) = \($0.value.literal)" }.sorted()
    return pairs.isEmpty ? "nothing written" : pairs.joined(separator: ", ")
  }

  public func footprint(of values: [Value: Value]) -> Int {
    values.reduce(64) { $0 + 96 + $1.key.footprint + $1.value.footprint }
  }

  /// Whether a reply may have been given; what was not told is right.
  private func isRight(_ told: Value?, _ values: [Value: Value], _ key: Value) -> Bool {
    guard let told else { return true }
    return told == values[key] ?? .null
  }
}
