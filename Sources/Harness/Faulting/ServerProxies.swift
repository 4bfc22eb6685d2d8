// The proxies between clients and servers, one before each server of a run, where a fault or a program
// needs them; on the run's own loop. Clients connect to the proxies; the run itself, its preparation and
// its removal, goes to the servers directly.

import Drivers

/// The proxies of one run.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ServerProxies: @unchecked Sendable {
  /// The topology as clients see it; where each has ways of its own, as the run itself does, past them.
  var topology: Topology {
    guard watch != nil, let master = all.first(where: { $0.place == .redis })?.upstream else {
      return fronted
    }
    var topology = fronted
    topology.redis?.endpoint = master
    return topology
  }
  private var fronted: Topology
  private(set) var all: [ServerProxy] = []
  /// How processes of a program reach each server; empty where clients are no such processes.
  private var doors: [ServerName: ProgramDoor] = [:]
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

  /// Gets ready for the processes of a program: each has proxies of its own. With a gate, what they send
  /// can be made to wait.
  init(
    apart topology: Topology, servers: ServerHandles, on loop: EventLoop,
    gate: ProgramGate? = nil
  ) {
    fronted = topology
    folder = ""
    self.loop = loop
    for name in topology.names where name.isAlone {
      guard let door = topology[name]?.door(of: servers.server(name)) else { continue }
      doors[name] = door
      all.append(ServerProxy(name))
    }
    let watch = CommandWatch()
    self.watch = watch
    for front in all {
      front.watch = watch
      front.programGate = gate
    }
    hearFailures()
  }

  /// Ways of its own for the process of a number, in the place of those that it had. Where `ports` has
  /// one for a server, it is used.
  func way(
    for process: Int, ports: [String: UInt16] = [:]
  ) throws(FaultFailure) -> ProgramWay {
    var servers: [any Backend] = []
    do throws(Failure) {
      for front in all {
        guard let door = doors[front.place] else { continue }
        let port = ports[front.name]
        let proxy = try front.open(
          for: process, to: port == nil ? door.upstream : door.pinnedUpstream,
          speaking: front.place.kind.backend.wire, at: port ?? 0,
          login: port == nil ? nil : door.pinnedLogin, on: loop)
        servers.append(door.told(proxy, port != nil))
      }
    } catch {
      throw .command("starting a proxy", error)
    }
    return ProgramWay(servers: servers)
  }

  /// Closes the ways of a process that is gone.
  func closeWay(for process: Int) {
    for front in all { front.close(process) }
  }

  /// Puts a proxy before the server of a name, if there is one.
  private func front(_ name: ServerName) throws(Failure) {
    guard let server = fronted[name] else { return }
    let front = try front(server, name)
    if name.role.isCluster, let master = front as? RedisAddress {
      fronted.clusterFronts.append(master)
    } else {
      fronted[name] = front
    }
  }

  private func front<Server: Backend>(
    _ server: Server, _ name: ServerName
  ) throws(Failure) -> any Backend {
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
