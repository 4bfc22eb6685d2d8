// What each object of a history starts with: a value for all, or a map of keys to values. Where an
// object may itself start with a map, the keys of the history tell which of the two is meant.

internal import History

/// The initial values of a history's objects.
struct InitialValues: Sendable {
  /// The caller's map by key; all keys must be in it.
  private var given: [Value.Entry]?
  /// One value for all.
  private var common: Value?
  private var header: [Value: Value] = [:]

  init() {}

  /// - Parameters:
  ///   - given: what the caller gives, before the header.
  ///   - header: values by key; `.null` for one that is for all.
  ///   - keys: the history's, where known.
  ///   - mayBeMap: whether an object may start with a map.
  init(_ given: Value?, header: [Value: Value], keys: [Value?] = [], mayBeMap: Bool = false) {
    switch given {
    case .map(let entries)? where !mayBeMap || Self.names(entries.map(\.key), any: keys):
      self.given = entries
    case let value?: common = value
    case nil:
      // A family of registers without keys has its registers for keys.
      if mayBeMap, !header.isEmpty, header[.null] == nil,
        !Self.names(Array(header.keys), any: keys)
      {
        common = .map(
          header.map { Value.Entry($0.key, $0.value) }
            .sorted { $0.key.description < $1.key.description })
      } else {
        self.header = header
      }
    }
  }

  /// What the object of a key starts with; `.null` where nothing says.
  func value(of key: Value?) throws(InvalidValue) -> Value {
    if let common { return common }
    if let given {
      if let entry = given.first(where: { Self.isSame($0.key, key) }) { return entry.value }
      throw InvalidValue(
        "--initial is a map of keys to values, without "
          + (key.map { "\($0.literal)" } ?? "the one object that has no key"))
    }
    if let key, let value = header[key] { return value }
    // In JSON the names of a map are texts.
    if let key, let name = header.keys.first(where: { Self.isSame($0, key) }) {
      return header[name] ?? .null
    }
    return header[.null] ?? .null
  }

  private static func names(_ names: [Value], any keys: [Value?]) -> Bool {
    names.contains { name in keys.contains { isSame(name, $0) } }
  }

  /// Keys are the same as a person reads them: `"3"` in JSON is `3` in EDN.
  private static func isSame(_ name: Value, _ key: Value?) -> Bool {
    key.map { $0 == name || $0.description == name.description } ?? false
  }
}
