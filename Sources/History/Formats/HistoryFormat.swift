// Detects a file's format by its content; the one way to read any of them.
// File names decide nothing; what can't be detected is refused with what was looked for.

/// A form a history can be written in.
public enum HistoryFormat: String, Sendable, Hashable, CaseIterable {
  /// One JSON object per line: the project's own, and foreign ones with the same keys.
  case jsonl
  /// One JSON array of entries (elle-cli).
  case json
  /// EDN maps: Jepsen's history.edn, Knossos' data, Porcupine's key-value logs.
  case edn
  /// Operations as Jepsen logs them: history.txt, the console log, Porcupine's etcd logs.
  case porcupine
  /// The operations.json of etcd's robustness tests.
  case etcd
}

/// What a file held.
public struct Reading: Sendable {
  public var history: History
  public var format: HistoryFormat
  /// What was passed over, such as a last line cut off by a kill.
  public var notes: [ParseError]
}

extension HistoryFormat {
  /// What a file holds, read from its bytes (decompressed by the caller).
  ///
  /// With `format` nil the content tells the form. With `independent` every value is `[key value]`,
  /// as `jepsen.independent` writes it. With `time` every entry's time stands under that name, and the
  /// order is that of the times. `source` is the file's name, for messages.
  ///
  /// Throws where the first line that is no history stands, what was found there and what was
  /// expected.
  public static func read(
    _ bytes: [UInt8], format: HistoryFormat? = nil, independent: Bool = false,
    time: String? = nil, source: String? = nil
  ) throws(ParseError) -> Reading {
    let format = if let format { format } else { try detect(bytes) }
    var sink = StrictSink(order: time == nil ? format.order : .times, source: source)
    if let time {
      var timing = TimeSink(base: sink, field: time)
      try format.read(bytes, independent: independent, into: &timing)
      try timing.finish()
      sink = timing.base
    } else {
      try format.read(bytes, independent: independent, into: &sink)
    }
    var history = try sink.builder.take()
    history.settle()
    if let column = sink.columns.name, !history.operations.contains(where: { $0.call.time != nil })
    {
      sink.note(ParseError(line: 0, rule: .timeColumn, TimeColumn.advice(column)))
    }
    return Reading(history: history, format: format, notes: sink.notes)
  }

  /// Reads a file of this form, keys taken out of values where they are `[key value]`.
  func read<Sink: EntrySink>(
    _ bytes: [UInt8], independent: Bool, into sink: inout Sink
  ) throws(ParseError) {
    guard independent else { return try read(bytes, into: &sink) }
    var unwrapping = IndependentSink(base: sink)
    defer { sink = unwrapping.base }
    try read(bytes, into: &unwrapping)
  }

  /// What comes first in a file of this form; nil where its times decide whether they can tell.
  var order: EventOrder? {
    switch self {
    case .jsonl: nil
    case .json, .edn, .porcupine: .positions
    case .etcd: .times
    }
  }

  func read<Sink: EntrySink>(
    _ bytes: [UInt8], into sink: inout Sink
  ) throws(ParseError) {
    switch self {
    case .jsonl:
      var lines = JSONLines(bytes)
      try lines.read(into: &sink)
    case .json:
      var array = JSONArray(bytes)
      try array.read(into: &sink)
    case .edn:
      var maps = JepsenEDN(bytes)
      try maps.read(into: &sink)
    case .porcupine where Self.looksLikeEDN(bytes):
      var maps = JepsenEDN(bytes)
      try maps.read(into: &sink)
    case .porcupine:
      var log = JepsenLog(bytes)
      try log.read(into: &sink)
    case .etcd:
      var operations = EtcdOperations(bytes)
      try operations.read(into: &sink)
    }
  }
}
