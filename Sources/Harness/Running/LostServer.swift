// A private server that ended in mid-run though soldout had not asked it to: a crash, the kernel out of
// memory, a kill from outside. What was lost with it is unknown, so the run ends there. A server that a
// fault kills is not lost: the fault announces the kill.

import Drivers

/// A server that was lost.
public struct LostServer: Codable, Sendable, Hashable {
  /// As events call it: `redis`, `redis-3`, `replica`.
  public var server: String
  /// `was ended by signal 9 (Killed)`.
  public var end: String
  /// The last lines of its log, oldest first.
  public var log: [String]

  public init(server: String, end: String, log: [String]) {
    self.server = server
    self.end = end
    self.log = log
  }
}

extension LostServer: CustomStringConvertible {
  /// A sentence without a full stop, with as much of the log as fits a screen.
  public var description: String {
    let lines = log.suffix(3).map { $0.count > 160 ? $0.prefix(160) + "…" : $0[...] }
    return "\(server) \(end), and soldout had not asked it to"
      + (lines.isEmpty ? "" : "; its last lines: " + lines.joined(separator: " | "))
  }
}

extension ServerHandles {
  /// Those that were lost by now.
  ///
  /// Costs a system call for each server, and never waits: one that a fault acts upon just now is
  /// looked at the next time.
  public var lost: [LostServer] {
    var servers = all(.any).map { ($0.name, $0.server) }
    if let replica { servers.append(("replica", replica)) }
    return servers.compactMap { name, server in
      server.unexpectedEnd.map { end in
        LostServer(server: name, end: "\(end)", log: server.logTail(lines: 6))
      }
    }
  }
}
