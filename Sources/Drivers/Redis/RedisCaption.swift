// What a trace shows of a command whose own name says little, such as a script's EVALSHA. Only for
// people: gates, faults and classification go by the command itself.

/// A command and its answers in words.
public struct RedisCaption: Sendable, Hashable {
  /// Instead of the command's name: `lock`.
  public let label: StaticString
  /// Instead of nil, of OK, and of a number, for which `#` stands.
  public let null: String?
  public let ok: String?
  public let number: String?
  /// Instead of an array of one number.
  public let element: String?

  public init(
    _ label: StaticString, null: String? = nil, ok: String? = nil, number: String? = nil,
    element: String? = nil
  ) {
    (self.label, self.null, self.ok, self.number, self.element) = (label, null, ok, number, element)
  }

  public static func == (left: RedisCaption, right: RedisCaption) -> Bool {
    "\(left.label)" == "\(right.label)" && left.null == right.null && left.ok == right.ok
      && left.number == right.number && left.element == right.element
  }

  public func hash(into hasher: inout Hasher) { hasher.combine("\(label)") }

  /// An answer as a trace shows it.
  func shown(_ reply: RedisReply) -> CommandTrace.Reply {
    let words: String? =
      switch reply {
      case .null: null
      case .status("OK"): ok
      case .integer(let value): number?.replacing("#", with: "\(value)")
      case .array(let elements):
        elements.count == 1
          ? elements[0].integer.flatMap { element?.replacing("#", with: "\($0)") } : nil
      default: nil
      }
    return words.map(CommandTrace.Reply.text) ?? reply.traced
  }
}
