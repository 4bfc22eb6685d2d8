// Draws the rows of a scene on the columns of a layout.

struct LaneDrawing: Sendable {
  let scene: Scene
  let layout: LaneLayout
  /// Columns for process, index and call before the picture.
  let head: Head

  /// Widths of what names a row.
  struct Head: Sendable {
    var lane: Int
    var index: Int
    var call: Int

    init(_ scene: Scene, callLimit: Int) {
      let operations = scene.rows.filter { !$0.index.isEmpty }
      func widest(_ limit: Int, _ text: (SceneRow) -> String) -> Int {
        operations.reduce(0) { max($0, min(text($1).columns, limit)) }
      }
      lane = widest(.max, \.lane)
      index = widest(.max, \.index)
      call = widest(callLimit, \.call)
    }

    /// With two blanks before, and one between and after.
    var width: Int { 2 + lane + 1 + index + 1 + call + 1 }
  }

  func lines() -> [Line] {
    var lines = scene.rows.indices.map(line)
    if scene.hasTimes { lines.append(axis) }
    return lines
  }

  private func line(_ place: Int) -> Line {
    let row = scene.rows[place]
    var line = Line("  ")
    switch row.body {
    case .operation:
      line.append((row.namesLane ? row.lane : "").padded(to: head.lane) + " ", .strong)
      line.append(row.index.padded(to: head.index) + " ", .faint)
      line.append(row.call.fitted(to: head.call).padded(to: head.call) + " ")
    case .fault, .marks:
      let room = head.width - 3
      line.append(row.lane.fitted(to: room).padded(to: room) + " ", .fault)
    }
    var canvas = Canvas(width: layout.width)
    switch row.body {
    case .operation(let call, let reply, let steps):
      draw(row, place, call, reply, steps, on: &canvas)
    case .fault(let start, let end):
      let from = start.map(layout.column) ?? 0
      let to = end.map(layout.column) ?? layout.lastColumn
      canvas.fill(from..<max(from, to) + 1, with: "━", .fault)
      canvas.write(layout.result(row).text, at: to + 2, .fault)
    case .marks(let marks):
      for mark in marks {
        canvas.write("▲ " + layout.label(mark.text), at: layout.column(mark.at), .fault)
      }
    }
    line.spans += canvas.spans
    return line
  }

  private func draw(
    _ row: SceneRow, _ place: Int, _ call: Instant, _ reply: Instant?, _ steps: [SceneStep],
    on canvas: inout Canvas
  ) {
    let start = layout.column(call)
    let result = layout.result(row)
    if let reply {
      let end = layout.column(reply)
      canvas.fill(start..<end, with: "─")
      canvas.write("┤", at: end)
      canvas.write(result.text, at: end + 2, result.ink)
    } else {
      canvas.fill(start..<layout.width, with: "─ ")
      canvas.write("▷", at: layout.width - 1)
      let last = layout.lastColumn(of: steps, or: call)
      canvas.fill(start..<last + 1, with: "─")
      canvas.write("─ \(result.text) ", at: last + 1, result.ink)
    }
    canvas.write("├", at: start)
    drawSteps(place, call, reply, steps, on: &canvas)
  }

  private func drawSteps(
    _ place: Int, _ call: Instant, _ reply: Instant?, _ steps: [SceneStep],
    on canvas: inout Canvas
  ) {
    var latest = call
    var previous: SceneStep?
    for step in layout.detail.steps == .none ? [] : steps {
      if case .text = layout.detail.steps {
        drawPause(layout.pause(latest, step.sent), latest, step.sent, on: &canvas)
        draw(step, on: &canvas)
        latest = step.received
      } else {
        let pause = layout.pause(after: previous, or: call, step.sent)
        drawPause(pause, latest, step.sent, on: &canvas)
        let letter = layout.letters[LaneLayout.Place(row: place, sent: step.sent)]
        canvas.write(letter.map(String.init) ?? "", at: layout.column(step.sent), .strong)
        latest = step.sent
      }
      previous = step
    }
    guard let reply else { return }
    let pause =
      layout.detail.steps == .letters
      ? layout.pause(after: previous, or: call, reply) : layout.pause(latest, reply)
    drawPause(pause, latest, reply, on: &canvas)
  }

  /// A command at its sending, its reply at its reception, and dots for the time between.
  private func draw(_ step: SceneStep, on canvas: inout Canvas) {
    let (from, to) = (layout.column(step.sent), layout.column(step.received))
    let (command, reply) = (layout.label(step.command), layout.label(step.reply))
    canvas.fill(from..<to + 1, with: " ")
    canvas.write(command, at: from + 1)
    let replyStart = to - reply.columns
    canvas.write(reply, at: replyStart, .strong)
    let gap = from + command.columns + 2..<max(from + command.columns + 2, replyStart - 1)
    if gap.count > 1 { canvas.fill(gap, with: "╌", .faint) }
    if let pause = layout.pause(step.sent, step.received) {
      draw(pause: pause, amid: gap, on: &canvas)
    }
  }

  /// The time between two steps, where it was long.
  private func drawPause(
    _ pause: String?, _ from: Instant, _ to: Instant, on canvas: inout Canvas
  ) {
    let room = (from: layout.column(from) + 2, to: layout.column(to) - 1)
    guard let pause, room.from < room.to else { return }
    draw(pause: pause, amid: room.from..<room.to, on: &canvas)
  }

  /// A wait and how long it was, with dots to both sides, where there is room: `∙ ∙ 412 ms ∙ ∙`.
  private func draw(pause: String, amid room: Range<Int>, on canvas: inout Canvas) {
    let sides = room.count - pause.columns
    guard sides >= 2 else { return }
    let start = room.lowerBound + sides / 2
    canvas.write(pause, at: start, .doubtful)
    // From the text outwards, so that both sides begin with a blank.
    for (turn, column) in (room.lowerBound..<start).reversed().enumerated() {
      canvas.write(turn % 2 == 0 ? " " : "∙", at: column, .doubtful)
    }
    for (turn, column) in (start + pause.columns..<room.upperBound).enumerated() {
      canvas.write(turn % 2 == 0 ? " " : "∙", at: column, .doubtful)
    }
  }

  // MARK: The axis

  /// Times under the picture, from the first call on: the ends first, then the longest waits.
  private var axis: Line {
    let marked = layout.marked
    var chosen: [(column: Int, text: String)] = []
    for place in ticks(marked) {
      let (instant, column) = marked[place]
      let text = "└" + Units.since(scene.first.at, instant.at)
      let end = column + text.columns
      let isFree = chosen.allSatisfy {
        (end < $0.column || column > $0.column + $0.text.columns) && text != $0.text
      }
      if isFree && end <= layout.width { chosen.append((column, text)) }
    }
    var canvas = Canvas(width: layout.width)
    for tick in chosen { canvas.write(tick.text, at: tick.column, .faint) }
    return Line([Span(String(repeating: " ", count: head.width))] + canvas.spans)
  }

  private func ticks(_ marked: [(instant: Instant, column: Int)]) -> [Int] {
    guard let last = marked.indices.last else { return [] }
    func gap(_ place: Int) -> Int64 {
      marked[place].instant.at.subtractingReportingOverflow(marked[place - 1].instant.at)
        .partialValue
    }
    let inner = marked.indices.dropFirst().dropLast().filter { gap($0) > 0 }
    return [0, last] + inner.sorted { (gap($1), $0) < (gap($0), $1) }
  }
}
