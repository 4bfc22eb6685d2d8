// How long a command may take, all its runs together.

import ArgumentParser
import Harness

struct TimeBudget: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Time limit for all runs together, such as 10m; the run under way then ends early, and what "
        + "was not run is named.", valueName: "time"),
    transform: OptionText.time("--budget", such: "30s or 10m"))
  var budget: Duration?
}
