// A Redis reply as a lane shows it, in version 2 or 3 of its protocol.

/// RESP values in words.
enum RedisReplyText {
  static func shown(_ bytes: [UInt8]) -> CommandTrace.Reply {
    var rest = bytes[...]
    return value(&rest, depth: 0)
  }

  /// Members of a list that are shown.
  private static let mostMembers = 4

  private static func value(_ rest: inout ArraySlice<UInt8>, depth: Int) -> CommandTrace.Reply {
    guard let kind = rest.first else { return .text("…") }
    let line = rest.dropFirst().prefix { $0 != 13 }
    rest = rest.dropFirst(line.count + 3)
    let text = ShownText.of(line)
    switch kind {
    case UInt8(ascii: "+"): return text == "OK" ? .ok : .text(text)
    case UInt8(ascii: "-"): return .error(String(text.prefix { $0 != " " }))
    case UInt8(ascii: ":"), UInt8(ascii: "("):
      return Int(text).map { .integer($0) } ?? .text(text)
    case UInt8(ascii: "_"): return .null
    case UInt8(ascii: "#"): return .text(text == "t" ? "true" : "false")
    case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"):
      guard let count = Int(text), count >= 0 else { return .null }
      return bulk(kind, count, &rest)
    case UInt8(ascii: "|"):
      for _ in 0..<2 * min(Int(text) ?? 0, rest.count) { _ = value(&rest, depth: depth + 1) }
      return value(&rest, depth: depth)
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "%"):
      guard let count = Int(text), count >= 0 else { return .null }
      let members = kind == UInt8(ascii: "%") ? 2 * min(count, 1 << 20) : count
      return list(members, &rest, depth: depth)
    default: return .text(text)
    }
  }

  private static func bulk(
    _ kind: UInt8, _ count: Int, _ rest: inout ArraySlice<UInt8>
  ) -> CommandTrace.Reply {
    var content = rest.prefix(count)
    let isWhole = content.count == count
    rest = rest.dropFirst(content.count + 2)
    if kind == UInt8(ascii: "=") { content = content.dropFirst(4) }
    let text = ShownText.of(content) + (isWhole || content.count > 40 ? "" : "…")
    if kind == UInt8(ascii: "!") { return .error(String(text.prefix { $0 != " " })) }
    return Int(text).map { .integer($0) } ?? .text(text)
  }

  private static func list(
    _ count: Int, _ rest: inout ArraySlice<UInt8>, depth: Int
  ) -> CommandTrace.Reply {
    guard depth < 4, !rest.isEmpty || count == 0 else { return .text("[…]") }
    var members: [String] = []
    for _ in 0..<count where !rest.isEmpty && members.count <= mostMembers {
      members.append(words(value(&rest, depth: depth + 1)))
    }
    if members.count > mostMembers || members.count < count {
      members = members.prefix(mostMembers) + ["…"]
    }
    return .text("[\(members.joined(separator: ", "))]")
  }

  private static func words(_ reply: CommandTrace.Reply) -> String {
    switch reply {
    case .null: "nil"
    case .ok: "ok"
    case .integer(let number): "\(number)"
    case .text(let text), .error(let text): text
    case .lost: "lost"
    }
  }
}
