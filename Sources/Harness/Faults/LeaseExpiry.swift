// Locks get a fixed lease that nobody renews, and a transaction now and then takes longer: the
// commonest mistake with a lock that has a lease.

import Drivers

struct LeaseExpiry: HoldingFault {
  static let card = FaultCard(
    name: "lease-expiry", summary: "a fixed lease, and a transaction that outlasts it",
    reach: .clients, fits: .all,
    parameters: [
      FaultParameter(
        "lease", .time(.milliseconds(10)...Duration.seconds(60)), standard: "100ms",
        about: "the lease of locks, never renewed"),
      FaultParameter(
        "for", .time(.milliseconds(1)...Duration.seconds(60)), standard: "300ms",
        about: "how long the transaction is held up"),
      FaultParameter("before", .step, about: "the step it is held up at, such as UPDATE"),
      FaultParameter("after", .step, about: "the step answered before it"),
    ],
    note: "The lock is free while its owner is still at work, and two write what they computed. "
      + "A version, a fencing token, FOR UPDATE or a lock without a lease holds.")

  static let action = Breakpoint.Action.takesLong

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
    demands.lease = LeaseDemand(length: lease, isRenewed: false)
    return demands
  }

  var hazards: Hazards { .lockLost }
}
