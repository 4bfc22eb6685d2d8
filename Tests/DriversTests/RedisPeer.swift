// The server's end of a Redis connection, played by the test: what it was sent, word for word, and
// what it answers, byte by byte. It runs on the same loop, so nothing depends on speed.

import Testing

@testable import Drivers

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One end of a socket pair. `@unchecked Sendable`: used on the loop's thread alone.
final class RedisPeer: @unchecked Sendable {
  private let loop: EventLoop
  private var socket: Int32

  private init(_ socket: Int32, on loop: EventLoop) {
    self.socket = socket
    self.loop = loop
  }

  /// A connection and its peer.
  static func connected(on loop: EventLoop) throws(Failure) -> (RedisConnection, RedisPeer) {
    let (ours, theirs) = pair()
    return (try RedisConnection(ours, on: loop), RedisPeer(theirs, on: loop))
  }

  /// A subscription and its peer.
  static func subscribed(on loop: EventLoop) throws(Failure) -> (RedisSubscription, RedisPeer) {
    let (ours, theirs) = pair()
    let stream = try RedisStream(ours, on: loop)
    return (RedisSubscription(stream, on: loop), RedisPeer(theirs, on: loop))
  }

  private static func pair() -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    precondition(socketpair(AF_UNIX, System.streamSocket, 0, &ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    return (ends[0], ends[1])
  }

  /// Waits until the client has sent exactly this.
  func expect(_ commands: RedisCommand...) async throws(Failure) {
    let expected = commands.flatMap(\.bytes)
    let got = try await receive(expected.count)
    let isSame = got == expected
    #expect(isSame, "got \(String(decoding: got.prefix(200), as: UTF8.self))")
  }

  /// Waits for that many bytes; fewer when the client closes first.
  func receive(_ count: Int) async throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { buffer.deallocate() }
    while bytes.count < count {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<min(65_536, count - bytes.count)])
      let result = System.read(socket, part)
      if result == 0 { return bytes }
      if result > 0 {
        bytes += part[..<result]
      } else {
        try await loop.wait(for: .read, of: socket, until: EventLoop.now() + 20_000_000_000)
      }
    }
    return bytes
  }

  /// Waits until there is something to read.
  func wait(until deadline: Int64) async throws(Failure) {
    try await loop.wait(for: .read, of: socket, until: deadline)
  }

  /// Waits until the client has closed, having sent nothing more.
  func expectEnd() async throws(Failure) {
    let rest = try await receive(.max)
    #expect(String(decoding: rest, as: UTF8.self) == "")
  }

  /// Answers; short enough for the socket's buffer.
  func answer(_ bytes: some Collection<UInt8>) {
    let bytes = Array(bytes)
    let written = bytes.withUnsafeBytes { System.write(socket, $0) }
    #expect(written == bytes.count)
  }

  func answer(_ text: String) { answer(Array(text.utf8)) }

  /// Ends the connection.
  func close() {
    System.close(socket)
    socket = -1
  }
}

/// Runs a client and its server side by side on a loop; both must come to their end.
func play<Result: Sendable>(
  gathering: Bool = false,
  _ client: @Sendable @escaping (RedisConnection) async -> Result,
  against server: @Sendable @escaping (RedisPeer, RedisConnection) async throws -> Void
) async throws -> Result {
  try await EventLoop.run { loop async throws -> Result in
    loop.gathersSends = gathering
    let (connection, peer) = try RedisPeer.connected(on: loop)
    async let served: Void = server(peer, connection)
    let result = await client(connection)
    try await served
    connection.close()
    peer.close()
    return result
  }
}

/// What a command's end was.
enum Ending: Sendable, Equatable {
  case reply(RedisReply)
  case replies([RedisReply])
  case failure(Failure)
}

extension RedisConnection {
  func ending(_ command: RedisCommand, within patience: Int64 = 20_000_000_000) async -> Ending {
    do throws(Failure) {
      return .reply(try await send(command, deadline: EventLoop.now() + patience))
    } catch {
      return .failure(error)
    }
  }

  func ending(
    _ commands: [RedisCommand], within patience: Int64 = 20_000_000_000
  ) async -> Ending {
    do throws(Failure) {
      return .replies(try await send(commands, deadline: EventLoop.now() + patience))
    } catch {
      return .failure(error)
    }
  }
}
