// MySQL servers that answer without end, or a byte at a time, or ask for a file: given up in bounded time,
// with a sentence, and told nothing.

import Glibc
import Synchronization
import Testing

@testable import Drivers

/// Packets of MySQL's protocol (MySQL internals, Packets), numbered from one on.
private func packets(_ bodies: [[UInt8]], from first: Int) -> [UInt8] {
  bodies.enumerated().flatMap { index, body -> [UInt8] in
    let size = UInt32(body.count)
    return [0, 8, 16].map { UInt8(truncatingIfNeeded: size >> $0) }
      + [UInt8(truncatingIfNeeded: first + index)] + body
  }
}

/// Protocol 10; no part of it is deprecated, so that rows end in EOF.
private let greeting =
  packets(
    [
      [10] + Array("8.0.36\u{0}".utf8) + [1, 0, 0, 0] + Array("12345678\u{0}".utf8)
        + [0x09, 0xA2, 45, 2, 0, 0x08, 0, 21] + [UInt8](repeating: 0, count: 10)
        + Array("123456789012\u{0}mysql_native_password\u{0}".utf8)
    ], from: 0)

private let end: [UInt8] = [0xFE, 0, 0, 2, 0]
private let column: [UInt8] =
  [3] + Array("def".utf8) + [0, 0, 0, 1] + Array("a".utf8) + [0, 12, 45, 0, 4, 0, 0, 0, 0xFD]
  + [0, 0, 0, 0, 0]

/// So many packets that the numbers begin anew after them.
private func round(of body: [UInt8], from first: Int) -> [UInt8] {
  packets([[UInt8]](repeating: body, count: 256), from: first)
}

private func address(_ port: UInt16) -> MySQLAddress {
  MySQLAddress(host: "127.0.0.1", port: port, user: "u", password: "p")
}

/// A server that lets everybody in and answers what it is asked first as it is told.
private func port(answering body: @escaping @Sendable (Int32) -> Void) -> UInt16 {
  serve { client in
    send(client, greeting)
    guard !receive(client).isEmpty, send(client, packets([[0, 0, 0, 2, 0, 0, 0]], from: 2)),
      !receive(client).isEmpty
    else { return }
    body(client)
  }
}

@Suite struct `MySQL servers without end` {
  /// What begins an answer, and what it never ends in.
  private static let floods: [(start: [UInt8], piece: [UInt8])] = [
    // Rows, of some text and of NULL.
    (packets([[1], column, end], from: 1), round(of: [4] + Array("text".utf8), from: 4)),
    (packets([[1], column, end], from: 1), round(of: [0xFB], from: 4)),
    // Columns, and packets that go on in the next.
    (packets([[0xFE, 255, 255, 255, 255, 0, 0, 0, 0]], from: 1), round(of: column, from: 2)),
    (
      packets([[1], column, end], from: 1),
      [0xFF, 0xFF, 0xFF, 4] + [UInt8](repeating: 0x61, count: 0xFF_FFFF)
        + [0xFF, 0xFF, 0xFF, 5] + [UInt8](repeating: 0x61, count: 0xFF_FFFF)
    ),
  ]

  @Test(arguments: [0, 1, 2, 3])
  func `are given up`(_ number: Int) async throws {
    let (start, piece) = Self.floods[number]
    let port = port { client in
      guard send(client, start) else { return }
      while send(client, piece) {}
    }
    let excess = Failure.Reason.protocolViolation("an answer of more than 16 MiB")
    #expect(try await asked(port, prepared: false) == excess)
    let session = try BlockingMySQL(address(port), seconds: 30)
    #expect(session.ask("SELECT 1").message == "an answer of more than 16 MiB")
  }

  @Test func `are given up after a prepared statement too`() async throws {
    let port = port { client in
      let prepared: [UInt8] = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
      guard send(client, packets([prepared, column, end], from: 1)), !receive(client).isEmpty,
        send(client, packets([[1], column, end], from: 1))
      else { return }
      let piece = round(of: [0, 0, 4] + Array("text".utf8), from: 4)
      while send(client, piece) {}
    }
    #expect(
      try await asked(port, prepared: true) == .protocolViolation("an answer of more than 16 MiB"))
  }

  private func asked(_ port: UInt16, prepared: Bool) async throws -> Failure.Reason? {
    try await EventLoop.run { loop async throws -> Failure.Reason? in
      let connection = try await MySQLConnection.open(
        address(port), on: loop, deadline: EventLoop.now() + 20_000_000_000)
      do throws(Failure) {
        _ = try await connection.execute(
          Statement("SELECT", "SELECT 1", effect: .read, prepared: prepared),
          deadline: EventLoop.now() + 60_000_000_000)
        return nil
      } catch {
        return error.reason
      }
    }
  }

  @Test func `a byte at a time is no answer`() async throws {
    let slow = serve { client in
      trickle(client, String(repeating: "x", count: 200))
    }
    let failure = #expect(throws: ServerFailure.self) {
      try ExternalProbe.mysql(address(slow), seconds: 1)
    }
    #expect(failure?.description.contains("cannot be used") == true, "\(failure as Any)")
    await #expect(throws: Failure.self) {
      _ = try await EventLoop.run { loop async throws in
        _ = try await MySQLConnection.open(
          address(slow), on: loop, deadline: EventLoop.now() + 500_000_000)
      }
    }
    let late = port { client in
      send(client, [200, 0, 0, 1])
      trickle(client, String(repeating: "x", count: 200))
    }
    let session = try BlockingMySQL(address(late), seconds: 1)
    #expect(session.ask("SELECT 1").message == "no whole answer in the time given")
  }

  @Test func `no server is sent a file it asks for`() async throws {
    let sent = SentBytes()
    let port = port { client in
      send(client, packets([[0xFB] + Array("/etc/hostname".utf8)], from: 1))
      sent.note(receive(client))
    }
    let reason = try await asked(port, prepared: false)
    #expect(reason != nil)
    let session = try BlockingMySQL(address(port), seconds: 5)
    guard case .error = session.ask("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t") else {
      Issue.record("it was sent")
      return
    }
    let secret = try #require(smallFile("/etc/hostname"))
    #expect(sent.bytes.allSatisfy { !String(decoding: $0, as: UTF8.self).contains(secret) })
  }
}

/// What a server has been sent.
private final class SentBytes: Sendable {
  private let heard = Mutex<[[UInt8]]>([])

  var bytes: [[UInt8]] { heard.withLock { $0 } }

  func note(_ bytes: [UInt8]) { heard.withLock { $0.append(bytes) } }
}

extension BlockingMySQL.Answer {
  fileprivate var message: String? {
    if case .error(_, let message) = self { message } else { nil }
  }
}
