// The sink behind `Lint`: feeds the same builder that reading feeds, and after each refusal puts it
// in the state that causes the fewest follow-up findings.

struct LintSink: EntrySink {
  var findings: [ParseError] = []
  var isCut = false
  var order: EventOrder?
  private let limit: Int
  private var builder = HistoryBuilder(order: .positions)
  /// Where each process' call without reply stands.
  private var open: [Int: (line: Int, column: Int, value: Value)] = [:]
  private var givenUp: [Int: Int] = [:]
  private var indices: [Int: Int] = [:]
  private var lastIndex: (index: Int, line: Int)?
  private var lastTime: (time: Int64, line: Int)?
  private var backwards: [ParseError] = []
  private var untimed: ParseError?
  private var timed = 0
  private var columns = TimeColumn()

  init(limit: Int) {
    self.limit = limit
  }

  mutating func expect(operations: Int) {}

  mutating func take(header: Header, order: EventOrder) { self.order = order }

  mutating func take(_ entry: Entry) throws(ParseError) {
    guard !isCut else { throw ParseError(line: entry.line, rule: .content, "too many findings") }
    checkTime(entry)
    columns.see(entry.extra)
    checkIndex(entry)
    if case .client(let process) = entry.process { checkProcess(process, entry) }
    append(entry)
  }

  mutating func refuse(_ parseError: ParseError) throws(ParseError) {
    add(parseError)
    if isCut { throw parseError }
  }

  mutating func note(_ parseError: ParseError) { add(parseError) }

  mutating func add(_ finding: ParseError) {
    guard findings.count < limit else {
      isCut = true
      return
    }
    findings.append(finding)
  }

  /// What can be said only at the end.
  mutating func finish() {
    if timed > 0, order != .positions {
      if order == nil, untimed != nil {
        // Without a header, times that not all have tell nothing: positions are the order.
        backwards = []
      } else if let untimed {
        add(untimed)
      }
      for finding in backwards { add(finding) }
    } else {
      for var finding in backwards {
        finding.rule = .clockBackwards
        finding.message += "; the order is that of the lines here, so it only spoils latencies"
        add(finding)
      }
    }
    if timed == 0, let column = columns.name {
      add(ParseError(line: 0, rule: .timeColumn, TimeColumn.advice(column)))
    }
    for (process, call) in open {
      add(
        ParseError(
          line: call.line, column: call.column, rule: .unanswered,
          "the call of process \(process) is never answered; it counts as indeterminate"))
    }
  }
}

extension LintSink {
  /// Feeds the builder, which knows the rules of pairing; what it refuses is put right as far as
  /// the next lines need it.
  private mutating func append(_ entry: Entry) {
    var entry = entry
    for _ in 0..<2 {
      do throws(ParseError) {
        try builder.append(entry)
        return
      } catch {
        add(error)
        guard case .client(let process) = entry.process else { return }
        switch error.rule {
        case .callWhileOpen: builder.abandon(process)
        case .functionMismatch, .keyMismatch:
          builder.abandon(process)
          return
        case .timeRange: entry.time = nil
        default: return
        }
      }
    }
  }

  private mutating func checkTime(_ entry: Entry) {
    guard let time = entry.time else {
      if untimed == nil {
        untimed = ParseError(
          line: entry.line, column: entry.column, rule: .timeSometimes,
          "this entry has no time, but others have; give all of them one, or none")
      }
      return
    }
    timed += 1
    if let last = lastTime, time < last.time, backwards.count < limit {
      backwards.append(
        ParseError(
          line: entry.line, column: entry.column, rule: .timeBackwards,
          "time goes backwards: \(time) after \(last.time) on line \(last.line)"))
    } else {
      lastTime = (time, entry.line)
    }
  }

  private mutating func checkIndex(_ entry: Entry) {
    guard let index = entry.index else { return }
    if let line = indices[index] {
      add(
        ParseError(
          line: entry.line, column: entry.column, rule: .indexRepeated,
          "index \(index) is on line \(line) too; these may be two histories"))
    } else if let last = lastIndex, index < last.index {
      add(
        ParseError(
          line: entry.line, column: entry.column, rule: .indexBackwards,
          "index \(index) comes after \(last.index) on line \(last.line); lines may be mixed up"))
    }
    indices[index] = indices[index] ?? entry.line
    lastIndex = (index, entry.line)
  }

  private mutating func checkProcess(_ process: Int, _ entry: Entry) {
    switch entry.kind {
    case .invoke:
      if let line = givenUp.removeValue(forKey: process) {
        add(
          ParseError(
            line: entry.line, column: entry.column, rule: .reuseAfterInfo,
            "process \(process) calls again although its outcome on line \(line) is unknown; "
              + "a new process, with a new number and connection, must go on"))
      }
      open[process] = (entry.line, entry.column, entry.value)
    case .info, .fail, .ok:
      let call = open.removeValue(forKey: process)
      if entry.kind == .info { givenUp[process] = entry.line }
      if entry.kind == .fail, entry.value != .null, let call, call.value != entry.value {
        add(
          ParseError(
            line: entry.line, column: entry.column, rule: .failValue,
            "the fail's value \(brief(entry.value)) is not its call's, \(brief(call.value)) "
              + "on line \(call.line); nothing happened, so nothing else can be said"))
      }
    }
  }
}
