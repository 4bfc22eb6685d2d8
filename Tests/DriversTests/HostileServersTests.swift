// Servers that answer without end, or a byte at a time, or ask for hours of hashing: each is given up in
// bounded time, with a sentence.

import Glibc
import Testing

@testable import Drivers

private let get = RedisCommand("GET", ["k"], effect: .read)

@Suite struct `Redis servers without end` {
  private static let floods: [(start: String, piece: String)] = [
    ("$2147483647\r\n", String(repeating: "x", count: 1 << 16)),
    ("*30000000\r\n", String(repeating: ":1\r\n", count: 1 << 14)),
    ("*2\r\n*2\r\n*2\r\n*9000000\r\n", String(repeating: "$1\r\na\r\n", count: 1 << 14)),
    ("+", String(repeating: "x", count: 1 << 16)),
  ]

  @Test(arguments: floods)
  func `are given up`(_ start: String, _ piece: String) async throws {
    let port = serve { client in
      while true {
        let asked = receive(client)
        guard !asked.isEmpty else { return }
        if !asked.starts(with: Array("*2\r\n$3\r\nGET".utf8)) {
          send(client, Array("+PONG\r\n".utf8))
          continue
        }
        guard send(client, Array(start.utf8)) else { return }
        while send(client, Array(piece.utf8)) {}
        return
      }
    }
    let reason = try await EventLoop.run { loop async throws -> Failure.Reason? in
      let connection = try await RedisConnection.open(
        RedisAddress(.tcp(host: "127.0.0.1", port: port)), on: loop,
        deadline: EventLoop.now() + 20_000_000_000)
      guard case .failure(let failure) = await connection.ending(get, within: 60_000_000_000) else {
        return nil
      }
      return failure.reason
    }
    guard case .protocolViolation(let words)? = reason else {
      Issue.record("\(String(describing: reason))")
      return
    }
    #expect(words.contains(" of more than ") || words.hasPrefix("not RESP"), "\(words)")
  }

  @Test func `a byte at a time is no answer`() async throws {
    let port = serve { client in
      _ = receive(client)
      trickle(client, "+PONG and more of it\r\n")
    }
    let address = RedisAddress(.tcp(host: "127.0.0.1", port: port))
    let failure = #expect(throws: ServerFailure.self) {
      try ExternalProbe.redis(address, seconds: 1)
    }
    #expect(failure?.description.contains("does not answer") == true)
    await #expect(throws: Failure.self) {
      _ = try await EventLoop.run { loop async throws in
        _ = try await RedisConnection.open(
          address, on: loop, deadline: EventLoop.now() + 500_000_000)
      }
    }
  }
}

/// PostgreSQL's messages (manual §55.7).
private func message(_ kind: Character, _ body: [UInt8], length: UInt32? = nil) -> [UInt8] {
  let size = length ?? UInt32(body.count + 4)
  return Array(String(kind).utf8) + bytes(size) + body
}

private func bytes(_ number: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

private let welcome =
  message("R", bytes(0)) + message("S", Array("server_version\u{0}15.4\u{0}".utf8))
  + message("K", bytes(1) + bytes(2)) + message("Z", Array("I".utf8))
private let columns = message(
  "T",
  [0, 1] + Array("a\u{0}".utf8) + bytes(0) + [0, 0] + bytes(25) + [255, 255] + bytes(0xFFFF_FFFF)
    + [0, 0])

private func address(_ port: UInt16, password: String? = nil) -> PostgresAddress {
  var address = PostgresAddress(
    host: "127.0.0.1", port: port, user: "u", password: password, database: "d")
  address.options["sslmode"] = "disable"
  address.options["gssencmode"] = "disable"
  return address
}

@Suite struct `PostgreSQL servers without end` {
  private static let floods: [(start: [UInt8], piece: [UInt8])] = [
    (
      columns,
      (0..<64).flatMap { _ in
        message("D", [0, 1] + bytes(1000) + [UInt8](repeating: 0x61, count: 1000))
      }
    ),
    (
      columns + message("D", [0, 1] + bytes(1 << 30), length: (1 << 30) + 10),
      [UInt8](repeating: 0x61, count: 1 << 16)
    ),
  ]

  private static func port(_ start: [UInt8], _ piece: [UInt8]) -> UInt16 {
    serve { client in
      _ = receive(client)
      send(client, welcome)
      guard !receive(client).isEmpty, send(client, start) else { return }
      while send(client, piece) {}
    }
  }

  @Test(arguments: [0, 1])
  func `are given up`(_ number: Int) async throws {
    let port = Self.port(Self.floods[number].start, Self.floods[number].piece)
    let reason = try await EventLoop.run { loop async throws -> Failure.Reason? in
      let connection = try await PostgresConnection.open(
        address(port), on: loop, deadline: EventLoop.now() + 20_000_000_000)
      do throws(Failure) {
        _ = try await connection.execute(
          Statement("SELECT", "SELECT 1", effect: .read, prepared: false),
          deadline: EventLoop.now() + 60_000_000_000)
        return nil
      } catch {
        return error.reason
      }
    }
    // Where the server is quicker than libpq reads, the whole of what it announced comes in one go.
    guard case .protocolViolation(let words)? = reason else {
      Issue.record("\(String(describing: reason))")
      return
    }
    #expect(words == AnswerSize.excess || words.hasPrefix("lost synchronization"), "\(words)")
    let answer = try BlockingPostgres(address(port), seconds: 30).ask("SELECT 1")
    if answer != .silence {
      guard case .error(code: "", let words) = answer else {
        Issue.record("\(answer)")
        return
      }
      #expect(words.contains("lost synchronization"), "\(words)")
    }
  }

  @Test func `a byte at a time is no answer, after a result too`() throws {
    let port = serve { client in
      _ = receive(client)
      send(client, welcome)
      guard !receive(client).isEmpty else { return }
      send(client, message("C", Array("SELECT 1\u{0}".utf8)))
      trickle(client, "Z\u{0}\u{0}\u{0}")
    }
    let session = try BlockingPostgres(address(port), seconds: 1)
    #expect(session.ask("SELECT 1") == .silence)
  }

  /// A server that asks for hours of hashing; here for half a minute's, so that the threads left behind
  /// come to their end.
  private static func hasher() -> UInt16 {
    serve { client in
      _ = receive(client)
      send(client, message("R", bytes(10) + Array("SCRAM-SHA-256\u{0}\u{0}".utf8)))
      let text = String(decoding: receive(client), as: UTF8.self)
      guard let nonce = text.split(separator: "r=").last else { return }
      send(client, message("R", bytes(11) + Array("r=\(nonce)x,s=QUJD,i=30000000".utf8)))
      usleep(30_000_000)
    }
  }

  @Test func `hashing that was left behind does not crash the end of the process`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      // Handlers are called last come first: this one leaves OpenSSL's time to do harm.
      atexit { usleep(1_000_000) }
      let port = Self.hasher()
      #expect(throws: ServerFailure.self) {
        try ExternalProbe.postgres(address(port, password: "p"), seconds: 0)
      }
      exit(0)
    }
  }

  @Test func `hours of SCRAM end at the deadline`() async throws {
    let port = Self.hasher()
    let reason = try await EventLoop.run { loop async throws -> Failure.Reason? in
      do throws(Failure) {
        _ = try await PostgresConnection.open(
          address(port, password: "p"), on: loop, deadline: EventLoop.now() + 500_000_000)
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(reason == .timeout)
    let failure = #expect(throws: ServerFailure.self) {
      try ExternalProbe.postgres(address(port, password: "p"), seconds: 0)
    }
    #expect(failure?.description.contains("did not let us in") == true)
  }
}
