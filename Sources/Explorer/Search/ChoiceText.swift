// Choices as words, the same in every world and every exploration: in replay tokens, where a command's
// verb stands with them, and in frontiers, where none does.

import Harness

extension NamedChoice {
  /// `1GET`; `1+EVALSHA` is beside the call; `w2EXEC` is a worker's; `1SET/lost`; `time`; `expire/0/{item-0}lock`;
  /// `restart/redis`.
  func text(verb: String = "") -> String {
    switch choice.kind {
    case .time, .stall, .failover: return "\(choice)"
    case .restart: return "restart/\(choice.server.map { "\($0)" } ?? "")"
    case .expire: return "expire/\(server)/\(key ?? "")"
    case .step, .crash, .crashAfter, .disconnect, .loseReply: break
    }
    return Choice.name(of: choice.subject) + verb + (Self.suffixes[choice.kind] ?? "")
  }

  private static let suffixes: [Choice.Kind: String] = [
    .crash: "/dies-before", .crashAfter: "/dies-after", .disconnect: "/cut", .loseReply: "/lost",
  ]

  /// Reads what `text(verb:)` writes; the verb is what a recorded step has for one.
  static func read(_ text: String) -> (choice: NamedChoice, verb: String)? {
    if let alone = [Choice(.time), Choice(.stall), Choice(.failover)]
      .first(where: { $0.description == text })
    {
      return (NamedChoice(alone), text)
    }
    if text.hasPrefix("restart/") {
      guard let server = ServerName(text.dropFirst(8)) else { return nil }
      return (NamedChoice(Choice(.restart, UInt8(server.number))), "restart")
    }
    if text.hasPrefix("expire/") {
      let parts = text.split(separator: "/", maxSplits: 2).map(String.init)
      guard parts.count == 3, let server = Int(parts[1]) else { return nil }
      return (NamedChoice(Choice(.expire), key: parts[2], server: server), parts[2])
    }
    return readThread(text[...])
  }

  private static func readThread(_ text: Substring) -> (choice: NamedChoice, verb: String)? {
    var rest = text
    var kind = Choice.Kind.step
    for (fault, suffix) in suffixes where rest.hasSuffix(suffix) {
      kind = fault
      rest = rest.dropLast(suffix.count)
    }
    let isWorker = rest.first == "w"
    if isWorker { rest = rest.dropFirst() }
    let digits = rest.prefix { $0.isNumber }
    guard let number = Int(digits), (1...(isWorker ? 64 : 8)).contains(number) else { return nil }
    rest = rest.dropFirst(digits.count)
    let isAside = !isWorker && rest.first == "+"
    if isAside { rest = rest.dropFirst() }
    let thread =
      isWorker ? Choice.firstWorker + number - 1 : 2 * (number - 1) + (isAside ? 1 : 0)
    return (NamedChoice(Choice(kind, UInt8(thread))), String(rest))
  }
}
