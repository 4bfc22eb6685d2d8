// JSON that people may read too: what is short on one line, of the rest a line for each part.

package import History

package enum PrettyJSON {
  /// The value as JSON text (RFC 8259), ended by a newline.
  package static func text(_ value: Value) -> String {
    var bytes: [UInt8] = []
    append(value, depth: 0, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An object of these names, in this order, without those that have no value.
  package static func object(_ entries: KeyValuePairs<String, Value?>) -> Value {
    .map(entries.compactMap { name, value in value.map { Value.Entry(.string(name), $0) } })
  }

  /// Columns of an object or list on one line, at most.
  private static let short = 80

  private static func append(_ value: Value, depth: Int, to bytes: inout [UInt8]) {
    var line: [UInt8] = []
    JSONText.append(value: value, to: &line)
    switch value {
    case .map(let entries) where line.count > short && isPlain(entries):
      append("{", "}", entries.count, depth: depth, to: &bytes) { place, bytes in
        JSONText.append(string: entries[place].key.name ?? "", to: &bytes)
        JSONText.append(raw: ": ", to: &bytes)
        append(entries[place].value, depth: depth + 1, to: &bytes)
      }
    case .list(let items) where line.count > short:
      append("[", "]", items.count, depth: depth, to: &bytes) { place, bytes in
        append(items[place], depth: depth + 1, to: &bytes)
      }
    default: bytes += line
    }
  }

  private static func append(
    _ open: String, _ close: String, _ count: Int, depth: Int, to bytes: inout [UInt8],
    _ item: (Int, inout [UInt8]) -> Void
  ) {
    let indent = String(repeating: "  ", count: depth)
    JSONText.append(raw: open, to: &bytes)
    for place in 0..<count {
      JSONText.append(raw: (place > 0 ? "," : "") + "\n" + indent + "  ", to: &bytes)
      item(place, &bytes)
    }
    JSONText.append(raw: "\n" + indent + close, to: &bytes)
  }

  /// Whether the map can stand as an object with names of its own; `JSONText` has a form for
  /// others.
  private static func isPlain(_ entries: [Value.Entry]) -> Bool {
    let names = entries.compactMap(\.key.name)
    guard names.count == entries.count, Set(names).count == names.count else { return false }
    return !names.contains { $0.hasPrefix("#") }
  }
}
