// Jepsen's logged operations: history.txt, the console log, Porcupine's etcd_*.log. One line per
// operation, `process :type :f value [error]`, separated by tabs or spaces, with or without a logger's
// prefix. Other lines of a console log are skipped and counted.

struct JepsenLog {
  private var cursor: Cursor
  private var line = 0
  private var passedOver: (count: Int, line: Int) = (0, 0)

  init(_ bytes: [UInt8]) {
    cursor = Cursor(bytes, spansLines: false)
  }

  /// Reads every line into the sink.
  mutating func read<Sink: EntrySink>(into sink: inout Sink) throws(ParseError) {
    let fileEnd = cursor.bytes.count
    sink.expect(operations: fileEnd / 40)
    while cursor.position < fileEnd {
      cursor.end = fileEnd
      cursor.end = cursor.first(UInt8(ascii: "\n"))
      line += 1
      let start = cursor.position
      let entry: Entry?
      do throws(Fault) {
        entry = try readLine()
      } catch {
        try sink.refuse(
          ParseError(
            line: line, column: error.position - start + 1, rule: error.rule, error.message))
        entry = nil
      }
      if let entry { try sink.take(entry) }
      cursor.position = cursor.end + 1
    }
    if passedOver.count > 0 {
      sink.note(
        ParseError(
          line: passedOver.line, rule: .passedOver,
          "\(passedOver.count) lines that are not operations were skipped; this is the first"))
    }
  }

  /// The line's operation; nil where it is about something else.
  private mutating func readLine() throws(Fault) -> Entry? {
    cursor.skipSpace()
    guard !cursor.atEnd else { return nil }
    guard let (process, kind) = try findOperation() else {
      if passedOver.count == 0 { passedOver.line = line }
      passedOver.count += 1
      return nil
    }
    try cursor.skipEDNSpace()
    guard !cursor.atEnd else { throw cursor.fault(expected: "the function called, such as :read") }
    let function = try cursor.edn().description
    var entry = Entry(process: process, kind: kind, function: function, line: line)
    if case .named = process {
      entry.value = restAsValue()
    } else {
      try readValue(into: &entry)
    }
    return entry
  }

  /// The value and, in history.txt, the error after it.
  private mutating func readValue(into entry: inout Entry) throws(Fault) {
    try cursor.skipEDNSpace()
    guard !cursor.atEnd else { return }
    entry.value = try cursor.edn()
    try cursor.skipEDNSpace()
    if !cursor.atEnd {
      if entry.kind == .fail || entry.kind == .info {
        // Jepsen prints errors as they are: raw text as often as EDN.
        entry.error = restAsValue().description
      } else {
        entry.error = try cursor.edn().description
        try cursor.skipEDNSpace()
        guard cursor.atEnd else { throw cursor.fault(expected: "the end of the line") }
      }
    } else if entry.kind == .fail || entry.kind == .info, case .keyword(let error) = entry.value {
      // etcd_*.log says why in the value's place (`:timed-out`); the value is the call's.
      entry.error = error
      entry.value = .null
    }
  }

  /// An event's value is anything a nemesis printed, an error what a client threw: EDN, or its text.
  private mutating func restAsValue() -> Value {
    cursor.skipSpace()
    let start = cursor.position
    guard start < cursor.end else { return .null }
    if let value = try? cursor.edn() {
      cursor.skipSpace()
      if cursor.atEnd { return value }
    }
    var end = cursor.end
    while end > start, cursor.bytes[end - 1] <= 0x20 { end -= 1 }
    return .string(cursor.text(start..<end))
  }

  /// The process and type of the line, the cursor then standing behind them; nil where the line is
  /// about something else. A line laid out like an operation with one word damaged is refused.
  private mutating func findOperation() throws(Fault) -> (Entry.Process, Entry.Kind)? {
    let words = firstWords(24)
    for place in words.indices.dropFirst() {
      let before = words[place - 1]
      let begins = place == 1 || isLogger(words[place - 2])
      if let kind = kind(words[place]) {
        cursor.position = words[place].upperBound
        if let process = process(before) { return (process, kind) }
        if begins { throw damaged(before, "the process, a number or :nemesis", .field) }
      } else if begins, process(before) != nil, isKeyword(words[place]),
        place + 1 < words.count, isKeyword(words[place + 1])
      {
        throw damaged(words[place], ":invoke, :ok, :fail or :info", .type)
      }
    }
    return nil
  }

  private func damaged(_ word: Range<Int>, _ expected: String, _ rule: Rule) -> Fault {
    cursor.fault(
      "found \(brief(cursor.text(word))), expected \(expected)", at: word.lowerBound, rule: rule
    )
  }

  private func firstWords(_ most: Int) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var place = cursor.position
    while words.count < most {
      while place < cursor.end, cursor.bytes[place] <= 0x20 { place += 1 }
      let start = place
      while place < cursor.end, cursor.bytes[place] > 0x20 { place += 1 }
      guard place > start else { break }
      words.append(start..<place)
    }
    return words
  }

  /// Whether a logger's prefix ends with this word: `INFO jepsen.util - 3 :invoke …`.
  private func isLogger(_ word: Range<Int>) -> Bool {
    word.count == 1
      ? cursor.bytes[word.lowerBound] == UInt8(ascii: "-")
      : cursor.text(word) == "jepsen.util"
  }

  private func isKeyword(_ word: Range<Int>) -> Bool {
    cursor.bytes[word.lowerBound] == UInt8(ascii: ":")
  }

  private func kind(_ word: Range<Int>) -> Entry.Kind? {
    guard isKeyword(word), word.count <= 7 else { return nil }
    return Entry.Kind(rawValue: String(cursor.text(word).dropFirst()))
  }

  private func process(_ word: Range<Int>) -> Entry.Process? {
    let text = cursor.text(word)
    if isKeyword(word) { return word.count > 1 ? .named(String(text.dropFirst())) : nil }
    return Int(text).map(Entry.Process.client)
  }
}
