// One entry from one EDN map, field by field: what Jepsen's interpreter prints, and what people
// wrote by hand. A field of the wrong kind is refused where it stands; nothing is converted.

extension Cursor {
  /// An entry, the cursor standing on its opening brace or on the tag before it
  /// (`#jepsen.history.Op{…}`). The draft tells which keys stood.
  mutating func ednEntry(line: Int, column: Int) throws(Fault) -> EntryDraft {
    let start = position
    if skip(UInt8(ascii: "#")) {
      _ = try ednTokenRange("a tag before a map")
      try skipEDNSpace()
    }
    guard skip(UInt8(ascii: "{")) else {
      throw fault("found \(found), expected an operation's map {…}")
    }
    var draft = EntryDraft()
    draft.entry.line = line
    draft.entry.column = column
    while true {
      try skipEDNSpace()
      if skip(UInt8(ascii: "}")) { break }
      guard !atEnd, !isEDNClosing(byte) else { throw fault(expected: "a key or }") }
      try ednField(into: &draft)
    }
    if let missing = draft.missing(.type, at: start) ?? draft.missing(.f, at: start) {
      throw missing
    }
    return draft
  }

  private mutating func ednField(into draft: inout EntryDraft) throws(Fault) {
    let start = position
    let name = try ednFieldName()
    guard case .known(let field) = name else {
      if case .other(let key) = name { try ednExtra(key, at: start, into: &draft) }
      return
    }
    guard draft.seen & field.bit == 0 else {
      throw fault("the key :\(field) appears twice in one entry", at: start, rule: .field)
    }
    draft.seen |= field.bit
    try skipEDNSpace()
    let valueStart = position
    let value = try ednMapValue(depth: 1)
    guard value != .null else { return }
    draft.given |= field.bit
    guard set(field, to: value, in: &draft.entry) else {
      throw fault(
        "found \(excerpt(from: valueStart)), expected \(field.expected)",
        at: valueStart, rule: field == .type ? .type : .field)
    }
  }

  private enum EDNFieldName {
    case known(EntryField)
    case other(Value)
  }

  /// The key here. A known one is a keyword or, in EDN made from JSON, a string.
  private mutating func ednFieldName() throws(Fault) -> EDNFieldName {
    let start = position
    if skip(UInt8(ascii: ":")) {
      let range = try ednTokenRange("a keyword's name")
      let word = range.count <= 8 ? range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } : 0
      if let field = EntryField(rawValue: word), field != .soldout { return .known(field) }
      position = start
    }
    let key = try edn(depth: 1)
    if let word = key.name.flatMap(word), let field = EntryField(rawValue: word),
      field != .soldout
    {
      return .known(field)
    }
    return .other(key)
  }

  private mutating func ednExtra(
    _ key: Value, at start: Int, into draft: inout EntryDraft
  ) throws(Fault) {
    guard !draft.entry.extra.contains(where: { $0.key == key }) else {
      throw fault(
        "the key \(excerpt(from: start)) appears twice in one entry", at: start, rule: .field)
    }
    guard draft.entry.extra.count < 256 else {
      throw fault(
        "the entry has more than 256 keys, which no history needs", at: start, rule: .field)
    }
    draft.entry.extra.append(.init(key, try ednMapValue(depth: 1)))
  }

  /// Sets a field; false where the value is of the wrong kind.
  private func set(_ field: EntryField, to value: Value, in entry: inout Entry) -> Bool {
    switch (field, value) {
    case (.index, .int(let number)): entry.index = number
    case (.time, .int(let number)): entry.time = Int64(number)
    case (.intended, .int(let number)): entry.intended = Int64(number)
    case (.process, .int(let number)): entry.process = .client(number)
    case (.process, .keyword(let name)), (.process, .string(let name)):
      entry.process = .named(name)
    case (.type, _):
      guard let kind = value.name.flatMap(Entry.Kind.init(rawValue:)) else { return false }
      entry.kind = kind
    case (.f, _): entry.function = value.description
    case (.key, _): entry.key = value
    case (.value, _): entry.value = value
    case (.error, _): entry.error = value.description
    case (.steps, .list(let items)):
      entry.steps = items.compactMap { Step($0) }
      return entry.steps.count == items.count
    default: return false
    }
    return true
  }
}

extension EntryField {
  /// What stands under the key, for messages.
  var expected: String {
    switch self {
    case .index, .time, .intended: "a whole number for :\(self)"
    case .process: "a client's number or a keyword such as :nemesis for :process"
    case .type: ":invoke, :ok, :fail or :info for :type"
    case .steps: "a vector of [command reply sent received] for :steps"
    case .f, .key, .value, .error, .soldout: "a value for :\(self)"
    }
  }
}
