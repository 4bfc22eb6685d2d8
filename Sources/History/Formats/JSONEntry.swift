// One entry from one JSON object, field by field, without building the object first.
// A field of the wrong kind is refused where it stands; nothing is converted.

/// What the fields read so far say; `entry` asks that nothing needed is missing.
struct EntryDraft {
  var process: Entry.Process?
  var kind: Entry.Kind?
  var function: String?
  var key: Value?
  var value = Value.null
  var time: Int64?
  var index: Int?
  var intended: Int64?
  var error: String?
  var steps: [Step] = []
  var extra: [Value.Entry] = []
  var seen: UInt16 = 0

  func entry(line: Int, column: Int, at position: Int) throws(Fault) -> Entry {
    guard let kind else {
      throw missing("type", "\"invoke\", \"ok\", \"fail\" or \"info\"", at: position)
    }
    guard let process else {
      throw missing("process", "the client's number", at: position)
    }
    guard let function else {
      throw missing("f", "the function called, such as \"take\"", at: position)
    }
    return Entry(
      process: process, kind: kind, function: function, key: key, value: value, time: time,
      index: index, intended: intended, error: error, steps: steps, extra: extra, line: line,
      column: column)
  }

  private func missing(_ field: String, _ expected: String, at position: Int) -> Fault {
    Fault(
      position: position, rule: .field,
      message: "the entry has no \"\(field)\"; expected \(expected)")
  }
}

extension Cursor {
  /// An entry, the cursor standing on its opening brace.
  mutating func jsonEntry(line: Int, column: Int) throws(Fault) -> Entry {
    let start = position
    guard skip(UInt8(ascii: "{")) else { throw fault(expected: "an object {…}") }
    var draft = EntryDraft()
    skipSpace()
    if skip(UInt8(ascii: "}")) { return try draft.entry(line: line, column: column, at: start) }
    while true {
      try jsonField(into: &draft)
      skipSpace()
      if skip(UInt8(ascii: ",")) {
        skipSpace()
        continue
      }
      guard skip(UInt8(ascii: "}")) else { throw fault(expected: "a comma or }") }
      return try draft.entry(line: line, column: column, at: start)
    }
  }

  @inline(__always)
  private mutating func jsonField(into draft: inout EntryDraft) throws(Fault) {
    let start = position
    if let short = shortString() {
      guard let field = JSONField(rawValue: short) else {
        position = start
        return try jsonExtra(into: &draft)
      }
      return try jsonField(field, at: start, into: &draft)
    }
    try jsonExtra(into: &draft)
  }

  @inline(__always)
  private mutating func jsonField(
    _ field: JSONField, at start: Int, into draft: inout EntryDraft
  ) throws(Fault) {
    guard draft.seen & field.bit == 0 else {
      throw fault("the key \"\(field)\" stands twice in one entry", at: start, rule: .field)
    }
    draft.seen |= field.bit
    try colon()
    switch field {
    case .index: draft.index = try wholeNumber("index")
    case .process: draft.process = try process()
    case .type: draft.kind = try kind()
    case .f: draft.function = try function()
    case .key:
      let key = try json()
      draft.key = key == .null ? nil : key
    case .value: draft.value = try json()
    case .time: draft.time = try wholeNumber("time").map(Int64.init)
    case .intended: draft.intended = try wholeNumber("intended").map(Int64.init)
    case .error: draft.error = try errorText()
    case .steps: draft.steps = try steps()
    case .soldout:
      throw fault(
        "a header stands here; it can only be the first line, so these may be two histories",
        at: start, rule: .header)
    }
  }

  private mutating func jsonExtra(into draft: inout EntryDraft) throws(Fault) {
    let start = position
    guard byte == UInt8(ascii: "\"") else { throw fault(expected: "a key in quotes") }
    let name = try jsonString()
    // A known key may be written with escapes.
    if let short = word(name), let field = JSONField(rawValue: short) {
      return try jsonField(field, at: start, into: &draft)
    }
    let key = Value.string(name)
    guard !draft.extra.contains(where: { $0.key == key }), draft.extra.count < 256 else {
      throw fault(
        draft.extra.count < 256
          ? "the key \"\(name)\" stands twice in one entry"
          : "the entry has more than 256 keys, which no history needs", at: start, rule: .field)
    }
    try colon()
    draft.extra.append(.init(key, try json()))
  }
}

extension Cursor {
  /// A whole number of 64 bits, or nil for null.
  @inline(__always)
  private mutating func wholeNumber(_ field: StaticString) throws(Fault) -> Int? {
    let start = position
    let first = byte
    if first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10 {
      if case .int(let number) = try jsonNumber() { return number }
    } else if try json() == .null {
      return nil
    }
    throw fault(
      "found \(text(start..<min(position, start + 40))), expected a whole number for \"\(field)\"",
      at: start, rule: .field)
  }

  private mutating func process() throws(Fault) -> Entry.Process? {
    let start = position
    if byte == UInt8(ascii: "\"") { return .named(try jsonString()) }
    switch try json() {
    case .int(let number): return .client(number)
    case .null: return nil
    case let other:
      throw fault(
        "found \(other), expected a client's number or an event's source in quotes",
        at: start, rule: .field)
    }
  }

  private mutating func kind() throws(Fault) -> Entry.Kind {
    let start = position
    if let short = shortString(), let kind = Entry.Kind(word: short) { return kind }
    position = start
    let value = try json()
    if case .string(let name) = value, let kind = Entry.Kind(rawValue: name) { return kind }
    throw fault(
      "found \(value), expected \"invoke\", \"ok\", \"fail\" or \"info\" as the type",
      at: start, rule: .type)
  }

  private mutating func function() throws(Fault) -> String? {
    let start = position
    if byte == UInt8(ascii: "\"") { return try jsonString() }
    let value = try json()
    if value == .null { return nil }
    throw fault("found \(value), expected the function's name in quotes", at: start, rule: .field)
  }

  private mutating func errorText() throws(Fault) -> String? {
    switch try json() {
    case .null: nil
    case .string(let text): text
    case let other: other.description
    }
  }

  /// `[[command, reply, sent, received], …]`.
  private mutating func steps() throws(Fault) -> [Step] {
    let start = position
    let value = try json()
    if value == .null { return [] }
    guard case .list(let items) = value else { throw noSteps(at: start) }
    var steps: [Step] = []
    for item in items {
      guard let step = Step(item) else { throw noSteps(at: start) }
      steps.append(step)
    }
    return steps
  }

  private func noSteps(at start: Int) -> Fault {
    fault(
      "\"steps\" is a list of [command, reply, nanoseconds sent, nanoseconds received]",
      at: start, rule: .field)
  }
}

extension Step {
  /// A step from its four values; nil where they are anything else.
  init?(_ value: Value) {
    guard case .list(let parts) = value, parts.count == 4,
      let command = parts[0].name, let reply = parts[1].name,
      case .int(let sent) = parts[2], case .int(let received) = parts[3]
    else { return nil }
    self.init(command: command, reply: reply, sent: Int64(sent), received: Int64(received))
  }
}
