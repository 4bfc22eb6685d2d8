// Writes the project's own form, a line at a time, into a buffer that the caller empties.
// What it writes, `HistoryFormat.read` reads back as the same history.

/// Appends lines of the own form to a buffer of bytes.
public enum JSONLinesWriter {
  /// The first line. `order` need be given only where positions, not times, say what came first.
  public static func append(
    _ header: Header, order: EventOrder = .times, to buffer: inout [UInt8]
  ) {
    JSONText.append(raw: "{\"soldout\":", to: &buffer)
    JSONText.append(int: header.version, to: &buffer)
    if order == .positions { JSONText.append(raw: ",\"order\":\"positions\"", to: &buffer) }
    append(",\"workload\":", header.workload.map(Value.string), to: &buffer)
    append(",\"strategy\":", header.strategy.map(Value.string), to: &buffer)
    append(",\"model\":", header.model.map(Value.string), to: &buffer)
    append(",\"initial\":", initial(of: header), to: &buffer)
    append(",\"seed\":", header.seed.map(Value.string), to: &buffer)
    append(extra: header.extra, besides: headerNames, to: &buffer)
    JSONText.append(raw: "}\n", to: &buffer)
  }

  /// Values by key, keys in a fixed order; the value alone where there is only one object.
  private static func initial(of header: Header) -> Value? {
    if header.initial.isEmpty { return nil }
    if header.initial.count == 1, let value = header.initial[.null] {
      guard case .map = value else { return value }
    }
    let sorted = header.initial.sorted { $0.key.description < $1.key.description }
    return .map(sorted.map { Value.Entry($0.key, $0.value) })
  }

  /// One line: a call, a reply or an event.
  public static func append(_ entry: Entry, to buffer: inout [UInt8]) {
    buffer.append(UInt8(ascii: "{"))
    if let index = entry.index {
      JSONText.append(raw: "\"index\":", to: &buffer)
      JSONText.append(int: index, to: &buffer)
      buffer.append(UInt8(ascii: ","))
    }
    JSONText.append(raw: "\"process\":", to: &buffer)
    switch entry.process {
    case .client(let process): JSONText.append(int: process, to: &buffer)
    case .named(let name): JSONText.append(string: name, to: &buffer)
    }
    switch entry.kind {
    case .invoke: JSONText.append(raw: ",\"type\":\"invoke\",\"f\":", to: &buffer)
    case .ok: JSONText.append(raw: ",\"type\":\"ok\",\"f\":", to: &buffer)
    case .fail: JSONText.append(raw: ",\"type\":\"fail\",\"f\":", to: &buffer)
    case .info: JSONText.append(raw: ",\"type\":\"info\",\"f\":", to: &buffer)
    }
    JSONText.append(string: entry.function, to: &buffer)
    append(",\"key\":", entry.key, to: &buffer)
    append(",\"value\":", entry.value, to: &buffer)
    appendRest(of: entry, to: &buffer)
    JSONText.append(raw: "}\n", to: &buffer)
  }

  private static func appendRest(of entry: Entry, to buffer: inout [UInt8]) {
    if let error = entry.error {
      JSONText.append(raw: ",\"error\":", to: &buffer)
      JSONText.append(string: error, to: &buffer)
    }
    append(",\"intended\":", entry.intended.map { Value.int(Int($0)) }, to: &buffer)
    append(",\"time\":", entry.time.map { Value.int(Int($0)) }, to: &buffer)
    if !entry.steps.isEmpty { append(steps: entry.steps, to: &buffer) }
    if !entry.extra.isEmpty { append(extra: entry.extra, besides: fieldNames, to: &buffer) }
  }

  private static func append(steps: [Step], to buffer: inout [UInt8]) {
    JSONText.append(raw: ",\"steps\":", to: &buffer)
    var separator = UInt8(ascii: "[")
    for step in steps {
      buffer.append(separator)
      buffer.append(UInt8(ascii: "["))
      JSONText.append(string: step.command, to: &buffer)
      buffer.append(UInt8(ascii: ","))
      JSONText.append(string: step.reply, to: &buffer)
      buffer.append(UInt8(ascii: ","))
      JSONText.append(int: Int(step.sent), to: &buffer)
      buffer.append(UInt8(ascii: ","))
      JSONText.append(int: Int(step.received), to: &buffer)
      buffer.append(UInt8(ascii: "]"))
      separator = UInt8(ascii: ",")
    }
    buffer.append(UInt8(ascii: "]"))
  }

  private static func append(
    _ name: String, _ value: Value?, to buffer: inout [UInt8]
  ) {
    guard let value else { return }
    JSONText.append(raw: name, to: &buffer)
    JSONText.append(value: value, to: &buffer)
  }

  /// Further keys under names of their own: EDN's `3`, `:a` and `"a"` differ, JSON's names must.
  private static func append(
    extra: [Value.Entry], besides taken: Set<String>, to buffer: inout [UInt8]
  ) {
    var taken = taken
    for entry in extra {
      var name = entry.key.description
      while !taken.insert(name).inserted { name += "_" }
      buffer.append(UInt8(ascii: ","))
      JSONText.append(string: name, to: &buffer)
      buffer.append(UInt8(ascii: ":"))
      JSONText.append(value: entry.value, to: &buffer)
    }
  }

  private static let fieldNames = Set(EntryField.allCases.map { "\($0)" })
  private static let headerNames: Set<String> = [
    "soldout", "order", "workload", "strategy", "model", "initial", "seed",
  ]
}

extension History {
  /// The whole history in the own form.
  public func jsonLines() -> [UInt8] {
    var buffer: [UInt8] = []
    buffer.reserveCapacity(200 + (operations.count * 2 + events.count) * 100)
    JSONLinesWriter.append(header, order: order, to: &buffer)
    for entry in entries { JSONLinesWriter.append(entry, to: &buffer) }
    return buffer
  }
}
