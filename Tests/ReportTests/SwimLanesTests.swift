// The picture of a counterexample, exact to the column: what a reader concludes from it must be
// what the history says.

import Checker
import History
import Report
import Support
import Testing

private func picture(
  _ operations: [Operation], events: [Event] = [], steps: [Int: [Step]] = [:], width: Int = 80,
  unicode: Bool = true
) -> String {
  let history = History(operations: operations, events: events, steps: steps)
  return SwimLanes(Array(operations.indices), of: history)
    .text(Style(width: width, unicode: unicode))
}

@Suite struct `Swim lanes` {
  @Test func `a lease that runs out during a pause, at 80 columns`() {
    let (history, counterexample) = leaseExpiry()
    #expect(
      SwimLanes(counterexample, of: history).text(Style()) == """
          p3  #33 take ├───a───b─∙ ∙ ∙ ∙ ∙ ∙ ∙ 412 ms ∙ ∙ ∙ ∙ ∙ ∙ ∙─f───┤ ok, 57 left
          p11 #36 take             ├───c─∙ 200 ms ∙─d───e───┤ ok, 57 left
          nemesis                          ━━━━━━━━━━━━━━━━━━━━━━ client-pause process 3
                       └0          └+620 µs         └+200 ms            └+414 ms
            a  +40.0 µs  p3      lock → granted
            b  +230 µs   p3      SELECT → 58
            c  +640 µs      p11  lock → granted
            d  +200 ms      p11  SELECT → 58
            e  +201 ms      p11  UPDATE 57 → 1 row
            f  +413 ms   p3      UPDATE 57 → 1 row
          Lines #33 35–52, #36 38–49 of history.jsonl

        """)
  }

  @Test func `commands and replies stand in the bars where there is room`() {
    let operations = [
      operation(1, "take", .int(1), .int(57), call: 0, reply: 91, index: 4),
      operation(2, "take", .int(1), .int(57), call: 3, reply: 104, index: 5),
    ]
    let steps = [
      0: [step("GET", "58", 2, 40), step("SET 57", "OK", 60, 90)],
      1: [step("GET", "58", 45, 55), step("SET 57", "OK", 92, 103)],
    ]
    #expect(
      picture(operations, steps: steps, width: 90) == """
          p1 #4 take ├─── GET  58 ────────────── SET 57 OK ───┤ ok, 57 left
          p2 #5 take         ├─────── GET 58 ───────────────────── SET 57 OK ───┤ ok, 57 left
                     └0          └+40.0 µs  └+55.0 µs     └+90.0 µs             └+104 µs

        """)
  }

  @Test func `40 columns show who overlapped whom and list the commands`() {
    let (history, counterexample) = leaseExpiry()
    #expect(
      SwimLanes(counterexample, of: history).text(Style(width: 40)) == """
          p3  #33 take ├────┤ ok, 57 left
          p11 #36 take  ├─┤ ok, 57 left
          nemesis        ━━━ client-pause pr…
                       └0   └+414 ms
            +40.0 µs  p3      lock → granted
            +230 µs   p3      SELECT → 58
            +640 µs      p11  lock → granted
            +200 ms      p11  SELECT → 58
            +201 ms      p11  UPDATE 57 → 1 row
            +413 ms   p3      UPDATE 57 → 1 row
          Lines #33 35–52, #36 38–49 of
          history.jsonl

        """)
  }

  @Test func `ASCII has the same columns`() {
    let (history, counterexample) = leaseExpiry()
    let lanes = SwimLanes(counterexample, of: history)
    let ascii = lanes.text(Style(unicode: false))
    #expect(ascii.allSatisfy { $0.isASCII })
    let lines = zip(ascii.split(separator: "\n"), lanes.text(Style()).split(separator: "\n"))
    for (ascii, unicode) in lines { #expect(ascii.count == unicode.count) }
    #expect(
      ascii.hasPrefix(
        """
          p3  #33 take |---a---b-. . . . . . . 412 ms . . . . . . .-f---| ok, 57 left
          p11 #36 take             |---c-. 200 ms .-d---e---| ok, 57 left
          nemesis                          ====================== client-pause process 3
                       |0          |+620 us         |+200 ms            |+414 ms
            a  +40.0 us  p3      lock > granted
            b  +230 us   p3      SELECT > 58
            c  +640 us      p11  lock > granted
            d  +200 ms      p11  SELECT > 58
            e  +201 ms      p11  UPDATE 57 > 1 row
            f  +413 ms   p3      UPDATE 57 > 1 row
          Lines #33 35-52, #36 38-49 of history.jsonl
        """))
  }

  @Test func `one operation is a picture too`() {
    #expect(
      picture([operation(0, "read", .null, .int(5), call: 10, reply: 20, index: 7)]) == """
          p0 #7 read ├────┤ ok, 5
                     └0

        """)
  }

  @Test func `an indeterminate operation stays open to the right`() {
    #expect(
      picture(
        [
          operation(0, "take", .null, .null, .info, call: 10, reply: nil, error: "timeout"),
          operation(1, "take", .int(1), .int(5), call: 12, reply: 300, index: 1),
          operation(1, "read", .null, .int(6), call: 350, reply: 380, index: 4),
        ], steps: [0: [step("DECR item", "lost", 12, 90)]]) == """
            p0 #0 take ├──── DECR item lost ─ indeterminate: timeout ─ ─▷
            p1 #1 take      ├───────────────────┤ ok, 5 left
               #4 read                               ├────┤ ok, 6
                       └0   └+2.00 µs           └+290 µs  └+370 µs
            ▷ indeterminate: it may take effect at any time after its call, or never.

          """)
  }

  @Test func `equal times overlap: the call stands before the reply of the same time`() {
    #expect(
      picture([
        operation(0, "write", .int(3), .int(3), call: 10, reply: 20),
        operation(1, "read", .null, .int(5), call: 20, reply: 30, index: 2),
        operation(2, "read", .null, .int(3), call: 21, reply: 30, index: 3),
      ]) == """
          p0 #0 write 3 ├─────────┤ ok
          p1 #2 read         ├──────────────┤ ok, 5
          p2 #3 read                   ├────┤ ok, 3
                        └0   └+10.0 µs └+11.0 µs

        """)
  }

  @Test func `two identical operations are drawn alike`() {
    let twins = [0, 1].map {
      operation($0, "take", .int(1), .int(57), call: 10, reply: 10, index: $0)
    }
    #expect(
      picture(twins) == """
          p0 #0 take ├────┤ ok, 57 left
          p1 #1 take ├────┤ ok, 57 left
                     └0

        """)
  }

  @Test func `twelve operations and the events around them fit 80 columns`() {
    let operations = (0..<12).map {
      operation(
        $0, "take", .int(1), .int(5), call: Int64($0) * 3, reply: Int64($0) * 3 + 10, index: $0)
    }
    let events = [
      event("nemesis", "server-pause", at: 2), event("lock", "granted", .string("p3"), at: 4),
      event("lock", "released", .string("p3"), at: 24),
      event("nemesis", "server-pause", at: 28), event("nemesis", "later", at: 500),
      event("run", "main", .string("end"), at: 25),
    ]
    #expect(
      picture(operations, events: events) == """
          p0  #0  take ├───────────┤ ok, 5 left
          p1  #1  take     ├───────────┤ ok, 5 left
          p2  #2  take         ├───────────┤ ok, 5 left
          p3  #3  take           ├─────────────┤ ok, 5 left
          p4  #4  take               ├─────────────┤ ok, 5 left
          p5  #5  take                   ├─────────────┤ ok, 5 left
          p6  #6  take                       ├───────────────┤ ok, 5 left
          p7  #7  take                           ├───────────────┤ ok, 5 left
          p8  #8  take                               ├───────────────┤ ok, 5 left
          p9  #9  take                                   ├─────────────┤ ok, 5 left
          p10 #10 take                                         ├─────────┤ ok, 5 left
          p11 #11 take                                             ├───────┤ ok, 5 left
          nemesis        ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ server-pause
          lock               ▲ granted p3            ▲ released p3
                       └0        └+9.00 µs   └+18.0 µs   └+27.0 µs         └+43.0 µs

        """)
  }

  @Test func `ranks alone make a picture without an axis`() {
    let operations = (0..<2).map { place in
      Operation(
        process: place, function: "cas", input: .list([.int(0), .int(place + 1)]),
        output: .bool(true), outcome: .ok, call: Moment(rank: place, index: place, line: place + 1),
        reply: Moment(rank: place + 2, index: place + 2, line: place + 3))
    }
    #expect(
      picture(operations) == """
          p0 #0 cas [0 1] ├─────────┤ ok, true
          p1 #1 cas [0 2]      ├─────────┤ ok, true
          Lines #0 1–3, #1 2–4

        """)
  }

  @Test func `a history of nothing has no picture`() {
    #expect(picture([]).isEmpty)
    #expect(SwimLanes([4, -1], of: History(operations: [])).text(Style()).isEmpty)
  }

  @Test func `control characters of a history never reach the terminal`() {
    let hostile = operation(
      0, "read", .null, .string("\u{1B}[2J\u{202E}\r\nx"), call: 1, reply: 2, key: .string("\u{7}"))
    let text = picture([hostile])
    #expect(text.contains("\\u{1B}[2J\\u{202E}\\r\\nx"))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }

  @Test func `colour changes what is seen in nothing`() {
    let (history, counterexample) = leaseExpiry()
    let lanes = SwimLanes(counterexample, of: history)
    let colored = lanes.text(Style(color: true))
    #expect(colored.contains("\u{1B}["))
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == lanes.text(Style()))
  }
}
