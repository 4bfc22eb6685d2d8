// A service played by the test, on the client's own loop, so that nothing depends on speed: it counts what
// it executes, and answers, falls silent or hangs up as it is told.

import Testing

@testable import Drivers

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a service does with one request.
enum ServiceStep: Sendable {
  /// Answers in these pieces, and waits for the next request.
  case answer([String])
  /// Answers and closes.
  case answerAndClose(String)
  /// Closes without a word, in order or with a reset.
  case hangUp(isAbrupt: Bool)
  /// Says nothing; the connection stays open.
  case silence
}

/// A service that executes one request after the other. `@unchecked Sendable`: used on the loop alone.
final class ServicePeer: @unchecked Sendable {
  private let loop: EventLoop
  private let listener: Int32
  private var steps: [ServiceStep]
  private var open: [Int32] = []
  /// The requests that were executed, whole.
  private(set) var executed: [String] = []
  private(set) var connections = 0
  let port: UInt16

  init(_ steps: [ServiceStep], on loop: EventLoop) throws {
    self.loop = loop
    self.steps = steps
    listener = try ProxySocket.listen(.tcp(host: "127.0.0.1", port: 0))
    port = ProxySocket.port(of: listener)
  }

  /// Serves until it has done all its steps.
  func serve() async throws {
    while !steps.isEmpty {
      try await loop.wait(for: .read, of: listener, until: EventLoop.now() + 20_000_000_000)
      let socket = ProxySocket.accept(listener)
      guard socket >= 0 else { continue }
      connections += 1
      try await serve(socket)
    }
  }

  /// Serves a connection until one of both ends it.
  private func serve(_ socket: Int32) async throws {
    while !steps.isEmpty {
      guard let request = try await request(on: socket) else { return System.close(socket) }
      executed.append(request)
      switch steps.removeFirst() {
      case .answer(let parts):
        for part in parts {
          write(part, socket)
          // A piece by itself, read before the next is written.
          if parts.count > 1 { await loop.sleep(for: .milliseconds(1)) }
        }
        if steps.isEmpty { open.append(socket) }
      case .answerAndClose(let text):
        write(text, socket)
        return System.close(socket)
      case .hangUp(let isAbrupt):
        if isAbrupt {
          var option = linger(l_onoff: 1, l_linger: 0)
          setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        return System.close(socket)
      case .silence: return open.append(socket)
      }
    }
  }

  private func write(_ text: String, _ socket: Int32) {
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBytes { System.write(socket, $0) } == bytes.count)
  }

  /// The next request, head and body; nil when the client has closed.
  private func request(on socket: Int32) async throws -> String? {
    var text = ""
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { buffer.deallocate() }
    while true {
      if let end = text.range(of: "\r\n\r\n"), text[end.upperBound...].utf8.count >= length(text) {
        return text
      }
      let count = System.read(socket, buffer)
      if count > 0 {
        text += String(decoding: buffer[..<count], as: UTF8.self)
      } else if System.isTransient(count) {
        try await loop.wait(for: .read, of: socket, until: EventLoop.now() + 20_000_000_000)
      } else {
        return nil
      }
    }
  }

  private func length(_ text: String) -> Int {
    text.firstMatch(of: /Content-Length: (\d+)/).flatMap { Int($0.1) } ?? 0
  }

  func close() {
    for socket in open { System.close(socket) }
    System.close(listener)
  }
}

extension StringProtocol {
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
