// Commands of a service's instances that may be one of several calls': listed under the picture, those that
// tell something first, and calls that sent a command again.

import History
import Testing

@testable import Report

/// A history of two takes that were told the same, with so many commands of an instance in between.
private func history(commands: Int) throws -> History {
  var lines = [#"{"soldout":1,"model":"stock","initial":{"item-0":100}}"#]
  for process in 0...1 {
    lines.append(
      #"{"index":\#(process),"process":\#(process),"type":"invoke","f":"take","key":"item-0","value":1,"time":\#(process)}"#
    )
  }
  for number in 0..<commands {
    let time = 10 + 10 * number
    let text = number == 0 ? "SET item-0 99" : "GET noise-\(number + 500)"
    lines.append(
      #"{"index":\#(number + 2),"process":"i0","type":"info","f":"command","value":{"command":"\#(text)","reply":"ok","sent":\#(time),"received":\#(time + 5)},"time":\#(time + 5)}"#
    )
  }
  let end = 10 * commands + 100
  for process in 0...1 {
    lines.append(
      #"{"index":\#(commands + 2 + process),"process":\#(process),"type":"ok","f":"take","key":"item-0","value":99,"time":\#(end + process),"steps":[["DECR item-0","lost",5,6],["DECR item-0","99",7,8]]}"#
    )
  }
  return try HistoryFormat.read(Array(lines.joined(separator: "\n").utf8), source: "h").history
}

@Suite("Commands of instances")
struct InstanceCommandsTests {
  @Test("are listed with their time and instance")
  func few() throws {
    let text = SwimLanes([0, 1], of: try history(commands: 3)).text(Style())
    #expect(text.contains("Sent meanwhile by instances") && text.contains("i0  SET item-0 99 → ok"))
    #expect(text.contains("GET noise-502 → ok") && !text.contains("more):"), "\(text)")
    #expect(!text.contains("further event"), "\(text)")
  }

  @Test("of many the telling ones are not left out")
  func many() throws {
    let text = SwimLanes([0, 1], of: try history(commands: 40)).text(Style())
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("(and 24 more):") && text.contains("SET item-0 99"), "\(text)")
    #expect(text.contains("GET noise-539") && !text.contains("GET noise-501"), "\(text)")
  }

  @Test(
    "a command that is sent again after a lost reply is a finding with its lane; a read is none")
  func again() throws {
    let history = try history(commands: 0)
    let all = SentAgain.all(in: history)
    #expect(all.map(\.operation) == [0, 1] && all.first?.command == "DECR item-0")
    let finding = Finding(try #require(all.first), in: history)
    #expect(finding.isDrawn && finding.sentence.contains("p0's take #0 sent DECR item-0 twice"))
    var reads = history
    reads.steps[0] = [
      Step(command: "GET item-0", reply: "lost", sent: 1, received: 2),
      Step(command: "GET item-0", reply: "9", sent: 3, received: 4),
    ]
    #expect(SentAgain.all(in: reads).map(\.operation) == [1])
  }
}
