// Reads a history to its end and reports everything that is wrong with it, where reading to judge
// stops at the first error. It adds warnings: what can be read, but was hardly meant.

/// What is wrong with a history's text.
public enum Lint {
  /// One thing that is wrong.
  public typealias Finding = ParseError

  /// Everything found, in the order of the lines, and whether there was more than `limit`.
  public struct Findings: Sendable {
    public var findings: [Finding]
    public var isCut: Bool

    public func count(_ severity: Rule.Severity) -> Int {
      findings.count { $0.rule.severity == severity }
    }
  }

  /// Looks at a file's bytes (decompressed), as `HistoryFormat.read` would read them.
  public static func findings(
    in bytes: [UInt8], format: HistoryFormat? = nil, independent: Bool = false,
    time: String? = nil, limit: Int = 1000
  ) -> Findings {
    var sink = LintSink(limit: limit)
    do throws(ParseError) {
      let format = if let format { format } else { try HistoryFormat.detect(bytes) }
      sink.order = time == nil ? format.order : .times
      if let time {
        var timing = TimeSink(base: sink, field: time)
        defer { sink = timing.base }
        try format.read(bytes, independent: independent, into: &timing)
        try timing.finish()
      } else {
        try format.read(bytes, independent: independent, into: &sink)
      }
      sink.finish()
    } catch {
      if !sink.isCut { sink.add(error) }
    }
    let sorted = sink.findings.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    return Findings(findings: sorted, isCut: sink.isCut)
  }
}
