// For how long nobody was served: what a fault costs buyers.

public import History

public enum Availability {
  /// The longest time in which no operation was answered `ok`, from the start of the main phase to
  /// its end; without one, from the first answer to the last (ns).
  ///
  /// Nil where the history has no times.
  public static func longestGap(in history: History, mainPhase: Range<Int64>?) -> Int64? {
    var answers = history.operations.filter { $0.outcome == .ok }.compactMap { $0.reply?.time }
    if let mainPhase {
      answers = answers.filter(mainPhase.contains) + [mainPhase.lowerBound, mainPhase.upperBound]
    }
    answers.sort()
    guard !answers.isEmpty else { return nil }
    return zip(answers, answers.dropFirst()).map { $1 - $0 }.max() ?? 0
  }
}
