// The way from all clients to one server, as faults act upon it: one proxy that all connections pass, or
// one for each process of a program, which tells whose they are.

import Drivers

/// The proxies before one server.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ServerProxy: @unchecked Sendable {
  let place: ServerName
  /// The proxy of all clients, or those of the processes of a program, by their numbers.
  private(set) var shared: Proxy?
  private var apart: [Int: Proxy] = [:]
  /// Replies that are to be lost, in the order in which they were asked for.
  private var losses: [ReplyLoss.Loss] = []
  /// How the way is now, for proxies that are added.
  private var held: Proxy.Directions = []
  private var delay = Duration.zero
  /// Where it leads since another server took over; nil: nobody did.
  private(set) var upstream: RedisAddress.Endpoint?
  /// Observes every command of a program or a service; nil: no observer.
  var watch: CommandWatch?
  /// What requests of a program's processes pass; nil: nobody holds any.
  var gate: WayGate?
  /// Who decides when what a program's processes send goes on, in the place of `watch`; nil: nobody.
  var programGate: ProgramGate?
  /// Whether what they send waits for that.
  var isHolding = false {
    didSet { for proxy in apart.values { proxy.isHolding = isHolding } }
  }
  /// Told of a connection that can't be followed.
  var onUnfollowed: (StreamFailure) -> Void = { _ in }

  init(_ place: ServerName) {
    self.place = place
  }

  convenience init(_ place: ServerName, _ proxy: Proxy) {
    self.init(place)
    shared = proxy
    watch(proxy, of: nil)
  }

  /// What events call the server.
  var name: String { place.description }

  /// The processes that have a proxy of their own.
  var processes: [Int] { apart.keys.sorted() }

  /// Opens a proxy for one process alone, in the place of the one that it had. Port 0 is a free one;
  /// `login` is what the server gets in the process's place.
  func open(
    for process: Int, to server: RedisAddress.Endpoint?, speaking wire: Proxy.Wire,
    at port: UInt16 = 0, login: ProxyLogin? = nil, on loop: EventLoop
  ) throws(Failure) -> RedisAddress.Endpoint {
    guard let server = upstream ?? server else { throw .definite(.system("there is no \(name)")) }
    apart.removeValue(forKey: process)?.close()
    let proxy = try Proxy(
      at: .tcp(host: "127.0.0.1", port: port), to: server, speaking: wire, on: loop, server: name,
      login: login)
    (proxy.isGated, proxy.isHolding) = (programGate != nil, isHolding)
    apart[process] = proxy
    watch(proxy, of: process, speaking: wire)
    if delay > .zero { proxy.delay(by: delay) }
    if !held.isEmpty { proxy.hold(held) }
    return proxy.endpoint
  }

  /// The proxy of one process.
  func proxy(of process: Int) -> Proxy? { apart[process] }

  /// Closes the proxy of one process.
  func close(_ process: Int) { apart.removeValue(forKey: process)?.close() }

  private func watch(_ proxy: Proxy, of process: Int?, speaking wire: Proxy.Wire = .opaque) {
    /// A program's connections have no name that would tell whose they are.
    func named(_ request: ProxyRequest) -> ProxyRequest {
      var request = request
      if let process { request.client = Session.name(of: process) }
      return request
    }
    let place = place
    if let process, let programGate {
      proxy.onExchange = { programGate.onExchange(place, process, wire, $0) }
      proxy.onLost = { programGate.onLost(place, process, $0.request) }
      proxy.onDelivery = { programGate.onDelivery(process) }
      proxy.onUnfollowed = { [unowned self] in onUnfollowed($0) }
      return
    }
    if let process, let watch {
      proxy.onExchange = { exchange in
        watch.answered(
          exchange.request, with: exchange.shownReply(wire), of: process, to: place, by: wire)
      }
    }
    /// What the gate has said of the request that is asked about.
    var hold: RequestHold?
    proxy.loses = { [unowned self] request in
      let told = { [unowned self] in
        if let process { watch?.asked(request, of: process, to: place, by: wire) }
      }
      let request = named(request)
      let wanted = losses.first {
        $0.request == nil && $0.wants(request, ofProgram: process != nil)
      }
      wanted?.begin(request)
      let decision =
        wanted == nil ? decision(request, of: process, speaking: wire) : .answeredInVain
      hold = nil
      switch decision {
      case .passes, .answeredInVain: told()
      case .waits(let held):
        hold = held
        // It is sent when it is let go, as its server sees it.
        held.onRelease = told
      }
      if case .answeredInVain = decision { return true }
      return false
    }
    proxy.holds = { _ in hold }
    proxy.onUnfollowed = { [unowned self] in onUnfollowed($0) }
    proxy.onLost = { [unowned self] reply in
      if let process {
        watch?.answered(
          reply.request, with: nil, of: process, to: place, by: wire)
      }
      let request = named(reply.request)
      if let process, gate?.lost(request, of: process) == true { return }
      losses.first { $0.request == request }?.end()
    }
  }

  /// What the gate says of a request.
  private func decision(
    _ request: ProxyRequest, of process: Int?, speaking wire: Proxy.Wire
  ) -> WayPassage {
    guard let process, let gate, !request.isUpkeep(on: wire) else { return .passes }
    return gate.admit(request, to: place, of: process)
  }

  private var proxies: [Proxy] { [shared].compactMap(\.self) + apart.values }

  /// Shuts these ways, of connections to come too.
  func hold(_ ways: Proxy.Directions) {
    held = ways
    for proxy in proxies { proxy.hold(ways) }
  }

  /// Lets bytes pass so much later, each way.
  func delay(by length: Duration) {
    delay = length
    for proxy in proxies { proxy.delay(by: length) }
  }

  /// Leads new connections to another server, and ends those there are.
  func lead(to server: RedisAddress.Endpoint) {
    upstream = server
    for proxy in proxies {
      proxy.upstream = server
      proxy.reset()
    }
  }

  /// Ends every connection of one process.
  func reset(_ process: Int) { apart[process]?.reset() }

  func add(_ loss: ReplyLoss.Loss) { losses.append(loss) }

  func remove(_ loss: ReplyLoss.Loss) { losses.removeAll { $0 === loss } }

  func close() {
    for proxy in proxies { proxy.close() }
    (shared, apart) = (nil, [:])
  }
}

/// What is told to whoever decides when the requests of a program's processes go on.
struct ProgramGate {
  var onExchange: (ServerName, _ process: Int, Proxy.Wire, ProxyExchange) -> Void
  var onLost: (ServerName, _ process: Int, ProxyRequest) -> Void
  /// Bytes are about to be handed to a process.
  var onDelivery: (_ process: Int) -> Void
}
