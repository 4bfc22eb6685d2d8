// A pair of ears on the wire: it hands bytes on as they come and writes them down, connection by
// connection. It shares nothing with the proxy that it listens before and behind of.

import Glibc
import Testing

@testable import Drivers

/// What was said on one connection.
struct Said: Comparable, Sendable {
  var toServer: [UInt8] = []
  var toClient: [UInt8] = []

  static func < (left: Said, right: Said) -> Bool {
    left.toServer.lexicographicallyPrecedes(right.toServer)
  }
}

/// A relay that writes down. `@unchecked Sendable`: used on the loop's thread alone.
final class Tap: @unchecked Sendable {
  private let loop: EventLoop
  private let listener: Int32
  var upstream: RedisAddress.Endpoint
  private(set) var said: [Said] = []
  private var isOver = false
  let port: UInt16

  init(to upstream: RedisAddress.Endpoint, on loop: EventLoop) throws {
    self.loop = loop
    self.upstream = upstream
    listener = try ProxySocket.listen(.tcp(host: "127.0.0.1", port: 0))
    port = ProxySocket.port(of: listener)
  }

  /// Relays until `end()`.
  func relay() async {
    await withTaskGroup(of: Void.self) { group in
      while await isReady(listener) {
        let client = ProxySocket.accept(listener)
        guard client >= 0 else { continue }
        let number = said.count
        said.append(Said())
        group.addTask(executorPreference: loop) { [self] in await relay(client, number) }
      }
    }
    System.close(listener)
  }

  func end() { isOver = true }

  private func relay(_ client: Int32, _ number: Int) async {
    guard
      let server = try? await loop.connect(
        to: upstream, until: EventLoop.now() + 20_000_000_000)
    else { return System.close(client) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask(executorPreference: loop) { [self] in
        await pump(client, server) { said[number].toServer += $0 }
      }
      group.addTask(executorPreference: loop) { [self] in
        await pump(server, client) { said[number].toClient += $0 }
      }
    }
    System.close(client)
    System.close(server)
  }

  /// Waits until a socket has something to read; false when it is over.
  private func isReady(_ socket: Int32) async -> Bool {
    while !isOver {
      let until = EventLoop.now() + 50_000_000
      if (try? await loop.wait(for: .read, of: socket, until: until)) != nil { return true }
    }
    return false
  }

  private func pump(_ source: Int32, _ sink: Int32, _ note: ([UInt8]) -> Void) async {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { buffer.deallocate() }
    while await isReady(source) {
      let count = System.read(source, buffer)
      if count <= 0 {
        if System.isTransient(count) { continue }
        break
      }
      let bytes = Array(buffer[..<count])
      note(bytes)
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { System.write(sink, $0) }
        if count < 0, !System.isTransient(count) { return }
        rest = rest.dropFirst(max(0, count))
        if !rest.isEmpty { await loop.sleep(for: .microseconds(200)) }
      }
    }
    shutdown(sink, Int32(SHUT_WR))
  }
}
