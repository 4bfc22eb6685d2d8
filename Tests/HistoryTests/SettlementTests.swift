// An indeterminate operation that an event of the resolver settles is read with its outcome, and
// nothing else changes.

import History
import Testing

private func read(_ lines: String...) throws -> History {
  let header = #"{"soldout":1,"model":"stock","initial":{"item-0":9}}"#
  let text = ([header] + lines).joined(separator: "\n") + "\n"
  return try HistoryFormat.read(Array(text.utf8)).history
}

private let call =
  #"{"process":4,"type":"invoke","f":"take","key":"item-0","value":1,"time":1}"#
private let lost =
  #"{"process":4,"type":"info","f":"take","key":"item-0","value":1,"error":"timeout","time":2}"#

private func word(_ outcome: String, process: Int = 4, key: String = "item-0") -> String {
  "{\"process\":\"resolver\",\"type\":\"info\",\"f\":\"\(outcome)\",\"key\":\"\(key)\","
    + "\"value\":{\"process\":\(process),\"value\":8},\"time\":9}"
}

@Suite("Settlements")
struct SettlementTests {
  @Test("an operation that took effect ends at its settlement, with its reply")
  func ok() throws {
    let history = try read(call, lost, word("ok"))
    let operation = try #require(history.operations.first)
    #expect(operation.outcome == .ok && operation.output == .int(8))
    #expect(operation.reply?.time == 9 && operation.call.time == 1)
    #expect(history.settled == (1, 0))
  }

  @Test("one that had no effect has failed")
  func fail() throws {
    let history = try read(call, lost, word("fail"))
    #expect(history.operations.first?.outcome == .fail)
    #expect(history.operations.first?.output == .null)
  }

  @Test(
    "an event that fits no indeterminate operation settles nothing",
    arguments: [word("ok", process: 5), word("ok", key: "item-1"), word("info"), word("maybe")])
  func unfit(_ event: String) throws {
    #expect(try read(call, lost, event).operations.first?.outcome == .info)
  }

  @Test("a reply that was recorded stands")
  func recorded() throws {
    let reply = #"{"process":4,"type":"ok","f":"take","key":"item-0","value":7,"time":2}"#
    #expect(try read(call, reply, word("fail")).operations.first?.output == .int(7))
  }
}
