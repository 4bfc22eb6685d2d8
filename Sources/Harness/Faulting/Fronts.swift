// What stands between clients and servers where a fault wants it: a proxy before each server of a
// run, on the run's own loop. Clients connect to the proxies; the run itself, its preparation and
// its removal, goes to the servers directly.

import Drivers

/// A proxy before one server.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class Front: @unchecked Sendable {
  let place: ServerName
  let proxy: Proxy
  /// Replies that are to be lost, in the order in which they were asked for.
  private var losses: [ReplyLoss.Loss] = []

  init(_ place: ServerName, _ proxy: Proxy) {
    self.place = place
    self.proxy = proxy
    proxy.loses = { [unowned self] request in
      guard let loss = losses.first(where: { $0.request == nil && $0.wants(request) }) else {
        return false
      }
      loss.begin(request)
      return true
    }
    proxy.onLost = { [unowned self] reply in
      losses.first { $0.request == reply.request }?.end()
    }
  }

  /// What events call the server.
  var name: String { place.description }

  func add(_ loss: ReplyLoss.Loss) { losses.append(loss) }

  func remove(_ loss: ReplyLoss.Loss) { losses.removeAll { $0 === loss } }
}

/// The proxies of one run.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class Fronts: @unchecked Sendable {
  /// The topology as clients see it.
  private(set) var topology: Topology
  private(set) var all: [Front] = []
  private let folder: String
  private let loop: EventLoop

  /// Puts a proxy before every server of a topology. The masters of a cluster go on telling clients
  /// their own addresses, by which these know the proxies. Sockets go into a private folder.
  init(
    before topology: Topology, inside folder: String, on loop: EventLoop
  ) throws(FaultFailure) {
    self.topology = topology
    self.folder = "\(folder)/front"
    self.loop = loop
    do throws(FileFailure) {
      try makeFolder(self.folder)
    } catch {
      throw .file(error)
    }
    do throws(Failure) {
      if let redis = topology.redis { self.topology.redis = try front(redis, .redis) }
      for (number, node) in topology.nodes.enumerated() {
        self.topology.nodes[number] = try front(node, .node(number))
      }
      for (number, master) in topology.cluster.enumerated() {
        self.topology.clusterFronts.append(try front(master, .master(number)))
      }
      if let postgres = topology.postgres {
        self.topology.postgres = try front(postgres, .postgres)
      }
      for (number, shard) in topology.shards.enumerated() {
        self.topology.shards[number] = try front(shard, .shard(number))
      }
    } catch {
      close()
      throw .command("starting a proxy", error)
    }
  }

  private func front(_ address: RedisAddress, _ place: ServerName) throws(Failure) -> RedisAddress {
    var address = address
    let proxy = try Proxy(
      at: .unix(path: "\(folder)/\(place)"), to: address.endpoint, speaking: .redis, on: loop)
    all.append(Front(place, proxy))
    address.endpoint = proxy.endpoint
    return address
  }

  private func front(
    _ address: PostgresAddress, _ place: ServerName
  ) throws(Failure) -> PostgresAddress {
    var fronted = address
    // libpq finds a server by folder and port; ports tell servers of one folder apart.
    fronted.host = folder
    fronted.port = UInt16(5432 + all.count)
    let proxy = try Proxy(
      at: fronted.endpoint, to: address.endpoint, speaking: .postgres, on: loop)
    all.append(Front(place, proxy))
    return fronted
  }

  func close() {
    for front in all { front.proxy.close() }
    all = []
  }
}

extension PostgresAddress {
  /// Its socket: a host that is a path is the folder of a unix socket (PostgreSQL manual §34.1.2).
  fileprivate var endpoint: RedisAddress.Endpoint {
    host.hasPrefix("/")
      ? .unix(path: "\(host)/.s.PGSQL.\(port)") : .tcp(host: host, port: port)
  }
}

extension ServerDemands {
  /// Proxies, and nothing else.
  static var fronts: ServerDemands {
    var demands = ServerDemands()
    demands.hasFronts = true
    return demands
  }
}

extension Nemesis {
  /// The proxies before the servers chosen.
  func fronts(_ choice: ServerChoice) -> [Front] {
    fronts.filter { choice.contains($0.place) }
  }
}
