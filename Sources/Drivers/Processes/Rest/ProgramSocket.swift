// The connections of the processes that are looked at, with whom they lead to: so that one that goes past our
// proxies is found.

/// A connected socket of a process that is looked at.
public struct ProgramSocket: Sendable, Hashable {
  public var process: Int32
  public var descriptor: Int32
  public var peer: Peer

  /// Who is at the other end.
  public enum Peer: Sendable, Hashable, CustomStringConvertible {
    case tcp(InternetAddress)
    case udp(InternetAddress)
    /// A unix socket's path, or `@` and its abstract name; nil: it has none, or is gone.
    case unix(path: String?)
    /// A process that is looked at too.
    case within(process: Int32)

    public var description: String {
      switch self {
      case .tcp(let address): "a TCP connection to \(address)"
      case .udp(let address): "a UDP socket to \(address)"
      case .unix(let path): path.map { "a unix socket to \($0)" } ?? "a unix socket without a name"
      case .within(let process): "a connection to process \(process), which is looked at too"
      }
    }
  }
}

extension ProcessTrees {
  /// Every connected socket, of TCP, UDP and unix, and where it leads, as it is now. Listening sockets aren't
  /// there. Reads some files for each process: not for every schedule's every step.
  public func sockets() -> [ProgramSocket] {
    guard let first = processes.first else { return [] }
    let places = OpenSockets(processes.map(\.process))
    var (tcp, udp) = (InternetSockets(), InternetSockets())
    for table in ["tcp", "tcp6"] { tcp.add(smallFile("/proc/\(first.process)/net/\(table)") ?? "") }
    for table in ["udp", "udp6"] { udp.add(smallFile("/proc/\(first.process)/net/\(table)") ?? "") }
    let unix = UnixSockets()
    return places.all.compactMap { place in
      let peer: ProgramSocket.Peer
      if let entry = tcp.entries[place.inode] {
        guard entry.isConnected else { return nil }
        let other = tcp.entries.first {
          $0.value.local == entry.remote && $0.value.remote == entry.local
        }
        peer = places.owner(of: other?.key).map { .within(process: $0) } ?? .tcp(entry.remote)
      } else if let entry = udp.entries[place.inode] {
        guard entry.isConnected else { return nil }
        peer = .udp(entry.remote)
      } else if let entry = unix.entries[place.inode], let other = entry.peer {
        peer =
          places.owner(of: other).map { .within(process: $0) }
          ?? .unix(path: unix.entries[other]?.name)
      } else {
        return nil
      }
      return ProgramSocket(process: place.process, descriptor: place.descriptor, peer: peer)
    }
  }
}

/// Which process has which socket.
private struct OpenSockets {
  struct Place {
    var process: Int32
    var descriptor: Int32
    var inode: UInt64
  }

  private(set) var all: [Place] = []
  private var owners: [UInt64: Int32] = [:]

  init(_ processes: [Int32]) {
    for process in processes {
      for descriptor in OpenDescriptor.all(of: process) {
        guard let target = descriptor.target,
          let inode = OpenDescriptor.inode(in: target, of: "socket")
        else { continue }
        all.append(Place(process: process, descriptor: descriptor.number, inode: inode))
        owners[inode] = process
      }
    }
  }

  func owner(of inode: UInt64?) -> Int32? { inode.flatMap { owners[$0] } }
}
