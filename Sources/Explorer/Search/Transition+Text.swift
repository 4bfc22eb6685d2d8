// Choices as words, the same in every world and every exploration: in replay tokens, where a command's
// verb stands with them, and in frontiers, where none does.

import Harness

extension NamedTransition {
  /// `1GET`; `1+EVALSHA` is beside the call; `w2EXEC` is a worker's; `1SET/lost`; `time`; `expire/0/{item-0}lock`;
  /// `restart/redis`.
  func text(verb: String = "") -> String {
    switch transition.kind {
    case .time, .stall, .failover: return "\(transition)"
    case .restart: return "restart/\(transition.server.map { "\($0)" } ?? "")"
    case .expire: return "expire/\(server)/\(key ?? "")"
    case .step, .crash, .crashAfter, .disconnect, .loseReply: break
    }
    return Transition.name(of: transition.subject) + verb + (Self.suffixes[transition.kind] ?? "")
  }

  private static let suffixes: [Transition.Kind: String] = [
    .crash: "/dies-before", .crashAfter: "/dies-after", .disconnect: "/cut", .loseReply: "/lost",
  ]

  /// Reads what `text(verb:)` writes; the verb is what a recorded step has for one.
  static func read(_ text: String) -> (transition: NamedTransition, verb: String)? {
    if let alone = [Transition(.time), Transition(.stall), Transition(.failover)]
      .first(where: { $0.description == text })
    {
      return (NamedTransition(alone), text)
    }
    if text.hasPrefix("restart/") {
      guard let server = ServerName(text.dropFirst(8)) else { return nil }
      return (NamedTransition(Transition(.restart, UInt8(server.number))), "restart")
    }
    if text.hasPrefix("expire/") {
      let parts = text.split(separator: "/", maxSplits: 2).map(String.init)
      guard parts.count == 3, let server = Int(parts[1]) else { return nil }
      return (NamedTransition(Transition(.expire), key: parts[2], server: server), parts[2])
    }
    return readThread(text[...])
  }

  private static func readThread(_ text: Substring) -> (transition: NamedTransition, verb: String)?
  {
    var rest = text
    var kind = Transition.Kind.step
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
      isWorker ? Transition.firstWorker + number - 1 : 2 * (number - 1) + (isAside ? 1 : 0)
    return (NamedTransition(Transition(kind, UInt8(thread))), String(rest))
  }
}
