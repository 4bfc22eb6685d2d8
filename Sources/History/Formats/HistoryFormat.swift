// Which form a file has, told by its content, and the one way to read any of them.
// Names of files decide nothing; what can't be told is refused with what was looked for.

/// A form a history can be written in.
public enum HistoryFormat: String, Sendable, Hashable, CaseIterable {
  /// One JSON object per line: the project's own, and foreign ones with the same keys.
  case jsonl
}

/// What a file held.
public struct Reading: Sendable {
  public var history: History
  public var format: HistoryFormat
  /// What was passed over, such as a last line cut off by a kill.
  public var notes: [Malformation]
}

extension HistoryFormat {
  /// Reads a history from a file's bytes (decompressed by whoever read them).
  ///
  /// - Parameters:
  ///   - format: nil tells it by the content.
  ///   - source: the file's name, for messages.
  /// - Throws: where the first line that is no history stands, what was found there and what was
  ///   expected.
  public static func read(
    _ bytes: [UInt8], format: HistoryFormat? = nil, source: String? = nil
  ) throws(Malformation) -> Reading {
    var sink = StrictSink(order: nil, source: source)
    var lines = JSONLines(bytes)
    try lines.read(into: &sink)
    return Reading(history: try sink.builder.take(), format: .jsonl, notes: sink.notes)
  }
}
