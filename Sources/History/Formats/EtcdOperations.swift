// etcd's robustness tests: operations.json, one object per operation with call and return times.
// What reads, writes or creates one key becomes `read`, `write`, `cas` on a register of that key.
// A write that means more is refused (skipping it would be unsound); a read that does is skipped
// and counted (skipping it hides only itself).
// Fields: tests/robustness/model/types.go in etcd; Go omits none of them but values.

struct EtcdOperations {
  private var cursor: Cursor
  private var lines = Lines()
  private var operations: [EtcdOperation] = []
  private var passedOver = 0

  init(_ bytes: [UInt8]) {
    cursor = Cursor(bytes)
  }

  /// Reads every operation into the sink, as calls and replies in the order of their times.
  mutating func read<Sink: EntrySink>(into sink: inout Sink) throws(ParseError) {
    while true {
      do throws(Fault) {
        guard try readNext() else { break }
      } catch {
        try sink.refuse(lines.parseError(error, in: cursor.bytes))
        // Objects whose end was found can be told apart; behind broken JSON nothing can.
        if error.rule == .syntax { break }
      }
    }
    try emit(into: &sink)
    if passedOver > 0 {
      sink.note(
        ParseError(
          line: 0, rule: .passedOver,
          "\(passedOver) operations that change no key were skipped: reads of many keys or of "
            + "old revisions, compactions, defragmentations, leases granted"))
    }
  }

  private mutating func readNext() throws(Fault) -> Bool {
    cursor.skipSpace()
    guard !cursor.atEnd else { return false }
    let start = cursor.position
    let (line, column) = lines.place(of: start, in: cursor.bytes)
    guard cursor.byte == UInt8(ascii: "{") else {
      throw cursor.fault(expected: "an operation's object {…}")
    }
    let value = try cursor.json()
    do throws(EtcdInvalidValue) {
      if let operation = try EtcdOperation(value, line: line, column: column) {
        operations.append(operation)
      } else {
        passedOver += 1
      }
    } catch {
      throw cursor.fault(error.message, at: start, rule: error.rule)
    }
    return true
  }

  private mutating func emit<Sink: EntrySink>(into sink: inout Sink) throws(ParseError) {
    sink.expect(operations: operations.count)
    var ends: [(time: Int64, process: Int, turn: Int, entry: Entry)] = []
    var turns: [Int: Int] = [:]
    operations.sort { ($0.call, $0.answered ?? .max) < ($1.call, $1.answered ?? .max) }
    for operation in operations {
      // A process' entries keep their turn among equal times, whatever other processes do.
      let turn = turns[operation.process, default: 0]
      turns[operation.process] = turn + 2
      ends.append((operation.call, operation.process, turn, operation.invoke))
      if let answered = operation.answered {
        ends.append((answered, operation.process, turn + 1, operation.completion))
      }
    }
    ends.sort { ($0.time, $0.process, $0.turn) < ($1.time, $1.process, $1.turn) }
    for (index, end) in ends.enumerated() {
      var entry = end.entry
      entry.index = index
      try sink.take(entry)
    }
  }
}
