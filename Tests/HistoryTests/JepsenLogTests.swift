// Operations as Jepsen logs them, with and without a logger's prefix.

import History
import Testing

@Suite("Jepsen logs")
struct JepsenLogTests {
  static let log = """
    INFO  jepsen.util - 0\t:invoke\t:read\tnil
    INFO  jepsen.util - 3\t:invoke\t:cas\t[3 0]
    INFO  jepsen.util - 0\t:ok\t:read\t3
    INFO  jepsen.util - :nemesis\t:info\t:start\t"Cut off #{:n1}"
    INFO  jepsen.util - 3\t:info\t:cas\t:timed-out
    INFO  jepsen.util - 5\t:invoke\t:write\t4
    INFO  jepsen.util - 5\t:fail\t:write\t4

    """

  @Test(
    "is read the same with tabs or spaces, any prefix or none",
    arguments: [
      { (text: String) in text }, { $0.replacing("\t", with: "   ") },
      { $0.replacing("INFO  jepsen.util - ", with: "") },
      {
        $0.replacing(
          "INFO  jepsen.util - ",
          with: "INFO [2026-01-02 03:04:05,678] jepsen worker 1 - jepsen.util ")
      },
      { $0.replacing("\n", with: "\r\n") },
    ] as [@Sendable (String) -> String])
  func forms(_ form: @Sendable (String) -> String) throws {
    let reading = try HistoryFormat.read(form(Self.log))
    #expect(reading.format == .porcupine)
    let history = reading.history
    #expect(history.operations.map(\.process) == [0, 3, 5])
    #expect(history.operations.map(\.function) == ["read", "cas", "write"])
    #expect(history.operations.map(\.outcome) == [.ok, .info, .fail])
    #expect(history.operations.map(\.output) == [.int(3), .null, .null])
    #expect(history.operations[1].input == .list([.int(3), .int(0)]))
    #expect(history.operations[1].error == "timed-out")
    #expect(history.events.map(\.value) == [.string("Cut off #{:n1}")])
    #expect(history.order == .positions)
  }

  @Test("history.txt has an error behind the value")
  func errorColumn() throws {
    let text = "1\t:invoke\t:write\t4\n1\t:info\t:write\t4\t:timeout\n"
    let operation = try HistoryFormat.read(text).history.operations[0]
    #expect(operation.error == "timeout" && operation.input == .int(4))
  }

  @Test("other lines of a console log are counted, not read")
  func otherLines() throws {
    let text = "INFO jepsen.core - Starting\n" + Self.log + "Everything looks good! ヽ(‘ー`)ノ\n"
    let reading = try HistoryFormat.read(text)
    #expect(reading.history.operations.count == 3)
    #expect(reading.notes.map(\.line) == [1])
    #expect(reading.notes[0].message.hasPrefix("2 lines"))
  }

  @Test(
    "a damaged operation is refused, not passed over",
    arguments: [
      ("INFO  jepsen.util - 0\t:invok\t:read\tnil", 23, Rule.type),
      ("INFO  jepsen.util - x\t:invoke\t:read\tnil", 21, .field),
      ("x :invoke :read nil", 1, .field), ("7 :okay :read nil", 3, .type),
      ("7 :ok :read [1", 15, .syntax), ("7 :ok", 6, .syntax),
      ("7 :ok :read 1 2 3", 17, .syntax),
    ])
  func damaged(_ line: String, _ column: Int, _ rule: Rule) throws {
    let text = "7\t:invoke\t:read\tnil\n" + line + "\n"
    let refusal = try #require(HistoryFormat.refusal(of: text))
    #expect(refusal.line == 2)
    #expect(refusal.column == column, "\(refusal)")
    #expect(refusal.rule == rule)
  }
}
