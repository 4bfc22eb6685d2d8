// What stands between clients and servers where a fault wants it: a proxy before each server of a
// run, on the run's own loop. Clients connect to the proxies; the run itself, its preparation and
// its removal, goes to the servers directly.

import Drivers

/// The proxies of one run.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ServerProxies: @unchecked Sendable {
  /// The topology as clients see it; where each has ways of its own, as the run itself does, past them.
  var topology: Topology {
    guard direct != nil, let master = all.first(where: { $0.place == .redis })?.upstream else {
      return fronted
    }
    var topology = fronted
    topology.redis?.endpoint = master
    return topology
  }
  private var fronted: Topology
  private(set) var all: [ServerProxy] = []
  /// How processes of a program would reach the servers themselves; nil: clients are no such processes.
  private var direct: ProgramWay?
  /// A private PostgreSQL's socket, on which it asks for no password.
  private var socket: PostgresAddress?
  /// Who sees the commands of a program's processes; nil: clients are no such processes.
  private(set) var watch: CommandWatch?
  private let folder: String
  private let loop: EventLoop
  /// The first connection that could not be followed: what came after it nobody knows, so that the run
  /// means nothing.
  private(set) var unfollowed: StreamFailure?
  /// Told of it.
  var onUnfollowed: () -> Void = {}

  /// Puts a proxy before every server of a topology. The masters of a cluster go on telling clients
  /// their own addresses, by which these know the proxies. Sockets go into a private folder.
  init(
    before topology: Topology, inside folder: String, on loop: EventLoop
  ) throws(FaultFailure) {
    fronted = topology
    self.folder = "\(folder)/front"
    self.loop = loop
    do throws(FileFailure) {
      try makeFolder(self.folder)
    } catch {
      throw .file(error)
    }
    do throws(Failure) {
      // In the order of their names: each takes a number of its own.
      for name in ServerName.all { try front(name) }
    } catch {
      close()
      throw .command("starting a proxy", error)
    }
    hearFailures()
  }

  private func hearFailures() {
    for front in all {
      front.onUnfollowed = { [unowned self] failure in
        if unfollowed == nil { unfollowed = failure }
        onUnfollowed()
      }
    }
  }

  /// Gets ready for the processes of a program: each has proxies of its own, on ports of 127.0.0.1,
  /// since what they are written in may know no unix socket.
  init(apart topology: Topology, servers: ServerHandles, on loop: EventLoop) {
    fronted = topology
    folder = ""
    self.loop = loop
    // A private PostgreSQL asks for no password on its socket, and a port is open to all.
    direct = ProgramWay(
      redis: topology.redis, postgres: servers.postgres?.tcpAddress,
      mysql: servers.mysql?.guestAddress)
    if topology.redis != nil { all.append(ServerProxy(.redis)) }
    if direct?.postgres != nil { all.append(ServerProxy(.postgres)) }
    if direct?.mysql != nil { all.append(ServerProxy(.mysql)) }
    socket = servers.postgres?.address
    let watch = CommandWatch()
    self.watch = watch
    for front in all { front.watch = watch }
    hearFailures()
  }

  /// Ways of its own for the process of a number, in the place of those that it had. Where `ports` has
  /// one for a server, it is used, and nobody who comes by it needs to know a password or a user: code
  /// that has a port written down has these, too.
  func way(
    for process: Int, ports: [String: UInt16] = [:]
  ) throws(FaultFailure) -> ProgramWay {
    var way = ProgramWay()
    do throws(Failure) {
      for front in all {
        let port = ports[front.name]
        switch front.place {
        case .redis: way.redis = try redis(front, process, at: port)
        case .mysql: way.mysql = try mysql(front, process, at: port)
        default: way.postgres = try postgres(front, process, at: port)
        }
      }
    } catch {
      throw .command("starting a proxy", error)
    }
    return way
  }

  private func redis(
    _ front: ServerProxy, _ process: Int, at port: UInt16?
  ) throws(Failure) -> RedisAddress? {
    guard var redis = direct?.redis else { return nil }
    redis.endpoint = try front.open(
      for: process, to: redis.endpoint, speaking: .redis, at: port ?? 0,
      login: port.map { _ in ProxyLogin(user: redis.user, password: redis.password) }, on: loop)
    if port != nil { redis.password = nil }
    return redis
  }

  private func postgres(
    _ front: ServerProxy, _ process: Int, at port: UInt16?
  ) throws(Failure) -> PostgresAddress? {
    guard var postgres = direct?.postgres else { return nil }
    let endpoint = try front.open(
      for: process, to: port == nil ? postgres.endpoint : socket?.endpoint, speaking: .postgres,
      at: port ?? 0,
      login: port.map { _ in ProxyLogin(user: postgres.user, database: postgres.database) },
      on: loop)
    if case .tcp(let host, let port) = endpoint { (postgres.host, postgres.port) = (host, port) }
    return postgres
  }

  /// Its login is answered with what only the client knows: the proxy can't speak for it.
  private func mysql(
    _ front: ServerProxy, _ process: Int, at port: UInt16?
  ) throws(Failure) -> MySQLAddress? {
    guard var mysql = direct?.mysql else { return nil }
    let endpoint = try front.open(
      for: process, to: .tcp(host: mysql.host, port: mysql.port), speaking: .mysql, at: port ?? 0,
      on: loop)
    if case .tcp(let host, let port) = endpoint { (mysql.host, mysql.port) = (host, port) }
    return mysql
  }

  /// Closes the ways of a process that is gone.
  func closeWay(for process: Int) {
    for front in all { front.close(process) }
  }

  /// Puts a proxy before the server of a name, if there is one.
  private func front(_ name: ServerName) throws(Failure) {
    switch name.kind {
    case .redis:
      guard let redis = fronted[redis: name] else { return }
      let front = try front(redis, name)
      if name.role.isCluster {
        fronted.clusterFronts.append(front)
      } else {
        fronted[redis: name] = front
      }
    case .postgres:
      if let postgres = fronted[postgres: name] {
        fronted[postgres: name] = try front(postgres, name)
      }
    case .mysql: if let mysql = fronted.mysql { fronted.mysql = try front(mysql, name) }
    }
  }

  private func front<Server: Backend>(
    _ server: Server, _ name: ServerName
  ) throws(Failure) -> Server {
    let fronted = server.fronted(as: name, inside: folder, number: all.count)
    let proxy = try Proxy(
      at: fronted.endpoint, to: server.endpoint, speaking: Server.wire, on: loop, tls: server.tls)
    all.append(ServerProxy(name, proxy))
    return fronted
  }

  func close() {
    for front in all { front.close() }
    all = []
  }
}

extension ServerDemands {
  /// Proxies, and nothing else.
  static var proxies: ServerDemands {
    var demands = ServerDemands()
    demands.hasFronts = true
    return demands
  }
}

extension Nemesis {
  /// The proxies before the servers chosen.
  func proxies(_ choice: ServerChoice) -> [ServerProxy] {
    proxies.filter { choice.contains($0.place) }
  }
}
