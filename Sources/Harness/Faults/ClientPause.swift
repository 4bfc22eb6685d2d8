// A client stands still between two steps of a call, as in a long garbage collection or when its
// virtual machine is moved: it sends nothing, not even the renewal of its locks' leases, and goes on
// as if no time had passed.

import Drivers

struct ClientPause: HoldingFault {
  static let card = FaultCard(
    name: "client-pause", summary: "a client pauses between two steps, past its lease",
    reach: .clients, fits: .all,
    parameters: [
      FaultParameter(
        "for", .time(.milliseconds(1)...Duration.seconds(60)), standard: "400ms",
        about: "how long"),
      FaultParameter(
        "lease", .time(.milliseconds(10)...Duration.seconds(60)), standard: "150ms",
        about: "the lease of locks, renewed if a lock has a watchdog"),
      FaultParameter("before", .step, about: "the step it is about to send, such as UPDATE"),
      FaultParameter("after", .step, about: "the step it has just seen answered"),
      ServerChoice.stepParameter,
    ],
    note: "A lock that runs out meanwhile goes to another client: only the database, or a fencing "
      + "token that it checks, can still refuse the late owner.")

  static let action = Breakpoint.Action.standsStill

  let rhythm: Rhythm
  let length: Duration
  private let lease: Duration
  let place: Breakpoint.Place

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    length = settings.time("for")
    lease = settings.time("lease")
    place = Breakpoint.Place(settings)
  }

  var demands: ServerDemands {
    var demands = ServerDemands()
    demands.lease = LeaseDemand(length: lease, isRenewed: true)
    return demands
  }

  var hazards: Hazards { length < lease ? [] : .lockLost }
}
