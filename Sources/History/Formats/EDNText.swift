// EDN into a byte buffer: a history as Jepsen's history.edn, one map per line.
// Every value reads back as the same value; names of the entry become keywords, as Jepsen has them.

/// Appends EDN to a buffer of bytes.
public enum EDNText {
  /// Any value.
  public static func append(value: Value, to buffer: inout [UInt8]) {
    switch value {
    case .null: append(raw: "nil", to: &buffer)
    case .bool(let flag): append(raw: flag ? "true" : "false", to: &buffer)
    case .int(let number): JSONText.append(int: number, to: &buffer)
    case .double(let number) where number.isFinite: append(raw: number.description, to: &buffer)
    case .double(let number):
      append(raw: number.isNaN ? "##NaN" : number < 0 ? "##-Inf" : "##Inf", to: &buffer)
    case .string(let text): JSONText.append(string: text, to: &buffer)
    case .keyword(let name): append(keyword: name, to: &buffer)
    case .list(let items): append(items, "[", "]", to: &buffer)
    case .set(let items): append(items, "#{", "}", to: &buffer)
    case .map(let entries): append(map: entries, to: &buffer)
    case .tagged("number", .string(let digits)): append(raw: digits, to: &buffer)
    case .tagged("ratio", .list(let parts)) where parts.count == 2:
      append(value: parts[0], to: &buffer)
      append(raw: "/", to: &buffer)
      append(value: parts[1], to: &buffer)
    case .tagged(let tag, let value):
      append(raw: "#" + tag + " ", to: &buffer)
      append(value: value, to: &buffer)
    }
  }

  /// A name as a keyword, or in quotes where it can't be one.
  static func append(keyword name: String, to buffer: inout [UInt8]) {
    var cursor = Cursor(Array(name.utf8))
    if (try? cursor.ednTokenRange("")) != nil, cursor.atEnd,
      !name.unicodeScalars.contains(where: Printable.disturbs)
    {
      append(raw: ":" + name, to: &buffer)
    } else {
      JSONText.append(string: name, to: &buffer)
    }
  }

  private static func append(raw text: String, to buffer: inout [UInt8]) {
    JSONText.append(raw: text, to: &buffer)
  }

  private static func append(
    _ items: [Value], _ open: String, _ close: String, to buffer: inout [UInt8]
  ) {
    append(raw: open, to: &buffer)
    for (place, item) in items.enumerated() {
      if place > 0 { buffer.append(UInt8(ascii: " ")) }
      append(value: item, to: &buffer)
    }
    append(raw: close, to: &buffer)
  }

  private static func append(map entries: [Value.Entry], to buffer: inout [UInt8]) {
    buffer.append(UInt8(ascii: "{"))
    for (place, entry) in entries.enumerated() {
      if place > 0 { append(raw: ", ", to: &buffer) }
      append(value: entry.key, to: &buffer)
      buffer.append(UInt8(ascii: " "))
      append(value: entry.value, to: &buffer)
    }
    buffer.append(UInt8(ascii: "}"))
  }
}

extension EDNText {
  /// One entry as a map, and the end of its line.
  public static func append(_ entry: Entry, to buffer: inout [UInt8]) {
    append(raw: "{", to: &buffer)
    if let index = entry.index {
      append(raw: ":index ", to: &buffer)
      JSONText.append(int: index, to: &buffer)
      append(raw: ", ", to: &buffer)
    }
    if let time = entry.time {
      append(raw: ":time ", to: &buffer)
      JSONText.append(int: Int(time), to: &buffer)
      append(raw: ", ", to: &buffer)
    }
    append(raw: ":type :" + entry.kind.rawValue + ", :process ", to: &buffer)
    switch entry.process {
    case .client(let process): JSONText.append(int: process, to: &buffer)
    case .named(let name): append(keyword: name, to: &buffer)
    }
    append(raw: ", :f ", to: &buffer)
    append(keyword: entry.function, to: &buffer)
    if let key = entry.key { append(", :key ", key, to: &buffer) }
    append(", :value ", entry.value, to: &buffer)
    if let error = entry.error { append(", :error ", .string(error), to: &buffer) }
    if let intended = entry.intended { append(", :intended ", .int(Int(intended)), to: &buffer) }
    if !entry.steps.isEmpty { append(", :steps ", .list(entry.steps.map(\.value)), to: &buffer) }
    for extra in entry.extra {
      append(raw: ", ", to: &buffer)
      append(value: extra.key, to: &buffer)
      append(" ", extra.value, to: &buffer)
    }
    append(raw: "}\n", to: &buffer)
  }

  private static func append(_ name: String, _ value: Value, to buffer: inout [UInt8]) {
    append(raw: name, to: &buffer)
    append(value: value, to: &buffer)
  }
}

extension Step {
  /// The step as `[command reply sent received]`.
  var value: Value {
    .list([.string(command), .string(reply), .int(Int(sent)), .int(Int(received))])
  }
}

extension History {
  /// The whole history as Jepsen's history.edn. EDN has no place for the header, and what
  /// counts is the order of its lines: where times are equal, calls stand before replies, which
  /// keeps them concurrent.
  public func jepsenEDN() -> [UInt8] {
    var buffer: [UInt8] = []
    for entry in entriesByPosition { EDNText.append(entry, to: &buffer) }
    return buffer
  }
}
