// Pairing of replies with calls: one rule each, and what a refused entry leaves behind.

import History
import Testing

@Suite("Pairing")
struct HistoryBuilderTests {
  private func entry(
    _ process: Int, _ kind: Entry.Kind, _ function: String = "read", key: Value? = nil,
    time: Int64? = nil, line: Int = 0
  ) -> Entry {
    Entry(
      process: .client(process), kind: kind, function: function, key: key, time: time, line: line)
  }

  /// The rule that refuses the last entry after the others were taken.
  private func rule(_ entries: Entry..., order: EventOrder? = .positions) -> Rule? {
    var builder = HistoryBuilder(order: order)
    for (place, entry) in entries.enumerated() {
      do throws(ParseError) {
        try builder.append(entry)
      } catch {
        #expect(place == entries.count - 1)
        return error.rule
      }
    }
    return nil
  }

  @Test("refuses what can't be paired")
  func refusals() {
    #expect(rule(entry(1, .ok)) == .replyWithoutCall)
    #expect(rule(entry(1, .invoke), entry(2, .ok)) == .replyWithoutCall)
    #expect(rule(entry(1, .invoke), entry(1, .ok), entry(1, .ok)) == .replyWithoutCall)
    #expect(rule(entry(1, .invoke), entry(1, .invoke)) == .callWhileOpen)
    #expect(rule(entry(1, .invoke), entry(1, .ok, "write")) == .functionMismatch)
    #expect(
      rule(entry(1, .invoke, key: .int(1)), entry(1, .ok, key: .int(2))) == .keyMismatch)
    #expect(rule(entry(1, .invoke), entry(1, .ok, key: .int(2))) == .keyMismatch)
    #expect(
      rule(entry(1, .invoke, time: 5), entry(1, .ok, time: 4), order: .times) == .timeBackwards)
    #expect(rule(entry(1, .invoke, time: .max)) == .timeRange)
    #expect(
      rule(Entry(process: .named("p1"), kind: .invoke, function: "read")) == .process)
  }

  @Test("takes what is unusual but well-formed")
  func accepted() {
    #expect(rule(entry(1, .invoke, key: .int(1)), entry(1, .ok)) == nil)
    #expect(rule(entry(1, .invoke, time: 5), entry(1, .ok, time: 4)) == nil)
    #expect(rule(entry(1, .invoke, time: 5), entry(1, .ok, time: 5), order: .times) == nil)
    #expect(rule(entry(-3, .invoke), entry(-3, .ok)) == nil)
  }

  @Test("a refused entry changes nothing")
  func refusedEntry() throws {
    var builder = HistoryBuilder(order: .positions)
    try builder.append(entry(1, .invoke, line: 1))
    #expect(throws: ParseError.self) { try builder.append(entry(1, .invoke, line: 2)) }
    #expect(throws: ParseError.self) { try builder.append(entry(1, .ok, "write", line: 3)) }
    #expect(throws: ParseError.self) { try builder.append(entry(2, .ok, line: 4)) }
    try builder.append(entry(1, .ok, line: 5))
    let history = try builder.finish()
    #expect(history.operations.count == 1)
    #expect(history.operations[0].call.line == 1)
    #expect(history.operations[0].reply?.line == 5)
    #expect(history.operations[0].reply?.rank == 1)
  }

  @Test("messages name both lines")
  func messages() throws {
    var builder = HistoryBuilder(order: .positions)
    try builder.append(entry(4, .invoke, line: 17))
    let error = #expect(throws: ParseError.self) {
      try builder.append(entry(4, .invoke, line: 23))
    }
    #expect(
      error?.description
        == "23: process 4 calls read while its call on line 17 is still open; "
        + "a process performs one operation at a time")
  }

  @Test("messages carry little of the file, and nothing a terminal obeys")
  func briefMessages() throws {
    let wild = "\u{1B}[2J" + String(repeating: "x", count: 1000)
    for entry in [
      Entry(process: .client(4), kind: .ok, function: wild),
      Entry(process: .client(4), kind: .ok, function: "read", key: .list([.string(wild)])),
      Entry(process: .named(wild), kind: .ok, function: "read"),
    ] {
      var builder = HistoryBuilder(order: .positions)
      try builder.append(Entry(process: .client(4), kind: .invoke, function: "read"))
      let error = #expect(throws: ParseError.self) { try builder.append(entry) }
      let message = try #require(error).message
      #expect(message.utf8.count < 400)
      #expect(!message.unicodeScalars.contains("\u{1B}"))
    }
  }

  @Test("a failure's or an open end's other value is kept apart")
  func otherValue() throws {
    var builder = HistoryBuilder(order: .positions)
    try builder.append(
      Entry(process: .client(1), kind: .invoke, function: "write", value: .int(1)))
    try builder.append(
      Entry(process: .client(1), kind: .fail, function: "write", value: .string("late")))
    let history = try builder.finish()
    #expect(history.operations[0].output == .null)
    #expect(history.extra == [.reply(0): [.init(.string("value"), .string("late"))]])
    #expect(history.entries.map(\.value) == [.int(1), .string("late")])
  }
}
