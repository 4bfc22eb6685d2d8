// Commands to a Redis cluster: a client finds the node that has its keys' slot itself.
// Redis cluster specification, "MOVED redirection". A redirected command was not executed, so
// sending it to the node that the redirection names is no second try. ASK, of a slot that is being
// moved, is not followed: no slot moves here unless a fault moves it.

import Drivers

/// Which master has which slot, as one session knows it.
struct SlotMap: Sendable, Hashable {
  /// By slot, the position of its master in the topology.
  private var masters: [Int]

  /// All slots with one master.
  init(allAt master: Int) {
    masters = Array(repeating: master, count: KeySlot.count)
  }

  func master(of slot: Int) -> Int { masters[slot] }

  mutating func assign(_ slots: ClosedRange<Int>, to master: Int) {
    for slot in slots where masters.indices.contains(slot) { masters[slot] = master }
  }
}

/// A session's cluster, as strategies see it.
struct ClusterCommands {
  let session: Session
  /// How often a command is redirected at most; Redis' own clients follow 5 to 16.
  private let redirections = 5

  init(session: Session) {
    self.session = session
  }

  /// Calls `body` with the commands of the master that has the key, again if it was redirected.
  ///
  /// `body` sends commands whose keys share the key's slot, and none after one that took effect.
  func at<Reply>(
    _ key: String, _ body: (RedisCommands) async throws(Failure) -> Reply
  ) async throws(Failure) -> Reply {
    let slot = KeySlot.of(key)
    for _ in 0...redirections {
      let master = try await slots().master(of: slot)
      do throws(Failure) {
        return try await body(RedisCommands(session: session, route: .master(master)))
      } catch {
        guard error.certainty == .definite,
          case .server(code: "MOVED", let message) = error.reason
        else { throw error }
        try learn(from: message, slot: slot)
      }
    }
    // No refusal of the strategy's: the cluster does not say who has the key.
    throw .definite(.server(code: "MOVED", message: "\(redirections) times in a row"))
  }

  /// Runs a script on the master of its first key.
  func eval(
    _ script: Script, keys: [String], arguments: [RedisArgument], showing: Int? = nil
  ) async throws(Failure) -> RedisReply {
    try await at(keys[0]) { (master) async throws(Failure) in
      try await master.eval(script, keys: keys, arguments: arguments, showing: showing)
    }
  }

  /// The map, asked for once in a session: CLUSTER SLOTS answers ranges with their nodes.
  private func slots() async throws(Failure) -> SlotMap {
    if let slots = session.connections.slots { return slots }
    let anyone = RedisCommands(session: session, route: .master(0))
    let ask = RedisCommand("CLUSTER", ["SLOTS"], effect: .read)
    var slots = SlotMap(allAt: 0)
    for range in try await anyone.send(ask).elements ?? [] {
      guard let parts = range.elements, parts.count > 2, let first = parts[0].integer,
        let last = parts[1].integer, first <= last, let node = parts[2].elements, node.count > 1,
        let host = node[0].text, let port = node[1].integer
      else { throw .definite(.protocolViolation("CLUSTER SLOTS answered something else")) }
      slots.assign(first...last, to: try master(at: "\(host):\(port)"))
    }
    session.connections.slots = slots
    return slots
  }

  /// Takes note of a redirection, such as `3999 127.0.0.1:6381`.
  private func learn(from message: String, slot: Int) throws(Failure) {
    guard let address = message.split(separator: " ").last else {
      throw .definite(.protocolViolation("MOVED to nowhere"))
    }
    session.connections.slots?.assign(slot...slot, to: try master(at: String(address)))
  }

  private func master(at address: String) throws(Failure) -> Int {
    let position = session.topology.cluster.firstIndex { known in
      if case .tcp(let host, let port) = known.endpoint {
        "\(host):\(port)" == address
      } else {
        false
      }
    }
    guard let position else {
      throw .definite(.protocolViolation("the cluster has a node at \(address), which is not ours"))
    }
    return position
  }
}

extension Session {
  /// The cluster's commands.
  var cluster: ClusterCommands { ClusterCommands(session: self) }
}
