// What came of repeating a schedule, judged as an exploration's are.

public import Checker

/// Repetitions of one token's schedule.
public struct Replay: Sendable {
  public let token: Token
  public let configuration: Configuration
  public let schedules: [Schedule]
  /// The verdict on the first repetition, and why.
  public let verdict: Verdict
  public let reasons: [String]

  /// `schedules` are the repetitions, at least one.
  public init(of token: Token, _ configuration: Configuration, schedules: [Schedule]) {
    precondition(!schedules.isEmpty, "a schedule is repeated at least once")
    self.token = token
    self.configuration = configuration
    self.schedules = schedules
    var judge = Judge(configuration)
    if schedules[0].abortReason == nil, let finding = try? judge.judge(schedules[0]) {
      (verdict, reasons) = (finding.verdict, finding.reasons)
    } else {
      (verdict, reasons) = (.unknown, [])
    }
  }

  /// How many different histories the repetitions had.
  public var histories: Int { Set(schedules.map(HistoryFingerprint.init)).count }
}
