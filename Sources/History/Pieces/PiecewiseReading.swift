// A history of soldout's own, built from pieces of its file, so that its text is never in memory as a whole.
// What it builds and what it refuses is what `HistoryFormat.read` does.

/// Reads an own history that is given in pieces of whole lines.
public struct PiecewiseReading {
  /// What the text of an own history begins with: its header's first key.
  public static let start = Array("{\"soldout\"".utf8)

  private var sink: StrictSink
  private var place = JSONLines.Place()
  /// Bytes of all pieces, where known.
  private let size: Int?

  /// `source` is the file's name, for messages; `size` its bytes, where known.
  public init(source: String? = nil, size: Int? = nil) {
    sink = StrictSink(order: HistoryFormat.jsonl.order, source: source)
    self.size = size
  }

  /// Reads the next lines; only the last piece may end within one.
  ///
  /// Throws where the first line that is no history stands, as `HistoryFormat.read` does.
  public mutating func read(_ piece: [UInt8]) throws(ParseError) {
    if place.line == 1, let size { expect(size, from: piece) }
    var lines = JSONLines(piece, from: place)
    try lines.read(into: &sink)
    place = lines.place
  }

  /// The history.
  public mutating func finish() throws(ParseError) -> Reading {
    var history = try sink.builder.take()
    history.settle()
    return Reading(history: history, format: .jsonl, notes: sink.notes)
  }

  /// Makes room for as many lines as there will be if all pieces are like the first.
  private mutating func expect(_ size: Int, from piece: [UInt8]) {
    guard size > piece.count, !piece.isEmpty else { return }
    let lines = piece.count { $0 == UInt8(ascii: "\n") }
    let all = Double(lines) * Double(size) / Double(piece.count)
    sink.builder.reserve(operations: min(Int(all) + 1, size / 40))
  }
}
