// Figures in aligned rows, each with what its numbers mean in brackets (as vegeta's report has
// them).

/// Rows of a name, a legend and values.
struct FigureRows: Sendable {
  private var rows: [(name: String, legend: String, values: [String])] = []

  mutating func append(_ name: String, _ legend: [String], _ values: [String]) {
    rows.append((name, "[" + legend.joined(separator: ", ") + "]", values))
  }

  func lines(width: Int) -> [Line] {
    let names = rows.reduce(0) { max($0, $1.name.columns) }
    let legends = rows.reduce(0) { max($0, $1.legend.columns) }
    return rows.flatMap { row in
      let name = row.name.padded(to: names) + "  "
      let lead = Span(name + row.legend.padded(to: legends) + "  ", .faint)
      let words = row.values.listed
      // In a narrow terminal the legend is a word like the others.
      return lead.text.columns <= width * 2 / 3
        ? Paragraph(words: words, lead: lead).lines(width: width)
        : Paragraph(words: [row.legend] + words, lead: Span(name, .faint)).lines(width: width)
    }
  }
}

extension Summary {
  /// Counts, throughput and latency.
  func lines(width: Int) -> [Line] {
    var rows = FigureRows()
    rows.append(
      "Operations", ["ok", "sold out", "fail", "info"],
      [outcomes.ok, outcomes.soldOut, outcomes.fail, outcomes.indeterminate].map(Units.count))
    if let calls = callsPerSecond, let answers = answersPerSecond {
      rows.append(
        "Throughput", ["called/s", "answered/s"], [Units.rate(calls), Units.rate(answers)])
    }
    let latencies = functions.compactMap { function in
      function.latency.map { (name: function.name.printable, latency: $0) }
    }
    for (name, latency) in latencies {
      rows.append(
        latencies.count == 1 ? "Latency" : "  \(name)", Latency.legend, latency.figures)
    }
    if let failureLatency { rows.append("  of fail", Latency.legend, failureLatency.figures) }
    return rows.lines(width: width)
  }
}

extension [String] {
  /// The items with a comma after each but the last.
  var listed: [String] { dropLast().map { $0 + "," } + suffix(1) }
}

extension Latency {
  static let legend = ["p50", "p95", "p99", "p99.9", "max"]

  /// In the order of the legend.
  var figures: [String] { [p50, p95, p99, p999, max].map(Units.compactDuration) }
}
