// One JSON text as a value: strict, as histories are read.

extension Value {
  /// Reads a whole JSON text.
  ///
  ///     try Value(json: Array(#"{"left": 49}"#.utf8))["left"]  // .int(49)
  public init(json bytes: [UInt8]) throws(ParseError) {
    var cursor = Cursor(bytes)
    do throws(Fault) {
      cursor.skipSpace()
      self = try cursor.json()
      cursor.skipSpace()
      guard cursor.atEnd else { throw cursor.fault(expected: "the end of the text") }
    } catch {
      var lines = Lines()
      throw lines.parseError(error, in: bytes)
    }
  }
}
