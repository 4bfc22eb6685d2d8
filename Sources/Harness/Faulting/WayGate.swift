// The gate of a program's processes, or of a service's instances: their proxies. What they send is held back
// there, as if they had not sent it yet, while the process behind it stands still, or dies.

import Drivers

/// What becomes of a request at its proxy.
enum WayPassage {
  case passes
  /// It waits until it is let go.
  case waits(RequestHold)
  /// The server does what it is asked, and nobody hears of it.
  case answeredInVain
}

/// The gate that all requests of a run's processes pass.
///
/// Confined to the run's loop.
final class WayGate {
  private unowned let nemesis: Nemesis
  /// What each process asked last.
  private var last: [Int: String] = [:]
  /// Processes that die once their request is answered.
  private var dying: [(request: ProxyRequest, process: Int, ambush: Ambush)] = []

  init(_ nemesis: Nemesis) {
    self.nemesis = nemesis
  }

  /// What becomes of a process's request to a server.
  func admit(_ request: ProxyRequest, to server: ServerName, of process: Int) -> WayPassage {
    let before = last[process]
    last[process] = request.verb
    guard !nemesis.isOver,
      let ambush = nemesis.ambushes.first(where: {
        !$0.isSprung && $0.fits(request, to: server, after: before)
      })
    else { return .passes }
    ambush.isSprung = true
    nemesis.notify()
    if ambush.isAtAnswer {
      nemesis.began(ambush.fault, [nemesis.struck(process), ("after", .text(request.verb))])
      dying.append((request, process, ambush))
      ambush.end = (.max, { [self] in await bury(process, ambush) })
      return .answeredInVain
    }
    var details = [nemesis.struck(process)]
    if let before { details.append(("after", .text(before))) }
    details.append(("before", .text(request.verb)))
    if ambush.length > 0 { details.append(("ms", .number(Int(ambush.length / 1_000_000)))) }
    nemesis.began(ambush.fault, details)
    let hold = RequestHold()
    strike(process, ambush, hold)
    return .waits(hold)
  }

  private func strike(_ process: Int, _ ambush: Ambush, _ hold: RequestHold) {
    let end = EventLoop.now() + ambush.length
    switch ambush.blow {
    case .dies:
      nemesis.deployment?.kill(process)
      ambush.end = (
        end,
        { [self] in
          hold.drop()
          await bury(process, ambush)
        }
      )
    case .standsStill, .takesLong:
      if ambush.blow == .standsStill { nemesis.deployment?.pause(process, true) }
      ambush.end = (
        end,
        { [self] in
          hold.release()
          if ambush.blow == .standsStill { nemesis.deployment?.pause(process, false) }
          finish(process, ambush)
        }
      )
    }
  }

  /// A reply was lost: whoever was to die of it does, before it can see that its connection ends.
  func lost(_ request: ProxyRequest, of process: Int) -> Bool {
    guard let place = dying.firstIndex(where: { $0.process == process && $0.request == request })
    else { return false }
    let ambush = dying.remove(at: place).ambush
    nemesis.deployment?.kill(process)
    ambush.end?.moment = 0
    ambush.isOver = true
    nemesis.notify()
    return true
  }

  /// Waits until there is another in the place of the dead.
  private func bury(_ process: Int, _ ambush: Ambush) async {
    await nemesis.deployment?.replace(process)
    last[process] = nil
    finish(process, ambush)
  }

  private func finish(_ process: Int, _ ambush: Ambush) {
    nemesis.ended(ambush.fault, [nemesis.struck(process)])
    ambush.isOver = true
    nemesis.notify()
  }
}

extension Ambush {
  /// Whether a request is the one waited for. Where no step was named it is a statement that writes; if
  /// none comes for a while, a command to Redis that may; then any.
  fileprivate func fits(_ request: ProxyRequest, to server: ServerName, after last: String?) -> Bool
  {
    if place.isAtDatabase, server.kind == .redis { return false }
    if let wanted = place.server, wanted != server.description { return false }
    if isAtAnswer { return request.verb == place.after?.uppercased() }
    if let before = place.before, before.uppercased() != request.verb { return false }
    if let after = place.after, after.uppercased() != last { return false }
    if place.isNamed || waited > 100_000_000 { return true }
    return server.kind == .redis
      ? waited > 50_000_000 && !ReplyLoss.reads.contains(request.verb)
      : ["UPDATE", "INSERT", "DELETE"].contains(request.verb)
  }
}
