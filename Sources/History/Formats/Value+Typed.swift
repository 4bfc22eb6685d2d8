// A single value as people type it on a command line: EDN, of which numbers, null-like words and
// JSON's lists and maps are part.

extension Value {
  /// Reads one value: `100`, `nil`, `unlocked`, `[1 2]`, `{:x 0 :y 0}`.
  public init(typed text: String) throws(InvalidValue) {
    var cursor = Cursor(Array(text.utf8))
    do throws(Fault) {
      try cursor.skipEDNSpace()
      guard !cursor.atEnd else { throw cursor.fault(expected: "a value") }
      let value = try cursor.edn()
      try cursor.skipEDNSpace()
      guard cursor.atEnd else { throw cursor.fault(expected: "nothing more") }
      // JSON's word for nothing is as good as EDN's.
      self = value.name == "null" ? .null : value
    } catch {
      throw InvalidValue("\(text) is not a value; write it as 100, nil, unlocked or {:x 0 :y 0}")
    }
  }
}
