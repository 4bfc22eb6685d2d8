// The picture of a counterexample: a row for each operation, grouped by process, time to the right.
// It shows what the history says about these operations; the reasons are given beside it.

public import Checker
public import History

/// The timeline of a counterexample's operations, with their commands and the faults around them.
public struct SwimLanes: Sendable {
  private let history: History
  private let positions: [Int]
  private let scene: Scene?

  /// Positions outside of the history are ignored.
  public init(_ counterexample: Counterexample, of history: History) {
    self.init(counterexample.operations, of: history)
  }

  /// The lanes of these operations (positions in `History.operations`).
  public init(_ operations: [Int], of history: History) {
    self.history = history
    positions = Set(operations).filter(history.operations.indices.contains).sorted()
    scene = Scene(positions, of: history)
  }

  /// The picture, each line ended by a newline; empty for no operation.
  public func text(_ style: Style) -> String { lines(width: style.width).text(style) }

  /// The picture at this width, with as much detail as fits, and what is to be said of it.
  func lines(width: Int) -> [Line] {
    let (picture, eventsLeftOut) = picture(width: width)
    return picture + notes(eventsLeftOut, width: width)
  }

  /// The picture, and how many events it leaves out.
  func picture(width: Int) -> (lines: [Line], eventsLeftOut: Int) {
    guard let scene else { return ([], 0) }
    let bare = scene.withoutMarks
    for (detail, scene) in Detail.levels.map({ ($0, $0.showsMarks ? scene : bare) }) {
      let head = LaneDrawing.Head(scene, callLimit: max(6, width / 6))
      guard let layout = LaneLayout(scene, detail: detail, width: width - head.width) else {
        continue
      }
      let lanes = LaneDrawing(scene: scene, layout: layout, head: head).lines()
      let steps = layout.shortensSteps ? steps(layout.letters, width: width) : []
      return (lanes + steps + instanceCommands(width: width), scene.eventsLeftOut)
    }
    return (
      list(width: width) + steps([:], width: width) + instanceCommands(width: width),
      bare.eventsLeftOut
    )
  }

  /// What a service's instances sent meanwhile, where several of their calls were under way.
  private func instanceCommands(width: Int) -> [Line] {
    guard let scene, scene.hasTimes else { return [] }
    let steps = history.events.compactMap { event in event.instanceStep.map { (event.process, $0) }
    }
    .filter { $0.1.received >= scene.first.at && $0.1.sent <= scene.last.at }
    .sorted { ($0.1.sent, $0.0) < ($1.1.sent, $1.0) }
    guard !steps.isEmpty else { return [] }
    let entries = mostTelling(steps).map { instance, step in
      Paragraph(
        "\(step.command) → \(step.reply)",
        lead: Span(
          "\(Units.since(scene.first.at, step.sent).padded(to: 9)) \(instance.printable)  ", .faint),
        margin: 4)
    }
    let more = steps.count - entries.count
    let title =
      "Sent meanwhile by instances, each command in one of the open calls there"
      + (more > 0 ? " (and \(Units.count(more)) more):" : ":")
    return Paragraph(title, margin: 2, ink: .faint).lines(width: width)
      + (Self.inTwoColumns(entries, width: width) ?? entries.flatMap { $0.lines(width: width) })
  }

  /// Of too many those that name what the operations were told, or one more, then the latest.
  private func mostTelling(_ steps: [(String, Step)]) -> [(String, Step)] {
    guard steps.count > Self.mostCommands else { return steps }
    let told = Set(
      positions.flatMap { position -> [String] in
        guard case .int(let left) = history.operations[position].output else { return [] }
        return ["\(left)", "\(left + 1)"]
      })
    func isTelling(_ step: Step) -> Bool {
      (step.command + " " + step.reply).split { !$0.isNumber }.contains {
        told.contains(String($0))
      }
    }
    let ranked = steps.indices.sorted { left, right in
      (isTelling(steps[left].1) ? 1 : 0, left) > (isTelling(steps[right].1) ? 1 : 0, right)
    }
    return ranked.prefix(Self.mostCommands).sorted().map { steps[$0] }
  }

  /// Commands of instances that are listed.
  private static let mostCommands = 16

  /// Where no picture fits: the operations with the times of call and reply.
  private func list(width: Int) -> [Line] {
    let start = scene?.first.at ?? 0
    return positions.flatMap { position in
      let operation = history.operations[position]
      var text = OperationText.call(operation) + " · " + OperationText.reply(operation)
      if scene?.hasTimes == true {
        text += " · called \(Units.since(start, operation.call.time))"
        text += operation.reply.map { ", replied \(Units.since(start, $0.time))" } ?? ", no reply"
      }
      let name = "\(OperationText.process(operation.process)) #\(operation.call.index) "
      return Paragraph(text, lead: Span(name, .strong), margin: 2).lines(width: width)
    }
  }

  /// The commands in full, in the order in which they were sent.
  private func steps(_ letters: [LaneLayout.Place: Character], width: Int) -> [Line] {
    guard let scene else { return [] }
    let indents = laneIndents(scene, width: width)
    func entries(_ lane: (String) -> String) -> [Paragraph] {
      scene.stepsInOrder.map { row, step in
        let since = Units.since(scene.first.at, step.sent.at)
        var lead = Span("\(since.padded(to: 9)) \(lane(scene.rows[row].lane))  ", .faint)
        if let letter = letters[LaneLayout.Place(row: row, sent: step.sent)] {
          lead = Span("\(letter)  \(lead.text)", .faint)
        }
        let reply = step.reply.isEmpty ? "" : " → \(step.reply)"
        return Paragraph(step.command + reply, lead: lead, margin: 4)
      }
    }
    let widest = scene.rows.reduce(0) { max($0, $1.index.isEmpty ? 0 : $1.lane.columns) }
    return Self.inTwoColumns(entries { $0.padded(to: widest) }, width: width)
      ?? entries { lane in
        (String(repeating: " ", count: indents.before[lane] ?? 0) + lane)
          .padded(to: indents.widest)
      }.flatMap { $0.lines(width: width) }
  }

  /// Entries in one column at most.
  private static let mostInOneColumn = 8

  /// Many short entries side by side, the first half left; nil where they are few or don't fit.
  private static func inTwoColumns(_ entries: [Paragraph], width: Int) -> [Line]? {
    guard entries.count > mostInOneColumn else { return nil }
    let half = (entries.count + 1) / 2
    func column(_ entries: some Sequence<Paragraph>, margin: Int, room: Int) -> [Line]? {
      let columns = entries.map { entry in
        var entry = entry
        entry.margin = margin
        return entry.lines(width: room)
      }
      return columns.allSatisfy { $0.count == 1 } ? columns.flatMap(\.self) : nil
    }
    guard let left = column(entries.prefix(half), margin: 2, room: width) else { return nil }
    let widest = left.reduce(0) { max($0, $1.columns) }
    let rest = entries.dropFirst(half)
    guard
      let right = column(rest, margin: 2, room: width - widest)
        ?? column(rest, margin: 1, room: width - widest)
    else { return nil }
    return left.indices.map { place in
      guard right.indices.contains(place) else { return left[place] }
      let gap = String(repeating: " ", count: widest - left[place].columns)
      return Line(left[place].spans + [Span(gap)] + right[place].spans)
    }
  }

  /// Where each process stands in the list of commands: side by side where there is room, so that
  /// the eye sees who was in between.
  private func laneIndents(_ scene: Scene, width: Int) -> (before: [String: Int], widest: Int) {
    var before: [String: Int] = [:]
    var end = 0
    for row in scene.rows where row.namesLane && !row.index.isEmpty {
      before[row.lane] = end == 0 ? 0 : end + 1
      end = (before[row.lane] ?? 0) + row.lane.columns
    }
    if end <= width / 5 { return (before, end) }
    return ([:], before.keys.reduce(0) { max($0, $1.columns) })
  }

  /// How to read the picture, and where its operations stand in the file.
  func notes(_ eventsLeftOut: Int, width: Int) -> [Line] {
    var notes: [[String]] = []
    let operations = positions.map { history.operations[$0] }
    if operations.contains(where: { $0.reply == nil }) {
      notes.append(
        "▷ indeterminate: it may take effect at any time after its call, or never."
          .split(separator: " ").map(String.init))
    }
    if eventsLeftOut > 0 {
      notes.append(["\(Units.counted(eventsLeftOut, "further event")) in this window."])
    }
    if operations.contains(where: { $0.call.line > 0 }) {
      let lines = operations.map { operation in
        let reply = operation.reply.map { "–\($0.line)" } ?? ""
        return "#\(operation.call.index) \(operation.call.line)\(reply)"
      }
      // A path may be longer than a line, so it comes last.
      notes.append(
        ["Lines"] + lines.listed + (history.source.map { ["of", $0.printable] } ?? []))
    }
    return notes.flatMap { Paragraph(words: $0, margin: 2, ink: .faint).lines(width: width) }
  }
}

extension Event {
  /// A command of a service's instance that may be one of several calls': `i1`, `command`.
  var isInstanceCommand: Bool {
    function == "command" && process.first == "i" && process.dropFirst().allSatisfy(\.isNumber)
  }

  /// The command of such an event.
  var instanceStep: Step? {
    guard isInstanceCommand, case .string(let command)? = value["command"],
      case .string(let reply)? = value["reply"], case .int(let sent)? = value["sent"],
      case .int(let received)? = value["received"]
    else { return nil }
    return Step(
      command: command, reply: reply, sent: Int64(sent), received: Int64(max(sent, received)))
  }
}
