// Latency over time as text: the median and the 99th percentile of each column's operations, on a
// logarithmic scale, with the faults of the run shaded.

public import History

/// A plot of how long answered operations took, counted from their intended start.
public struct LatencyPlot: Sendable {
  private let history: History

  public init(_ history: History) {
    self.history = history
  }

  /// The plot, each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  private static let height = 10

  func lines(width: Int) -> [Line] {
    let title = Paragraph("Latency of answered operations: • p50, ▴ p99").lines(width: width)
    guard let frame = PlotFrame(history, width: width) else { return title + PlotFrame.untimed }
    let points = frame.series.slices.map { ($0.quantile(500), $0.quantile(990)) }
    let scale = Scale(points.flatMap { [$0, $1].compactMap(\.self) }, height: Self.height)
    var rows = Array(repeating: Canvas(width: frame.columns), count: Self.height)
    for (column, isShaded) in frame.shaded.enumerated() where isShaded {
      for row in rows.indices { rows[row].write("░", at: column, .faint) }
    }
    for (column, point) in points.enumerated() {
      guard let median = point.0, let high = point.1 else { continue }
      rows[scale.row(high)].write("▴", at: column, .doubtful)
      rows[scale.row(median)].write("•", at: column, .strong)
    }
    let body = rows.indices.map { frame.row(scale.label(row: $0), rows[$0]) }
    return title + body + frame.footer
  }

  /// Rows from the greatest value (0) down to the least.
  private struct Scale {
    let least: Int64
    let decades: Double
    let height: Int

    init(_ values: [Int64], height: Int) {
      least = max(1, values.min() ?? 1)
      let greatest = max(least, values.max() ?? 1)
      // At least one doubling, so that a steady latency is a line and not noise over all rows.
      decades = max(1, Self.log2(greatest) - Self.log2(least))
      self.height = height
    }

    func row(_ value: Int64) -> Int {
      let part = (Self.log2(max(value, least)) - Self.log2(least)) / decades
      return height - 1 - Int((part * Double(height - 1)).rounded())
    }

    /// A value for the first, the middle and the last row; rows between need none.
    func label(row: Int) -> String {
      guard row == 0 || row == height - 1 || row == height / 2 else { return "" }
      let part = Double(height - 1 - row) / Double(height - 1) * decades
      let value = Double(least) * Self.exp2(part)
      return Units.duration(value < 9e18 ? Int64(value) : .max)
    }

    /// To about a thousandth: exact binary exponent, then the mantissa by repeated squaring.
    static func log2(_ value: Int64) -> Double {
      let number = Double(max(1, value))
      var rest = number.significand
      var (sum, bit) = (Double(number.exponent), 0.5)
      for _ in 0..<12 {
        rest *= rest
        if rest >= 2 {
          rest /= 2
          sum += bit
        }
        bit /= 2
      }
      return sum
    }

    /// Two to a power, the inverse of `log2` to the same accuracy.
    static func exp2(_ power: Double) -> Double {
      var (rest, factor, product) = (power - power.rounded(.down), 2.0.squareRoot(), 1.0)
      for _ in 0..<12 {
        rest *= 2
        if rest >= 1 {
          rest -= 1
          product *= factor
        }
        factor = factor.squareRoot()
      }
      return Double(sign: .plus, exponent: Int(power.rounded(.down)), significand: product)
    }
  }
}
