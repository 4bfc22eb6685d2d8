// A statement of a transaction takes long, as under a heavy query or a full disk; the client itself
// runs on, and so does the watchdog of its lock.

import Drivers

struct SlowTransaction: HoldingFault {
  static let card = FaultCard(
    name: "slow-transaction", summary: "a statement of a transaction takes long",
    reach: .clients, fits: .allDatabases,
    parameters: [
      FaultParameter(
        "for", .time(.milliseconds(1)...Duration.seconds(60)), standard: "400ms",
        about: "how long"),
      FaultParameter("before", .step, about: "the statement that takes long, such as COMMIT"),
      FaultParameter("after", .step, about: "the statement answered before it"),
    ],
    note: "A watchdog outlives it; a lock whose fixed lease is shorter is lost. See lease-expiry.")

  static let action = Breakpoint.Action.takesLong

  let rhythm: Rhythm
  let length: Duration
  let place: Breakpoint.Place

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    length = settings.time("for")
    place = Breakpoint.Place(settings, isAtDatabase: true)
  }

  var hazards: Hazards { length < .milliseconds(LockTimeouts().lease) ? [] : .lockLost }
}
