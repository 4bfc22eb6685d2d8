// Throughput over time as text: operations answered per second in each column, with marks where
// some failed or stayed indeterminate, and the faults of the run.

public import History

/// A plot of operations answered per second.
public struct ThroughputPlot: Sendable {
  private let history: History

  public init(_ history: History) {
    self.history = history
  }

  /// The plot, each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  private static let height = 6
  private static let blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  func lines(width: Int) -> [Line] {
    let title = Paragraph("Operations answered per second").lines(width: width)
    guard let frame = PlotFrame(history, width: width) else { return title + PlotFrame.untimed }
    let counts = frame.series.slices.map(\.answered)
    let most = max(1, counts.max() ?? 1)
    var rows = Array(repeating: Canvas(width: frame.columns), count: Self.height)
    for (column, isShaded) in frame.shaded.enumerated() where isShaded {
      for row in rows.indices { rows[row].write("░", at: column, .faint) }
    }
    for (column, count) in counts.enumerated() {
      // Something is never drawn as nothing.
      let exact = Double(count) / Double(most) * Double(Self.height * 8)
      let eighths = count > 0 ? max(1, Int(exact.rounded())) : 0
      for row in 0..<Self.height {
        let filled = min(8, eighths - (Self.height - 1 - row) * 8)
        if filled > 0 { rows[row].write(Self.blocks[filled - 1], at: column, .good) }
      }
    }
    let top = Units.rate(most, in: max(1, frame.series.span / Int64(frame.columns))) ?? ""
    let body = rows.indices.map { row in
      frame.row(row == 0 ? top : row == Self.height - 1 ? "0" : "", rows[row])
    }
    let marks = [
      frame.marks("fail", "×", .bad) { $0.failed },
      frame.marks("info", "?", .doubtful) { $0.indeterminate },
    ]
    return title + body + frame.footer + marks.compactMap(\.self)
  }
}
