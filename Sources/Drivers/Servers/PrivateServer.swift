// What the faults need from a private server, whichever kind it is.

internal import Glibc

/// A server that this process started and that ends with it.
///
/// All of this blocks the calling thread; failures are those of the operating system.
public protocol PrivateServer: AnyObject, Sendable {
  /// `redis-server` or `postgres`.
  var name: String { get }
  /// What the program says of itself.
  var identity: ServerIdentity { get }
  /// What the user should know about how it was started, each one a sentence; mostly empty.
  var notes: [String] { get }
  /// The process id, nil where it does not run.
  var processID: Int32? { get }
  /// How it ended though neither `kill` nor `stop` had asked it to, also if it was started again;
  /// nil: it didn't, or it is being acted upon just now. Never waits.
  var unexpectedEnd: ServerEnd? { get }
  /// SIGSTOP for the server and all its processes; returns when all have stopped.
  func pause() throws(ServerFailure)
  /// SIGCONT for all that `pause` stopped.
  func resume() throws(ServerFailure)
  /// SIGKILL for the server and all its processes; returns when none is left.
  func kill() throws(ServerFailure)
  /// Starts it again with the same options on the data it left, stopping it first if it runs;
  /// returns when it answers.
  func restart() throws(ServerFailure)
  /// Ends it: gently, then by force; what it holds outside its directory is freed.
  func stop() throws(ServerFailure)
  /// The last lines it logged since it was last started, oldest first.
  func logTail(lines: Int) -> [String]
}

extension PrivateServer {
  public var version: ServerVersion { identity.version }

  /// Whether it runs; a paused one does.
  public var isAlive: Bool { processID != nil }
}

/// Whether a server also listens on 127.0.0.1.
public enum LoopbackPort: Sendable, Hashable {
  /// Only on its unix socket.
  case none
  /// On a port that nobody uses, chosen by us.
  case free
  /// On this one; a failure where it is in use.
  case exactly(UInt16)

  /// A port of 127.0.0.1 that nobody uses just now.
  public static func freePort() throws(ServerFailure) -> UInt16 {
    guard let port = try LoopbackPort.free.choose() else {
      throw .process(server: "127.0.0.1", reason: "no port is free")
    }
    return port
  }

  /// Starts a server: a port found free may be taken before the server has it, and then another one is as
  /// good.
  func starting<Server>(
    _ start: () throws(ServerFailure) -> Server
  ) throws(ServerFailure) -> Server {
    for _ in 0..<4 where self == .free {
      do throws(ServerFailure) {
        return try start()
      } catch .portInUse {
        continue
      }
    }
    return try start()
  }

  /// The port to use, nil for `none`. `companion` is the distance of a second port that must be
  /// free too (a Redis cluster's bus: port + 10000), 0 for none.
  func choose(companion: UInt16 = 0) throws(ServerFailure) -> UInt16? {
    switch self {
    case .none: return nil
    case .exactly(let port):
      guard Self.isFree(port) else { throw .portInUse(port) }
      return port
    case .free:
      // Below the ports the kernel gives to outgoing connections (32768 and up), so that it is
      // still free when a killed server comes back.
      for _ in 0..<200 {
        let port = UInt16.random(in: 10_000..<22_000)
        if Self.isFree(port) && (companion == 0 || Self.isFree(port + companion)) { return port }
      }
      throw .process(server: "127.0.0.1", reason: "200 ports tried and none was free")
    }
  }

  /// Whether a server could listen on the port now; old connections of it do not count.
  private static func isFree(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return bound == 0
  }
}
