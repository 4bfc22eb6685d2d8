// What shows that a run is still going on: one connection to each server, from before its place is made
// until after it is removed. `soldout clean` looks for it.

package import Drivers
import History

/// A run's connections that only show that it is alive.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
package final class RunMarker: @unchecked Sendable {
  private let topology: Topology
  private let loop: EventLoop
  private var connections: [(any Marker)?]

  package init(of topology: Topology, on loop: EventLoop) {
    self.topology = topology
    self.loop = loop
    connections = Array(repeating: nil, count: topology.backends.count)
  }

  /// Opens what is not open, within this long.
  package func keep(within timeout: Duration = .seconds(10)) async throws(Failure) {
    let deadline = EventLoop.now() + timeout.inNanoseconds
    for (number, server) in topology.backends.enumerated() where connections[number]?.isOpen != true
    {
      connections[number] = try await server.openMarker(of: topology.place, on: loop, by: deadline)
    }
  }

  package func close() {
    for connection in connections { connection?.close() }
  }
}
