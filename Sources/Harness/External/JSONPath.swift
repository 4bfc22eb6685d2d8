// Where a value is in a JSON text: `$.data.items[0]`, the plain part of RFC 9535: names and positions, and
// nothing that could mean several values.

public import History

/// A path to one value.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
  enum Step: Sendable, Hashable {
    case name(String)
    /// From 0, or from the end: -1 is the last.
    case position(Int)
  }

  public let description: String
  let steps: [Step]

  /// Reads a path; nil if it is not a path.
  ///
  ///     JSONPath("$.data['left'][0]")
  public init?(_ text: String) {
    guard text.first == "$" else { return nil }
    var rest = text.dropFirst()
    var steps: [Step] = []
    while let first = rest.popFirst() {
      guard let step = Self.step(first, &rest) else { return nil }
      steps.append(step)
    }
    self.steps = steps
    description = text
  }

  private static func step(_ first: Character, _ rest: inout Substring) -> Step? {
    if first == "." {
      let name = rest.prefix { $0 != "." && $0 != "[" }
      rest = rest.dropFirst(name.count)
      guard !name.isEmpty, !name.contains(where: { "*?@()]'\" ".contains($0) }) else { return nil }
      return .name(String(name))
    }
    guard first == "[", let quote = rest.first else { return nil }
    guard quote == "'" || quote == "\"" else {
      let text = rest.prefix { $0 != "]" }
      rest = rest.dropFirst(text.count + 1)
      return Int(text).map { .position($0) }
    }
    rest.removeFirst()
    let name = rest.prefix { $0 != quote }
    rest = rest.dropFirst(name.count)
    guard rest.popFirst() == quote, rest.popFirst() == "]" else { return nil }
    return .name(String(name))
  }

  /// The value there; nil where there is none.
  public func value(in value: Value) -> Value? {
    var value = value
    for step in steps {
      switch step {
      case .name(let name):
        guard case .map(let entries) = value,
          let found = entries.last(where: { $0.key == .string(name) })
        else { return nil }
        value = found.value
      case .position(let number):
        guard case .list(let members) = value else { return nil }
        let index = number < 0 ? members.count + number : number
        guard members.indices.contains(index) else { return nil }
        value = members[index]
      }
    }
    return value
  }
}
