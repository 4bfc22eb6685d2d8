// One entry from one JSON object, field by field, without building the object first.
// A field of the wrong kind is refused where it stands; nothing is converted.

extension Cursor {
  /// An entry, the cursor standing on its opening brace.
  @inline(__always)
  mutating func jsonEntry(line: Int, column: Int) throws(Fault) -> Entry {
    let start = position
    guard skip(UInt8(ascii: "{")) else { throw fault(expected: "an object {…}") }
    var draft = EntryDraft()
    draft.entry.line = line
    draft.entry.column = column
    skipSpace()
    if !skip(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        try jsonField(into: &draft)
        skipSpace()
      } while skip(UInt8(ascii: ","))
      guard skip(UInt8(ascii: "}")) else { throw fault(expected: "a comma or }") }
    }
    if draft.given & EntryField.needed != EntryField.needed, let missing = draft.missing(at: start)
    {
      throw missing
    }
    return draft.entry
  }

  @inline(__always)
  private mutating func jsonField(into draft: inout EntryDraft) throws(Fault) {
    let start = position
    guard let short = shortString(), let field = EntryField(rawValue: short) else {
      position = start
      return try jsonExtra(into: &draft)
    }
    try jsonField(field, at: start, into: &draft)
  }

  private mutating func jsonField(
    _ field: EntryField, at start: Int, into draft: inout EntryDraft
  ) throws(Fault) {
    guard draft.seen & field.bit == 0 else {
      throw fault("the key \"\(field)\" appears twice in one entry", at: start, rule: .field)
    }
    draft.seen |= field.bit
    try colon()
    if byte == UInt8(ascii: "n"), try json() == .null { return }
    draft.given |= field.bit
    switch field {
    case .index: draft.entry.index = try wholeNumber(field)
    case .process: draft.entry.process = try process()
    case .type: draft.entry.kind = try kind()
    case .f: draft.entry.function = try function()
    case .key: draft.entry.key = try json()
    case .value: draft.entry.value = try json()
    case .time: draft.entry.time = Int64(try wholeNumber(field))
    case .intended: draft.entry.intended = Int64(try wholeNumber(field))
    case .error: draft.entry.error = try json().description
    case .steps: draft.entry.steps = try steps()
    case .soldout:
      throw fault(
        "a header is on this line; it can only be on the first, so these may be two histories",
        at: start, rule: .header)
    }
  }

  private mutating func jsonExtra(into draft: inout EntryDraft) throws(Fault) {
    let start = position
    guard byte == UInt8(ascii: "\"") else { throw fault(expected: "a key in quotes") }
    let name = try jsonString()
    // A known key may be written with escapes.
    if let short = word(name), let field = EntryField(rawValue: short) {
      return try jsonField(field, at: start, into: &draft)
    }
    let key = Value.string(name)
    guard !draft.entry.extra.contains(where: { $0.key == key }), draft.entry.extra.count < 256
    else {
      throw fault(
        draft.entry.extra.count < 256
          ? "the key \"\(brief(name))\" appears twice in one entry"
          : "the entry has more than 256 keys, which no history needs", at: start, rule: .field)
    }
    try colon()
    draft.entry.extra.append(.init(key, try json()))
  }
}

extension Cursor {
  /// A whole number of 64 bits.
  @inline(__always)
  private mutating func wholeNumber(_ field: EntryField) throws(Fault) -> Int {
    let start = position
    let first = byte
    if first &- UInt8(ascii: "0") < 10 || first == UInt8(ascii: "-") {
      if case .int(let number) = try jsonNumber() { return number }
    } else {
      _ = try json()
    }
    throw fault(
      "found \(excerpt(from: start)), expected a whole number for \"\(field)\"",
      at: start, rule: .field)
  }

  private mutating func process() throws(Fault) -> Entry.Process {
    let start = position
    if byte == UInt8(ascii: "\"") { return .named(try jsonString()) }
    let value = try json()
    if case .int(let number) = value { return .client(number) }
    throw fault(
      "found \(excerpt(from: start)), expected a client's number or an event's source in quotes",
      at: start, rule: .field)
  }

  private mutating func kind() throws(Fault) -> Entry.Kind {
    let start = position
    if let short = shortString(), let kind = Entry.Kind(word: short) { return kind }
    position = start
    let value = try json()
    if case .string(let name) = value, let kind = Entry.Kind(rawValue: name) { return kind }
    throw fault(
      "found \(excerpt(from: start)), expected \"invoke\", \"ok\", \"fail\" or \"info\" "
        + "as the type",
      at: start, rule: .type)
  }

  private mutating func function() throws(Fault) -> String {
    let start = position
    if byte == UInt8(ascii: "\"") { return try jsonString() }
    _ = try json()
    throw fault(
      "found \(excerpt(from: start)), expected the function's name in quotes",
      at: start, rule: .field)
  }

  /// `[[command, reply, sent, received], …]`.
  private mutating func steps() throws(Fault) -> [Step] {
    let start = position
    let value = try json()
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
