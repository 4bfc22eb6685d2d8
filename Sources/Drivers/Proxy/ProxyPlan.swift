// One proxy for each instance of a program and each server it uses, on a TCP port of 127.0.0.1: drivers of
// many languages have no unix sockets, and the port alone tells whose a connection is.

/// Where one instance reaches one server.
///
/// ```swift
/// let plan = ProxyPlan(instance: 0, server: "redis", wire: .redis, port: 6379, upstream: endpoint)
/// let proxy = try Proxy(plan, on: loop)
/// ```
public struct ProxyPlan: Sendable, Hashable {
  /// Whose connections come this way.
  public var instance: Int
  /// What sentences call the server: `redis`.
  public var server: String
  public var wire: Proxy.Wire
  /// The port of 127.0.0.1 to listen on, as code has it that can't be told another; 0: a free one.
  public var port: UInt16
  /// Where the server itself is.
  public var upstream: RedisAddress.Endpoint
  /// What the server gets in the instance's place; nil: what the instance itself sends.
  public var login: ProxyLogin?

  public init(
    instance: Int, server: String, wire: Proxy.Wire, port: UInt16 = 0,
    upstream: RedisAddress.Endpoint, login: ProxyLogin? = nil
  ) {
    self.instance = instance
    self.server = server
    self.wire = wire
    self.port = port
    self.upstream = upstream
    self.login = login
  }
}

extension Proxy {
  /// Opens the proxy that was planned; throws where its port is taken.
  public convenience init(_ plan: ProxyPlan, on loop: EventLoop) throws(ServerFailure) {
    do throws(Failure) {
      try self.init(
        at: .tcp(host: "127.0.0.1", port: plan.port), to: plan.upstream, speaking: plan.wire,
        on: loop, server: plan.server, login: plan.login)
    } catch {
      if plan.port != 0, error.reason == ProxySocket.portTaken {
        throw .portInUse(plan.port)
      }
      throw .process(server: "the proxy before \(plan.server)", reason: error.description)
    }
  }

  /// Why a proxy can't listen on a port in use.
  public static var portTaken: Failure.Reason { ProxySocket.portTaken }

  /// The port it listens on; nil on a unix socket.
  public var port: UInt16? {
    if case .tcp(_, let port) = endpoint { return port }
    return nil
  }
}
