// Servers for tests that say what they should not, on ports of their own.

import Glibc

@testable import Drivers

/// A server on a port of its own, for one connection at a time; it ends with the process.
func serve(_ body: @escaping @Sendable (Int32) -> Void) -> UInt16 {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  withUnsafeMutableBytes(of: &address) { bytes in
    let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
    precondition(bind(listener, pointer, size) == 0 && listen(listener, 8) == 0)
    precondition(getsockname(listener, pointer, &size) == 0)
  }
  EventLoop.detach(
    EventLoop.startThread {
      signal(SIGPIPE, SIG_IGN)
      while true {
        let client = accept(listener, nil, nil)
        EventLoop.detach(
          EventLoop.startThread {
            body(client)
            close(client)
          })
      }
    })
  return UInt16(bigEndian: address.sin_port)
}

/// Sends all of it; false when the client has left.
@discardableResult
func send(_ client: Int32, _ bytes: [UInt8]) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}

/// Sends a text a byte at a time, and the last byte never.
func trickle(_ client: Int32, _ text: String) {
  for byte in text.utf8.dropLast() {
    guard send(client, [byte]) else { return }
    usleep(100_000)
  }
  usleep(20_000_000)
}

func receive(_ client: Int32) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 65_536)
  let count = read(client, &bytes, bytes.count)
  return Array(bytes.prefix(max(0, count)))
}
