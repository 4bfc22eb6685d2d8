// The place on the servers where one run's data lives: a key prefix, and a schema or a database that
// nobody else uses. It must be empty before and is removed after; nothing outside it is ever touched, so
// that soldout can be pointed at a server that others use.

package import Drivers

/// Creates and removes a run's place on every server.
package struct Namespace {
  private let topology: Topology
  private let loop: EventLoop

  package init(_ topology: Topology, on loop: EventLoop) {
    self.topology = topology
    self.loop = loop
  }

  private var deadline: Int64 { EventLoop.now() + 30_000_000_000 }

  package func create() async throws(Failure) {
    for server in topology.backends {
      try await server.makePlace(of: topology, on: loop, by: deadline)
    }
  }

  package func remove() async throws(Failure) {
    for server in topology.backends {
      try await server.removePlace(of: topology, on: loop, by: deadline)
    }
  }
}
