// MySQL's conversations as a proxy follows them: which reply ends where, however the bytes are cut.

import Testing

@testable import Drivers

/// A packet of the protocol.
private func packet(_ sequence: UInt8, _ body: [UInt8]) -> [UInt8] {
  [UInt8(body.count & 0xff), UInt8(body.count >> 8 & 0xff), UInt8(body.count >> 16), sequence]
    + body
}

private func ok(_ sequence: UInt8, status: UInt8 = 2, kind: UInt8 = 0) -> [UInt8] {
  packet(sequence, [kind, 0, 0, status, 0, 0, 0])
}

private let greeting = packet(
  0,
  [10] + Array("5.5.5-10.11.19-MariaDB".utf8) + [0, 7, 0, 0, 0] + [UInt8](repeating: 1, count: 8)
    + [0, 0xff, 0xff, 45, 2, 0, 0xff, 0xff, 21] + [UInt8](repeating: 0, count: 10))

/// What a client says of itself: its flags, MariaDB's further ones, and its name.
private func login(_ flags: UInt32, further: UInt32 = 0) -> [UInt8] {
  func bytes(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> (8 * $0) & 0xff) } }
  let name = Array("program_name".utf8)
  return packet(
    1,
    bytes(flags) + bytes(1 << 24) + [45] + [UInt8](repeating: 0, count: 19) + bytes(further)
      + Array("soldout".utf8) + [0, 0, 16, UInt8(name.count)] + name + [2] + Array("p7".utf8))
}

private let plain: UInt32 = 1 << 9 | 1 << 15 | 1
private let withoutEnds = plain | 1 << 24

/// One way of talking: who says what, in turn.
private struct Talk {
  enum Part {
    case client([UInt8])
    case server([UInt8])
  }
  var parts: [Part]

  /// Statements as text, prepared and executed, with rows, an error and a transaction.
  static func whole(_ flags: UInt32) -> Talk {
    let ends = flags & 1 << 24 == 0
    let eof = ends ? packet(9, [0xfe, 0, 0, 3, 0]) : []
    let last = ends ? packet(12, [0xfe, 0, 0, 3, 0]) : ok(12, status: 3, kind: 0xfe)
    let field = packet(3, [3] + Array("def".utf8) + [UInt8](repeating: 7, count: 20))
    func query(_ text: String) -> Part { .client(packet(0, [3] + Array(text.utf8))) }
    return Talk(parts: [
      .server(greeting), .client(login(flags)), .server(ok(2)),
      query("BEGIN"), .server(ok(1, status: 3)),
      .client(packet(0, [0x16] + Array("SELECT n FROM s WHERE i = ? AND j = ?".utf8))),
      .server(
        packet(1, [0, 5, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0]) + field + field + eof + field + eof),
      .client(packet(0, [0x17, 5, 0, 0, 0, 0, 1, 0, 0, 0])),
      .server(packet(1, [1]) + field + eof + packet(4, [0, 0, 9]) + packet(5, [0, 0, 8]) + last),
      query("UPDATE s SET n = 1"), .server(packet(1, [0xff, 0xbd, 4] + Array("#40001".utf8))),
      .client(packet(0, [0x19, 5, 0, 0, 0]) + packet(0, [3] + Array("COMMIT".utf8))),
      .server(ok(1)),
      query("UPDATE s SET n = 2"), .server(ok(1)), .client(packet(0, [1])),
    ])
  }

  /// What comes of it where bytes arrive in pieces of these lengths, and the reply to `lost` is lost.
  func followed(
    losing lost: String?, _ cut: () -> Int
  ) -> (requests: [ProxyRequest], passed: [UInt8], lost: LostReply?) {
    var tracker = MySQLProtocolTracker()
    var (requests, passed): ([ProxyRequest], [UInt8]) = ([], [])
    for part in parts {
      let bytes: [UInt8]
      switch part {
      case .client(let said), .server(let said): bytes = said
      }
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(max(1, cut())))
        rest = rest.dropFirst(piece.count)
        if case .client = part {
          _ = tracker.fromClient(piece, at: 0) { request in
            requests.append(request)
            return request.text == lost
          }
        } else {
          let answer = tracker.fromServer(piece, at: 0)
          passed += answer.toClient
          if let reply = answer.lost { return (requests, passed, reply) }
        }
      }
    }
    return (requests, passed, nil)
  }
}

@Suite("A proxy's conversations with MySQL") struct MySQLProtocolTrackerTests {
  @Test(arguments: [plain, withoutEnds])
  func `every command is told with its verb, its client and its transaction`(flags: UInt32) {
    let (requests, passed, lost) = Talk.whole(flags).followed(losing: nil) { .max }
    #expect(lost == nil)
    #expect(requests.map(\.verb) == ["BEGIN", "SELECT", "UPDATE", "COMMIT", "UPDATE"])
    #expect(requests.map(\.inTransaction) == [false, true, true, true, false])
    #expect(requests.allSatisfy { $0.client == "p7" })
    #expect(requests[1].text == "SELECT n FROM s WHERE i = ? AND j = ?")
    // TLS and compression are taken out of the greeting, and nothing else is touched.
    let said = Talk.whole(flags).parts.reduce(into: [UInt8]()) { bytes, part in
      if case .server(let more) = part { bytes += more }
    }
    let changed = zip(passed, said).enumerated().filter { $0.element.0 != $0.element.1 }
    #expect(passed.count == said.count)
    #expect(changed.map { $0.element.1 ^ $0.element.0 } == [0x20, 0x08, 0x04])
  }

  @Test(arguments: [plain, withoutEnds], ["COMMIT", "SELECT n FROM s WHERE i = ? AND j = ?", nil])
  func `however the bytes are cut, the same is told and the same is lost`(
    flags: UInt32, lost: String?
  ) {
    let whole = Talk.whole(flags).followed(losing: lost) { .max }
    #expect((whole.lost == nil) == (lost == nil))
    let seed = UInt64.random(in: 0...UInt64.max)
    var state = seed
    for round in 0..<200 {
      let cut = Talk.whole(flags).followed(losing: lost) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return 1 + Int(state >> 33) % (1 + round % 20)
      }
      #expect(cut.requests == whole.requests, "seed \(seed)")
      #expect(cut.passed == whole.passed, "seed \(seed)")
      #expect(cut.lost?.bytes == whole.lost?.bytes, "seed \(seed)")
    }
  }

  @Test func `a lost reply is kept back whole`() {
    let rows = Talk.whole(plain).followed(losing: "SELECT n FROM s WHERE i = ? AND j = ?") { 3 }
    guard case .server(let reply) = Talk.whole(plain).parts[8] else { return }
    #expect(rows.lost?.bytes == reply)
    #expect(rows.lost?.request.verb == "SELECT")
  }

  @Test func `columns that MariaDB leaves out are not waited for`() {
    var tracker = MySQLProtocolTracker()
    _ = tracker.fromServer(greeting, at: 0)
    _ = tracker.fromClient(login(withoutEnds & ~1, further: 1 << 4), at: 0) { _ in false }
    _ = tracker.fromServer(ok(2), at: 0)
    for hasColumns: UInt8 in [1, 0] {
      let asked = packet(0, [3] + Array("SELECT n".utf8))
      _ = tracker.fromClient(asked, at: 0) { _ in true }
      let field = hasColumns == 1 ? packet(2, [3] + Array("def".utf8)) : []
      let reply = packet(1, [1, hasColumns]) + field + packet(3, [1, 57]) + ok(4, kind: 0xfe)
      let answer = tracker.fromServer(reply, at: 0)
      #expect(answer.lost?.bytes == reply && answer.toClient == [])
    }
  }

  @Test func `an answer to nothing can't be followed, and what passed is told`() {
    var tracker = MySQLProtocolTracker()
    tracker.tellsExchanges = true
    _ = tracker.fromServer(greeting, at: 0)
    _ = tracker.fromClient(login(withoutEnds), at: 0) { _ in false }
    _ = tracker.fromServer(ok(2), at: 0)
    _ = tracker.fromClient(packet(0, [3] + Array("COMMIT".utf8)), at: 3) { _ in false }
    let answer = tracker.fromServer(ok(1), at: 7)
    #expect(answer.exchanges.map(\.request.text) == ["COMMIT"])
    #expect(answer.exchanges.map(\.reply) == [ok(1)] && answer.refusal == nil)
    #expect(answer.exchanges.map(\.asked) == [3] && answer.exchanges.map(\.answered) == [7])
    #expect(tracker.fromServer(ok(1), at: 8).refusal != nil)
  }

  @Test func `a packet of the greatest length goes on in the next`() {
    var scanner = MySQLScanner()
    let body = [UInt8](repeating: 3, count: 0xff_ffff)
    let bytes = packet(0, body) + packet(1, [1, 2]) + packet(0, [9])
    let first = scanner.next(in: bytes, from: 0)
    #expect(first?.packet.length == 0xff_ffff + 2 && first?.packet.sequence == 0)
    #expect(scanner.next(in: bytes, from: first?.end ?? 0)?.packet.body == [9])
  }
}
