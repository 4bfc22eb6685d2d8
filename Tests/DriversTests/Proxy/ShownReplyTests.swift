// Replies as lanes show them: every kind that a server sends, cut ones, and rows in binary form.

import Testing

@testable import Drivers

/// A message of PostgreSQL's.
private func message(_ kind: Character, _ body: [UInt8]) -> [UInt8] {
  let length = UInt8(body.count + 4)
  return [kind.asciiValue ?? 0, 0, 0, 0, length] + body
}

private func row(_ columns: [[UInt8]?]) -> [UInt8] {
  var body: [UInt8] = [0, UInt8(columns.count)]
  for column in columns {
    let length: [UInt8] = column.map { [0, 0, 0, UInt8($0.count)] } ?? [255, 255, 255, 255]
    body += length + (column ?? [])
  }
  return message("D", body)
}

private func packet(_ body: [UInt8], _ sequence: UInt8 = 1) -> [UInt8] {
  [UInt8(body.count), 0, 0, sequence] + body
}

/// A column's definition.
private func column(_ type: UInt8) -> [UInt8] {
  let rest: [UInt8] = [0, 0, 0, 1, 110, 0, 12, 63, 0, 11, 0, 0, 0, type, 0, 0, 0, 0, 0]
  return [3, 100, 101, 102] + rest
}

@Suite("Replies in lanes")
struct ShownReplyTests {
  @Test(
    "of Redis, in both versions",
    arguments: [
      ("+OK\r\n", CommandTrace.Reply.ok), ("+QUEUED\r\n", .text("QUEUED")),
      ("-WRONGTYPE Operation against\r\n", .error("WRONGTYPE")), (":-3\r\n", .integer(-3)),
      ("$2\r\n57\r\n", .integer(57)), ("$5\r\na\r\nbc\r\n", .text("a bc")), ("$-1\r\n", .null),
      ("_\r\n", .null), ("*-1\r\n", .null), ("#t\r\n", .text("true")), (",0.5\r\n", .text("0.5")),
      ("*3\r\n:1\r\n$-1\r\n$1\r\nx\r\n", .text("[1, nil, x]")), ("*0\r\n", .text("[]")),
      ("*6\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n", .text("[1, 2, 3, 4, …]")),
      ("%1\r\n$1\r\na\r\n:1\r\n", .text("[a, 1]")), ("=6\r\ntxt:57\r\n", .integer(57)),
      ("!9\r\nBUSY now!\r\n", .error("BUSY")), ("|1\r\n+a\r\n+b\r\n:7\r\n", .integer(7)),
      ("$100\r\nabc", .text("abc…")), ("*2\r\n:1\r\n", .text("[1, …]")), ("", .text("…")),
    ])
  func redis(_ bytes: String, _ known: CommandTrace.Reply) {
    #expect(RedisReplyText.shown(Array(bytes.utf8)) == known)
  }

  @Test("of PostgreSQL: a row, a count, an error, and numbers in binary form")
  func postgres() {
    let done = { (tag: String) in message("C", Array(tag.utf8) + [0]) }
    let known: [([UInt8], CommandTrace.Reply)] = [
      (row([Array("58".utf8)]) + done("SELECT 1"), .integer(58)),
      (row([[0, 0, 0, 58]]) + done("SELECT 1"), .integer(58)),
      (row([[255, 255, 255, 255, 255, 255, 255, 254]]), .integer(-2)),
      (row([nil]) + done("SELECT 1"), .null),
      (row([Array("a".utf8), [0, 7], nil]), .text("(a, 7, nil)")),
      (done("SELECT 0"), .null), (done("UPDATE 1"), .text("1 row")),
      (done("INSERT 0 2"), .text("2 rows")), (done("BEGIN"), .ok), (done("COMMIT"), .ok),
      (done("ROLLBACK"), .text("ROLLBACK")),
      (message("E", Array("SERROR\0C40001\0Mcould not\0\0".utf8)), .error("40001")),
      (Array(row([Array("58".utf8)]).prefix(9)), .text("…")),
    ]
    for (bytes, reply) in known { #expect(PostgresReplyText.shown(bytes) == reply) }
  }

  @Test("of MySQL: rows as texts and in binary form, counts, errors")
  func mysql() {
    let end = packet([0xfe, 0, 0, 2, 0])
    let one = packet([1]) + packet(column(3))
    let pair = packet([2]) + packet(column(3)) + packet(column(253)) + end
    var known: [([UInt8], CommandTrace.Reply)] = []
    known.append((packet([0, 1, 0, 2, 0, 0, 0]), .text("1 row")))
    known.append((packet([0, 0, 0, 2, 0, 0, 0]), .ok))
    known.append((packet([0xff, 0xb5, 0x04, 0x23]), .error("1205")))
    known.append((one + end + packet([2, 53, 56]) + end, .integer(58)))
    known.append((one + packet([2, 53, 56]), .integer(58)))
    known.append((one + end + end, .null))
    known.append((one + end + packet([0, 0, 58, 0, 0, 0]) + end, .integer(58)))
    known.append((one + end + packet([0, 4]) + end, .null))
    known.append((pair + packet([0, 0, 255, 255, 255, 255, 1, 97]), .text("(-1, a)")))
    known.append((one + end + packet([0xfb]) + end, .null))
    for (bytes, reply) in known { #expect(MySQLReplyText.shown(bytes) == reply) }
  }

  @Test("of whatever bytes: never a crash", arguments: 0..<200)
  func any(_ seed: UInt64) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    var bytes: [UInt8] = Array("*$:%|=DCE\u{0}\u{1}".utf8.shuffled())
    for _ in 0..<Int(seed) {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      bytes.append(UInt8(truncatingIfNeeded: state >> 33))
    }
    _ = RedisReplyText.shown(bytes)
    _ = RedisReplyText.shown(Array("*9999999\r\n".utf8) + bytes)
    _ = RedisReplyText.shown(Array("|9999999\r\n".utf8) + bytes)
    _ = PostgresReplyText.shown(bytes)
    _ = MySQLReplyText.shown(bytes)
    _ = MySQLReplyText.shown(packet([3]) + packet(column(3)) + bytes)
  }
}
