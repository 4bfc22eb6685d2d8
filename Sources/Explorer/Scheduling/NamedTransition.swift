// Transitions as words, the same in every testbed and every exploration: in replay tokens, where a
// command's verb stands with them, and in frontiers, where none does.

import Harness

/// A transition with its key's name, if it is about one: numbers of keys differ from run to run.
public struct NamedTransition: Sendable, Hashable {
  /// Of a lease's end the number of the key means nothing here.
  public let transition: Transition
  package let key: StoredKey?

  /// Of a transition that is about no key.
  public init(_ transition: Transition) {
    precondition(transition.kind != .expire, "a lease's end has its key's name")
    self.transition = transition
    key = nil
  }

  /// The end of a lease.
  package init(expiryOf key: StoredKey) {
    transition = .expire(KeyID(number: 0))
    self.key = key
  }

  init(_ transition: Transition, _ keys: KeyTable) {
    if let key = transition.key {
      self.init(expiryOf: keys[key])
    } else {
      self.init(transition)
    }
  }

  /// The transition, with the number that its key has now.
  func transition(_ keys: KeyTable) -> Transition {
    key.map { .expire(keys.id(of: $0)) } ?? transition
  }
}

extension NamedTransition {
  /// `1GET`; `1+EVALSHA` is beside the call; `w2EXEC` is a worker's; `1SET/lost`; `time`;
  /// `expire/0/{item-0}:lock`; `restart/redis`.
  func text(verb: String = "") -> String {
    if let key { return "expire/\(key.server.number)/\(key.name)" }
    guard let thread = transition.thread else {
      return transition.server.map { "restart/\($0)" } ?? "\(transition)"
    }
    return "\(thread)\(verb)\(Self.suffixes[transition.kind] ?? "")"
  }

  private static let suffixes: [Transition.Kind: String] = [
    .crash: "/dies-before", .crashAfter: "/dies-after", .disconnect: "/cut", .loseReply: "/lost",
  ]

  /// Reads what `text(verb:)` writes; the verb is what a recorded step has for one.
  static func read(_ text: String) -> (transition: NamedTransition, verb: String)? {
    if let alone = [Transition.time, .stall, .failover].first(where: { "\($0)" == text }) {
      return (NamedTransition(alone), text)
    }
    if text.hasPrefix("restart/") {
      guard let server = ServerName(text.dropFirst(8)) else { return nil }
      return (NamedTransition(.restart(server)), "restart")
    }
    if text.hasPrefix("expire/") {
      let parts = text.split(separator: "/", maxSplits: 2).map(String.init)
      guard parts.count == 3, let number = Int(parts[1]), let server = ServerName(number: number)
      else { return nil }
      return (NamedTransition(expiryOf: StoredKey(server: server, name: parts[2])), parts[2])
    }
    var rest = text[...]
    var kind = Transition.Kind.step
    for (fault, suffix) in suffixes where rest.hasSuffix(suffix) {
      kind = fault
      rest = rest.dropLast(suffix.count)
    }
    guard let thread = ThreadID(readingFrom: &rest) else { return nil }
    return (NamedTransition(Transition(kind, of: thread)), String(rest))
  }
}
