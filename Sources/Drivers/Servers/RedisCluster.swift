// A Redis cluster of our own: masters that share the slots evenly, without replicas.
// Set up by hand as `redis-cli --cluster create` would (Redis cluster tutorial, "Create a Redis
// Cluster"), without waiting for its prompts. Which node has a key is for clients to find out.

internal import Glibc

/// Private Redis servers that form one cluster.
public final class RedisCluster: Sendable {
  /// The masters; the first has the lowest slots.
  public let nodes: [RedisServer]

  /// Their loopback ports, which is what redirections name.
  public var addresses: [RedisAddress] { nodes.compactMap(\.tcpAddress) }

  /// Starts `masters` servers in `run` and introduces them to each other.
  ///
  /// They serve only after `awaitReady`. `options` are those of every node; a node gets a free port
  /// and the node timeout of 5 s where the options name none.
  public static func start(
    masters: Int = 3, _ options: RedisOptions = RedisOptions(), in run: RunDirectory
  ) throws(ServerFailure) -> RedisCluster {
    precondition(masters > 0, "a cluster has a master at least")
    var options = options
    options.port = .free
    options.clusterNodeTimeout = options.clusterNodeTimeout ?? .seconds(5)
    var nodes: [RedisServer] = []
    for _ in 0..<masters { nodes.append(try RedisServer.start(options, in: run)) }
    let cluster = RedisCluster(nodes)
    try cluster.introduce()
    return cluster
  }

  private init(_ nodes: [RedisServer]) {
    self.nodes = nodes
  }

  /// Gives every node its slots and an epoch of its own, and lets the first meet the others.
  private func introduce() throws(ServerFailure) {
    for (number, node) in nodes.enumerated() {
      let slots =
        (KeySlot.count * number / nodes.count)..<(KeySlot.count * (number + 1) / nodes.count)
      try Self.tell(node, ["CLUSTER", "ADDSLOTS"] + slots.map(String.init))
      // Different from the start, so that nobody has to settle which claim is newer.
      try Self.tell(node, ["CLUSTER", "SET-CONFIG-EPOCH", "\(number + 1)"])
    }
    for address in addresses.dropFirst() {
      guard case .tcp(let host, let port) = address.endpoint else { continue }
      try Self.tell(nodes[0], ["CLUSTER", "MEET", host, "\(port)"])
    }
  }

  private static func tell(_ node: RedisServer, _ words: [String]) throws(ServerFailure) {
    let reply: BlockingRedis.Reply
    do throws(BlockingRedis.Broken) {
      reply = try BlockingRedis.open(node.address, seconds: 5).send(words)
    } catch {
      throw .process(server: node.name, reason: "\(words[0]) \(words[1]): \(error.reason)")
    }
    if case .error(let text) = reply {
      throw .process(server: node.name, reason: "\(words[0]) \(words[1]): \(text)")
    }
  }

  /// Waits until every node knows all others and serves.
  ///
  /// A node that starts refuses for two seconds (CLUSTER_WRITABLE_DELAY in redis 7.0 cluster.c).
  public func awaitReady(seconds: Int = 20) throws(ServerFailure) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !nodes.allSatisfy(isReady) {
      guard ContinuousClock.now < deadline else {
        throw .notReady(server: "redis cluster", seconds: seconds, log: nodes[0].logTail(lines: 8))
      }
      usleep(5000)
    }
  }

  private func isReady(_ node: RedisServer) -> Bool {
    guard let connection = try? BlockingRedis.open(node.address, seconds: 1),
      case .text(let information) = try? connection.send(["CLUSTER", "INFO"])
    else { return false }
    let facts = Set(information.split(whereSeparator: \.isNewline).map(String.init))
    return facts.isSuperset(of: [
      "cluster_state:ok", "cluster_slots_ok:\(KeySlot.count)",
      "cluster_known_nodes:\(nodes.count)", "cluster_size:\(nodes.count)",
    ])
  }
}
