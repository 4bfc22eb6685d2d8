// What is noted of a program's processes while a run goes on: the log, and what was odd.

/// The notes on one program.
///
/// Confined to the run's loop.
final class ProgramNotes {
  let log: ProgramLog
  /// Who looks on at what is said to its processes; nil: nobody does.
  var exchangeLog: ExchangeLog?
  private var gathered: ProgramRemarks
  /// Different texts of errors so far; a program may put a number into each.
  private var texts: Set<String> = []

  /// Texts of errors that a history tells apart.
  private static let mostTexts = 20

  init(_ command: String, in log: ProgramLog) {
    self.log = log
    gathered = ProgramRemarks(command: command)
  }

  /// What there is to tell.
  var remarks: ProgramRemarks {
    var remarks = gathered
    remarks.unlogged = log.unlogged
    return remarks
  }

  func started() { gathered.processes += 1 }

  func stray() { gathered.stray += 1 }

  func note(_ oddity: ProgramOddity, count: Int = 1, _ example: String, at line: Int?) {
    gathered.note(oddity, count: count, example, line: line)
  }

  /// Whether an error's text is reported; else its code alone.
  func tells(_ text: String) -> Bool {
    if texts.contains(text) { return true }
    guard texts.count < Self.mostTexts else { return false }
    texts.insert(text)
    return true
  }
}
