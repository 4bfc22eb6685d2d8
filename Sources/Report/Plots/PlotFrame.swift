// What every plot over time has around it: labels to the left, an axis of time below, and under
// that a row for each kind of fault, in line with the times it happened.

import History

struct PlotFrame: Sendable {
  let series: TimeSeries
  /// Columns for labels, with the blank after them.
  let margin: Int
  let columns: Int

  /// The frame of a plot so wide; nil where the history has no times.
  init?(_ history: History, width: Int) {
    let names = FaultSpan.spans(of: history.events).map(\.fault.columns)
    // Labels of values take up to nine columns; names of faults may take a fifth of the line.
    let margin = max(10, min((names.max() ?? 0) + 1, width / 5))
    let columns = max(1, width - margin - 1)
    guard let series = TimeSeries(history, slices: columns) else { return nil }
    self.series = series
    self.margin = margin
    self.columns = columns
  }

  /// Whether a fault was in force in each column.
  var shaded: [Bool] {
    var shaded = Array(repeating: false, count: columns)
    for slices in series.faults.compactMap(series.slices) {
      for column in slices { shaded[column] = true }
    }
    return shaded
  }

  /// A row of the plot: label, bar, cells.
  func row(_ label: String, _ cells: Canvas) -> Line {
    let text = label.fitted(to: margin - 1).rightAligned(to: margin - 1)
    return Line([Span(text + " ", .faint), Span("│", .faint)] + cells.spans)
  }

  /// The axis with its times, then the faults.
  var footer: [Line] {
    var axis = Line(String(repeating: " ", count: margin))
    axis.append("└" + String(repeating: "─", count: columns), .faint)
    let end = "+" + Units.duration(series.span)
    let middle = "+" + Units.duration(series.span / 2)
    var times = Canvas(width: columns + 1)
    times.write("0", at: 0, .faint)
    let place = 1 + columns / 2
    if columns >= 40 { times.write(middle, at: place - middle.columns / 2, .faint) }
    times.write(end, at: max(2, columns + 1 - end.columns), .faint)
    let labels = Line([Span(String(repeating: " ", count: margin))] + times.spans)
    return [axis, labels] + faults
  }

  private var faults: [Line] {
    series.faults.map(\.fault).uniqued.map { name in
      var cells = Canvas(width: columns)
      for fault in series.faults where fault.fault == name {
        guard let slices = series.slices(of: fault) else { continue }
        cells.fill(slices.lowerBound..<slices.upperBound + 1, with: "━", .fault)
      }
      let label = name.printable.fitted(to: margin - 1).rightAligned(to: margin - 1)
      return Line([Span(label + "  ", .fault)] + cells.spans)
    }
  }

  /// A row that marks the columns in which something was counted; nil when it never was.
  func marks(_ label: String, _ mark: String, _ ink: TextStyle, _ count: (TimeSeries.Slice) -> Int)
    -> Line?
  {
    let total = series.slices.reduce(0) { $0 + count($1) }
    guard total > 0 else { return nil }
    var cells = Canvas(width: columns)
    for (column, slice) in series.slices.enumerated() where count(slice) > 0 {
      cells.write(mark, at: column, ink)
    }
    let text = label.fitted(to: margin - 1).rightAligned(to: margin - 1)
    return Line([Span(text + "  ", ink)] + cells.spans)
  }

  static let untimed = [Line("No plot: the history has no times.")]
}
