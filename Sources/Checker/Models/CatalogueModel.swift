// What a model adds to be chosen by name: a line about itself and how it is started.

public import History

/// A model that can be named on the command line and started from a header.
public protocol CatalogueModel: Model {
  /// What it models, in a line without a full stop.
  static var summary: String { get }
  /// What its initial value is, in a line without a full stop.
  static var initialForm: String { get }
  /// Whether an initial value may be a map; where it can't, a map gives each key its own.
  static var mayStartWithMap: Bool { get }

  /// Tells calls what the model needs to know of the whole history, such as when a lease can have ended.
  static func prepare(_ calls: inout [TimedCall<Data>], of history: History)

  /// Starts from the initial value as a file or a command line gives it; `.null` if absent.
  init(initial value: Value) throws(InvalidValue)
}

/// A model that can be started from each of its states: what comes after a piece of a history can be
/// judged without the piece.
public protocol ResumableModel: CatalogueModel {
  /// The initial value that starts in this state.
  static func initialValue(in state: State) -> Value
}

extension CatalogueModel {
  public static var mayStartWithMap: Bool { false }
  public static func prepare(_: inout [TimedCall<Data>], of _: History) {}

  /// Low enough that no sum over a history overflows.
  static var mostInitial: Int { 1_000_000_000_000_000 }

  /// A whole number of 0 or more.
  static func count(_ value: Value, absent: Int?) throws(InvalidValue) -> Int {
    switch value {
    case .int(let number) where (0...mostInitial).contains(number): return number
    case .null:
      if let absent { return absent }
      throw InvalidValue("\(name) needs its initial value: \(initialForm)")
    default: throw InvalidValue("\(name) starts with \(initialForm); not with \(value.told)")
    }
  }

  static func list(_ value: Value) throws(InvalidValue) -> [Value] {
    switch value {
    case .null: return []
    case .list(let elements), .set(let elements): return elements
    default: throw InvalidValue("\(name) starts with \(initialForm); not with \(value.told)")
    }
  }
}

extension Value {
  /// Bytes on the heap, estimated.
  var footprint: Int {
    switch self {
    case .null, .bool, .int, .double: 0
    case .string(let text), .keyword(let text): text.utf8.count > 15 ? text.utf8.count + 32 : 0
    case .list(let items), .set(let items):
      items.reduce(32) { $0 + MemoryLayout<Value>.stride + $1.footprint }
    case .map(let entries):
      entries.reduce(32) {
        $0 + 2 * MemoryLayout<Value>.stride + $1.key.footprint + $1.value.footprint
      }
    case .tagged(let tag, let value): 64 + tag.utf8.count + value.footprint
    }
  }
}
