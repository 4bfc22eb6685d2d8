// A client dies at a step of its call, and another takes its place: its connections end without notice, what
// it did stays done, and the outcome of its call is unknown. A program is killed (SIGKILL of its
// process group) and started again.

import Drivers
import History

struct Crash: Fault {
  static let card = FaultCard(
    name: "crash", summary: "a client dies at a step, and another takes its place",
    reach: .clients, fits: .all,
    parameters: [
      FaultParameter("before", .step, about: "the step it dies before, such as COMMIT"),
      FaultParameter(
        "after", .step, about: "the step answered before; alone: it dies at this answer"),
      ServerChoice.stepParameter,
    ],
    note:
      "The call under way is indeterminate. A lock it held stays taken until its lease ends; what it "
      + "took in one place and had not yet written in another is lost.")

  let rhythm: Rhythm
  private let place: Breakpoint.Place

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    place = Breakpoint.Place(settings)
  }

  var hazards: Hazards { [.callCutOff, .clientLost] }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    await nemesis.strike(at: Breakpoint(place, .dies, of: Self.self))
  }
}
