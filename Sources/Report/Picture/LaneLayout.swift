// Gives every instant of a scene its column: later instants further right, equal ones in the
// same column, with room for every label. Long gaps take no more columns than their
// label; the picture shows order, and times are written into it.

/// How much of each operation a picture shows.
struct Detail: Sendable, Hashable {
  enum Steps: Sendable, Hashable {
    /// Command and reply, each cut to this many columns.
    case text(limit: Int)
    /// A letter each, explained below the picture.
    case letters
    /// Not in the picture; listed below it.
    case none
  }

  var steps: Steps
  /// Whether long waits get room to say how long they were; else they say it where they have it.
  var widensPauses: Bool
  /// Columns of a result at most.
  var resultLimit: Int
  /// Whether lanes of events, such as locks granted, are there; the operations come first.
  var showsMarks = true

  /// From the fullest to the barest: the first that fits is shown.
  static let levels: [Detail] = [
    Detail(steps: .text(limit: 48), widensPauses: true, resultLimit: 60),
    Detail(steps: .text(limit: 24), widensPauses: true, resultLimit: 32),
    Detail(steps: .text(limit: 14), widensPauses: true, resultLimit: 24),
    Detail(steps: .text(limit: 24), widensPauses: false, resultLimit: 24),
    Detail(steps: .text(limit: 10), widensPauses: false, resultLimit: 20),
    Detail(steps: .text(limit: 24), widensPauses: true, resultLimit: 24, showsMarks: false),
    Detail(steps: .text(limit: 14), widensPauses: false, resultLimit: 20, showsMarks: false),
    Detail(steps: .letters, widensPauses: true, resultLimit: 40),
    Detail(steps: .letters, widensPauses: true, resultLimit: 20),
    Detail(steps: .letters, widensPauses: false, resultLimit: 16),
    Detail(steps: .letters, widensPauses: true, resultLimit: 20, showsMarks: false),
    Detail(steps: .letters, widensPauses: false, resultLimit: 16, showsMarks: false),
    Detail(steps: .none, widensPauses: false, resultLimit: 16),
    Detail(steps: .none, widensPauses: false, resultLimit: 16, showsMarks: false),
    Detail(steps: .none, widensPauses: false, resultLimit: 10, showsMarks: false),
  ]
}

/// Columns for the instants of a scene.
struct LaneLayout: Sendable {
  let detail: Detail
  /// Columns from the first instant to the end of the longest row, results included.
  private(set) var width = 0
  /// Letters of steps, by the instant they were sent and their row.
  private(set) var letters: [Place: Character] = [:]
  private let scene: Scene
  private let instants: [Instant]
  private var resultWidths: [Int] = []
  private var columns: [Instant: Int] = [:]

  struct Place: Hashable, Sendable {
    var row: Int
    var sent: Instant
  }

  /// The layout of a scene in this many columns, or nil if this much detail doesn't fit.
  init?(_ scene: Scene, detail: Detail, width limit: Int) {
    self.scene = scene
    self.detail = detail
    instants = Set(scene.rows.flatMap { Self.shown($0, detail) }).sorted()
    if detail.steps == .letters {
      guard let letters = Self.letters(scene) else { return nil }
      self.letters = letters
    }
    resultWidths = scene.rows.map { result($0).text.columns }
    var demands: [Instant: [Demand]] = [:]
    for demand in scene.rows.flatMap(demandsBetween) {
      demands[demand.to, default: []].append(demand)
    }
    // The widest spacing that fits, since bars without labels would be too short to see.
    for spacing in [5, 4, 3, 2, 1] {
      place(spacing: spacing, demands)
      if width <= limit { return }
    }
    return nil
  }

  /// Column of an instant that this detail shows.
  func column(_ instant: Instant) -> Int { columns[instant] ?? 0 }

  /// Columns of the instants with a time, for an axis.
  var marked: [(instant: Instant, column: Int)] { instants.map { ($0, column($0)) } }

  /// Where faults end that outlast the picture: the column of the last instant.
  var lastColumn: Int { instants.last.map(column) ?? 0 }

  private static func shown(_ row: SceneRow, _ detail: Detail) -> [Instant] {
    guard case .operation(let call, let reply, let steps) = row.body else { return row.instants }
    let ends = [call] + (reply.map { [$0] } ?? [])
    switch detail.steps {
    case .text: return row.instants
    case .letters: return ends + steps.map(\.sent)
    case .none: return ends
    }
  }

  private static func letters(_ scene: Scene) -> [Place: Character]? {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let places = scene.stepsInOrder.map { Place(row: $0.row, sent: $0.step.sent) }
    guard places.count <= alphabet.count else { return nil }
    return Dictionary(zip(places, alphabet)) { first, _ in first }
  }

  // MARK: Placing

  private mutating func place(spacing: Int, _ demands: [Instant: [Demand]]) {
    var next = 0
    // A longest path: every demand comes from an earlier instant, which has its column already.
    for instant in instants {
      var column = next
      for demand in demands[instant] ?? [] {
        column = max(column, self.column(demand.from) + demand.distance)
      }
      columns[instant] = column
      next = column + spacing
    }
    width = zip(scene.rows, resultWidths).reduce(0) { max($0, end(of: $1.0, result: $1.1)) }
  }

  private typealias Demand = (from: Instant, to: Instant, distance: Int)

  /// Room within a row: for labels of steps, for waits, for marks.
  private func demandsBetween(_ row: SceneRow) -> [Demand] {
    switch row.body {
    case .operation(let call, let reply, let steps): between(call, reply, steps)
    case .fault(let start, let end):
      if let start, let end { [(start, end, 2)] } else { [] }
    case .marks(let marks):
      zip(marks, marks.dropFirst()).map { ($0.at, $1.at, label($0.text).columns + 4) }
    }
  }

  private func between(_ call: Instant, _ reply: Instant?, _ steps: [SceneStep]) -> [Demand] {
    var demands: [Demand] = []
    var latest = call
    func idle(until next: Instant, atLeast distance: Int, wait: String?) {
      // The wait's text, a blank, a dot and a blank on either side, and a bit of bar.
      let pause = detail.widensPauses ? wait.map { $0.columns + 7 } ?? 0 : 0
      demands.append((latest, next, max(distance, pause)))
      latest = next
    }
    if case .text = detail.steps {
      for step in steps {
        idle(until: step.sent, atLeast: 2, wait: pause(latest, step.sent))
        demands.append((step.sent, step.received, stepWidth(step) + 1))
        latest = step.received
      }
      if let reply {
        idle(until: reply, atLeast: steps.isEmpty ? 1 : 2, wait: pause(latest, reply))
      }
    } else {
      var previous: SceneStep?
      for step in detail.steps == .letters ? steps : [] {
        idle(until: step.sent, atLeast: 2, wait: pause(after: previous, or: call, step.sent))
        previous = step
      }
      if let reply {
        idle(until: reply, atLeast: 1, wait: pause(after: previous, or: call, reply))
      }
    }
    return demands
  }

  /// The column after the row's last character.
  private func end(of row: SceneRow, result: Int) -> Int {
    switch row.body {
    case .operation(let call, let reply, let steps):
      if let reply { return column(reply) + 2 + result }
      return lastColumn(of: steps, or: call) + 2 + result + 6
    case .fault(_, let end):
      return (end.map(column) ?? lastColumn) + 2 + result
    case .marks(let marks):
      return marks.last.map { column($0.at) + 2 + label($0.text).columns } ?? 0
    }
  }

  /// The last column of an operation before its end.
  func lastColumn(of steps: [SceneStep], or call: Instant) -> Int {
    switch detail.steps {
    case .text: column(steps.last?.received ?? call)
    case .letters: column(steps.last?.sent ?? call)
    case .none: column(call)
    }
  }

  // MARK: Labels

  /// A row's result, cut as the detail says.
  func result(_ row: SceneRow) -> Span {
    Span(row.result.text.fitted(to: detail.resultLimit), row.result.ink)
  }

  /// A command, reply or mark, cut as the detail says.
  func label(_ text: String) -> String {
    guard case .text(let limit) = detail.steps else { return text.fitted(to: detail.resultLimit) }
    return text.fitted(to: limit)
  }

  private func stepWidth(_ step: SceneStep) -> Int {
    let reply = label(step.reply).columns
    let text = label(step.command).columns + (reply > 0 ? 1 + reply : 0)
    guard detail.widensPauses else { return text }
    return text + (pause(step.sent, step.received).map { $0.columns + 6 } ?? 0)
  }

  /// How long nothing happened between two instants of one row, where that is worth saying: a
  /// millisecond or more, and a fifth of the whole picture.
  func pause(_ from: Instant, _ to: Instant) -> String? {
    guard detail.steps != .none, scene.hasTimes else { return nil }
    let (gap, overflow) = to.at.subtractingReportingOverflow(from.at)
    let (window, isEndless) = scene.last.at.subtractingReportingOverflow(scene.first.at)
    guard !overflow, !isEndless, gap >= 1_000_000, gap >= window / 5 else { return nil }
    return Units.duration(gap)
  }

  /// The longer of a command's own time and the wait after it, where the command is but a letter.
  func pause(after step: SceneStep?, or call: Instant, _ next: Instant) -> String? {
    guard let step else { return pause(call, next) }
    let isBlocked = step.received.at &- step.sent.at > next.at &- step.received.at
    return isBlocked ? pause(step.sent, step.received) : pause(step.received, next)
  }

  /// Whether some text of a step is cut or left out of the picture.
  var shortensSteps: Bool {
    scene.stepsInOrder.contains { _, step in
      guard case .text = detail.steps else { return true }
      return label(step.command) != step.command || label(step.reply) != step.reply
    }
  }
}

extension Scene {
  /// Every step with its row, in the order in which they were sent.
  var stepsInOrder: [(row: Int, step: SceneStep)] {
    var all: [(row: Int, step: SceneStep)] = []
    for (place, row) in rows.enumerated() {
      if case .operation(_, _, let steps) = row.body { all += steps.map { (place, $0) } }
    }
    return all.sorted { ($0.step.sent, $0.row) < ($1.step.sent, $1.row) }
  }
}
