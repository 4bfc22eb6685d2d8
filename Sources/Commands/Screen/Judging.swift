// Shows the progress of judging; the first ^C ends it without a verdict. What was recorded
// stays, to be judged later.

package struct Judging: Sendable {
  /// Whether it was asked to end.
  package var isEnded: @Sendable () -> Bool = { false }
  /// Told how much was read, 0 to 1.
  package var tell: @Sendable (Double) -> Void = { _ in }
  /// The command that judges again.
  package var again: String?

  /// Nobody watches.
  package static let silent = Judging()

  /// Judging of what a command was given; ^C before it does not count.
  package init(
    of name: String, again: String? = nil, on screen: Screen,
    interruption: Interruption = .shared
  ) {
    let wasRequested = interruption.isRequested
    interruption.judges()
    isEnded = { !wasRequested && interruption.isRequested }
    tell = { screen.judge(name, share: $0) }
    self.again = again
  }

  private init() {}

  /// Tells how much was read.
  ///
  /// - Throws: `Ended` on request.
  package func goOn(at share: Double) throws {
    tell(share)
    try requireNotEnded()
  }

  package func requireNotEnded() throws {
    if isEnded() { throw Ended(again: again) }
  }

  /// There is no verdict, since the user did not want to wait for it.
  package struct Ended: Error, CustomStringConvertible {
    var again: String?

    package var description: String {
      "judging was stopped before a verdict"
        + (again.map { "; `\($0)` judges what was recorded" } ?? "")
    }
  }
}
