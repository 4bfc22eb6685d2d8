// A window of a history: the few operations around one moment, as swim lanes. It chooses which
// operations to show by nearness alone and judges none of them.

public import History

/// Operations of one key, or of all, around a moment.
public struct HistoryWindow: Sendable {
  /// The middle of the window.
  public enum Center: Sendable, Hashable {
    /// The operation whose call has this index, or the nearest one: pictures print it as `#4`.
    case index(Int)
    /// Nanoseconds since the history's first call, as plots count them.
    case time(Int64)
  }

  private let history: History
  private let key: Value?
  /// Operations of the key in the whole history.
  private let total: Int
  /// The one in the middle.
  private let middle: Int
  /// Positions in `History.operations`, by call.
  public let positions: [Int]

  /// The operations nearest to a moment, at most `rows`, of one key or of all; nil where there is
  /// none, or a time is asked of a history without.
  public init?(_ history: History, key: Value? = nil, around center: Center, rows: Int = 12) {
    let candidates = history.operations.indices.filter {
      key == nil || history.operations[$0].key == key
    }
    guard let middle = Self.middle(of: candidates, in: history, center) else { return nil }
    self.history = history
    self.key = key
    self.middle = middle
    total = candidates.count
    let distances = candidates.map { position in
      (position: position, distance: Self.distance(of: position, from: middle, in: history))
    }
    positions = distances.sorted { ($0.distance, $0.position) < ($1.distance, $1.position) }
      .prefix(max(1, rows)).map(\.position).sorted()
  }

  private static func middle(
    of candidates: [Int], in history: History, _ center: Center
  ) -> Int? {
    switch center {
    case .index(let index):
      return candidates.min {
        history.operations[$0].call.index.distance(from: index)
          < history.operations[$1].call.index.distance(from: index)
      }
    case .time(let offset):
      guard let start = history.operations.lazy.compactMap(\.call.time).min() else { return nil }
      let timed = candidates.filter { history.operations[$0].call.time != nil }
      return timed.min {
        (history.operations[$0].call.time ?? 0).distance(from: start + offset)
          < (history.operations[$1].call.time ?? 0).distance(from: start + offset)
      }
    }
  }

  /// How far an operation lies from the one in the middle, in ranks: first the gap between the
  /// two, 0 where they overlap, then the distance of their calls.
  private static func distance(
    of position: Int, from middle: Int, in history: History
  ) -> Distance {
    let (other, center) = (ranks(of: position, in: history), ranks(of: middle, in: history))
    let gap = max(
      0, other.lowerBound - center.upperBound, center.lowerBound - other.upperBound)
    return Distance(gap: gap, call: other.lowerBound.distance(from: center.lowerBound))
  }

  /// From call to reply. An indeterminate operation has no end and counts until its client gave it
  /// up; else all that came before would crowd every later window.
  private static func ranks(of position: Int, in history: History) -> ClosedRange<Int> {
    let operation = history.operations[position]
    let start = operation.call.rank
    let end = operation.reply?.rank ?? history.givenUp[position]?.rank ?? start
    return start...max(start, end)
  }

  private struct Distance: Comparable {
    var gap: Int
    var call: Int

    static func < (left: Self, right: Self) -> Bool {
      (left.gap, left.call) < (right.gap, right.call)
    }
  }

  /// The picture under a line that says what it shows, each line ended by a newline.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  func lines(width: Int) -> [Line] {
    let operation = history.operations[middle]
    let object = key.map { "\($0)" } ?? "all keys"
    var place = "#\(operation.call.index)"
    if let time = operation.call.time,
      let start = history.operations.lazy.compactMap(\.call.time).min()
    {
      place += ", \(time == start ? "the first call" : Units.since(start, time))"
    }
    let count =
      positions.count == total
      ? "all \(Units.counted(total, "operation"))"
      : "\(Units.count(positions.count)) of \(Units.counted(total, "operation"))"
    return Paragraph("\(object) around \(place): \(count)", ink: .strong).lines(width: width)
      + SwimLanes(positions, of: history).lines(width: width)
  }
}

extension FixedWidthInteger where Self: SignedInteger {
  /// The absolute difference; the greatest number where it doesn't fit.
  fileprivate func distance(from other: Self) -> Self {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow || difference == .min ? .max : abs(difference)
  }
}
