// One set: it holds what was added and not removed since.

public import History

/// A set of values.
public struct SetModel: CatalogueModel {
  public typealias Data = ElementSet

  public static var name: String { "set" }
  public static var summary: String { "a set: add, remove, contains, read (all)" }
  public static var initialForm: String { "a list of elements; default empty" }

  public let initial: Set<Value>

  public init(_ elements: Set<Value>) {
    initial = elements
  }

  public init(initial value: Value) throws(InvalidValue) {
    initial = Set(try Self.list(value))
  }

  public func step(
    _ set: Set<Value>, _ call: ElementSet.Call, _ reply: ElementSet.Reply?
  ) -> ModelStep<Set<Value>> {
    switch (call, reply) {
    case (.add(let element), nil), (.add(let element), .done):
      .next(set.union([element]))
    case (.add(let element), .changed(let changed)):
      changed != set.contains(element) ? .next(set.union([element])) : .refused
    case (.remove(let element), nil), (.remove(let element), .done):
      .next(set.subtracting([element]))
    case (.remove(let element), .changed(let changed)):
      changed == set.contains(element) ? .next(set.subtracting([element])) : .refused
    case (.contains, nil), (.read, nil), (.read, .unread): .next(set)
    case (.contains(let element), .isElement(let told)):
      told == set.contains(element) ? .next(set) : .refused
    case (.read, .elements(let told)): told == set ? .next(set) : .refused
    default: .refused
    }
  }

  public func isPureRead(_ call: ElementSet.Call, _ reply: ElementSet.Reply?) -> Bool {
    switch call {
    case .contains, .read: true
    case .add, .remove: reply == .changed(false)
    }
  }

  public func refusal(
    _ set: Set<Value>, _ call: ElementSet.Call, _ reply: ElementSet.Reply
  ) -> String {
    switch (call, reply) {
    case (.add(let element), .changed(let changed)):
      "was told that \(element.literal) was \(changed ? "not there yet" : "there already"), "
        + "but it was \(set.contains(element) ? "there" : "not there")"
    case (.remove(let element), .changed(let changed)):
      "was told that \(element.literal) was \(changed ? "there" : "not there"), "
        + "but it was \(set.contains(element) ? "there" : "not there")"
    case (.contains(let element), .isElement(let told)):
      "was told that \(element.literal) was \(told ? "there" : "not there"), but it was "
        + (told ? "not" : "there")
    case (.read, .elements(let told)): difference(told, set)
    default: "answered \(reply), which is not a reply to \(call)"
    }
  }

  public func demand(of call: ElementSet.Call, _ reply: ElementSet.Reply) -> String {
    switch (call, reply) {
    case (.add(let element), .changed(let changed)):
      "a set \(changed ? "without" : "with") \(element.literal)"
    case (.remove(let element), .changed(let changed)):
      "a set \(changed ? "with" : "without") \(element.literal)"
    case (.contains(let element), .isElement(let told)):
      "a set \(told ? "with" : "without") \(element.literal)"
    case (.read, .elements(let told)): "exactly \(words(for: told))"
    default: "an impossible set"
    }
  }

  public func words(for set: Set<Value>) -> String {
    let elements = set.map(\.literal).sorted()
    return elements.isEmpty ? "no element" : "{" + elements.joined(separator: " ") + "}"
  }

  public func footprint(of set: Set<Value>) -> Int {
    set.reduce(64) { $0 + 48 + $1.footprint }
  }

  private func difference(_ told: Set<Value>, _ set: Set<Value>) -> String {
    let missing = set.subtracting(told).map(\.literal).sorted()
    if let first = missing.first { return "read a set without \(first), which was there" }
    let extra = told.subtracting(set).map(\.literal).sorted()
    return "read a set with \(extra.first ?? "nothing"), which was not there"
  }
}
