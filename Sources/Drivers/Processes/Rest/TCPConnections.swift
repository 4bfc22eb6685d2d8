// Whether anything is on its way over TCP on this machine. The loopback hands packets over in a softirq, which a
// busy kernel puts off: what a process has sent may not be there yet although it sleeps.

import Foundation

/// The TCP connections of this network namespace, as /proc/net/tcp has them (proc(5)).
public struct TCPConnections {
  private let text: String

  /// Nothing where the kernel doesn't tell.
  public init() { text = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? "" }

  init(text: String) { self.text = text }

  /// Whether a connection with one of these ports at either end is being made, or has bytes that were not
  /// acknowledged.
  public func areUnderWay(with ports: Set<UInt16>) -> Bool {
    text.split(separator: "\n").dropFirst().contains { line in
      let fields = line.split(separator: " ")
      guard fields.count > 4, let own = Self.port(fields[1]), let other = Self.port(fields[2]),
        ports.contains(own) || ports.contains(other)
      else { return false }
      // SYN_SENT and SYN_RECV; `tx_queue:rx_queue` of one that is established.
      return ["02", "03"].contains(fields[3])
        || fields[3] == "01" && !fields[4].hasPrefix("00000000:")
    }
  }

  private static func port(_ address: Substring) -> UInt16? {
    address.split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
  }
}
