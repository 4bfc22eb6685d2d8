// A client dies at a step of its call, and another takes its place: its connections end without a word, what
// it had done stays done, and nobody hears what came of its call. A program is killed (SIGKILL of its
// process group) and started again.

import Drivers

struct Crash: Fault {
  static let card = FaultCard(
    name: "crash", summary: "a client dies at a step, and another takes its place",
    reach: .clients, fits: .all,
    parameters: [
      FaultParameter("before", .step, about: "the step it doesn't live to send, such as COMMIT"),
      FaultParameter(
        "after", .step, about: "the step answered before; alone: it dies of this answer"),
      ServerChoice.stepParameter,
    ],
    note:
      "The call under way is indeterminate. A lock that it held is nobody's until its lease ends; "
      + "what was taken in one place and not yet put down in another is lost.")

  let rhythm: Rhythm
  private let place: Breakpoint.Place

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    place = Breakpoint.Place(settings)
  }

  var hazards: Hazards { [.callCutOff, .clientLost] }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    await nemesis.lieInWait(Breakpoint(place, .dies, of: Self.self))
  }
}
