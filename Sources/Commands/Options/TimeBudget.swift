// How long a command may take, all its runs together.

import ArgumentParser
import Harness

struct TimeBudget: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Time limit for all runs together, such as 10m; the run under way then ends early, and what "
        + "was not run is named.", valueName: "time"))
  var budget: String?

  /// The time given; nil: none.
  func limit() throws -> Duration? {
    guard let budget else { return nil }
    guard let limit = Duration(text: budget), limit > .zero else {
      throw CLIError("--budget is a time such as 30s or 10m, not \(budget)", .usage)
    }
    return limit
  }
}
