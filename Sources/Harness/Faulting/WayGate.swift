// The gate of a program's processes, or of a service's instances: their proxies. What they send is held back
// there, as if they had not sent it yet, while the process behind it stands still, or dies.

import Drivers
import History

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
  private var dying: [(request: ProxyRequest, process: Int, breakpoint: Breakpoint)] = []

  init(_ nemesis: Nemesis) {
    self.nemesis = nemesis
  }

  /// What becomes of a process's request to a server.
  func admit(_ request: ProxyRequest, to server: ServerName, of process: Int) -> WayPassage {
    let before = last[process]
    last[process] = request.verb
    guard !nemesis.isOver,
      let breakpoint = nemesis.breakpoints.first(where: {
        !$0.isHit && $0.fits(request, to: server, after: before)
      })
    else { return .passes }
    breakpoint.isHit = true
    nemesis.notify()
    if breakpoint.isAtAnswer {
      nemesis.began(breakpoint.fault, [nemesis.struck(process), ("after", .text(request.verb))])
      dying.append((request, process, breakpoint))
      breakpoint.end = (.max, { [self] in await bury(process, breakpoint) })
      return .answeredInVain
    }
    var details = [nemesis.struck(process)]
    if let before { details.append(("after", .text(before))) }
    details.append(("before", .text(request.verb)))
    if breakpoint.length > .zero {
      details.append(("ms", .number(breakpoint.length.inMilliseconds)))
    }
    nemesis.began(breakpoint.fault, details)
    let hold = RequestHold()
    strike(process, breakpoint, hold)
    return .waits(hold)
  }

  private func strike(_ process: Int, _ breakpoint: Breakpoint, _ hold: RequestHold) {
    let end = EventLoop.now() + breakpoint.length.inNanoseconds
    switch breakpoint.action {
    case .dies:
      nemesis.deployment?.kill(process)
      breakpoint.end = (
        end,
        { [self] in
          hold.drop()
          await bury(process, breakpoint)
        }
      )
    case .standsStill, .takesLong:
      if breakpoint.action == .standsStill { nemesis.deployment?.pause(process, true) }
      breakpoint.end = (
        end,
        { [self] in
          hold.release()
          if breakpoint.action == .standsStill { nemesis.deployment?.pause(process, false) }
          finish(process, breakpoint)
        }
      )
    }
  }

  /// A reply was lost: a client that is to die at it does, before it can see that its connection ends.
  func lost(_ request: ProxyRequest, of process: Int) -> Bool {
    guard let place = dying.firstIndex(where: { $0.process == process && $0.request == request })
    else { return false }
    let breakpoint = dying.remove(at: place).breakpoint
    nemesis.deployment?.kill(process)
    breakpoint.end?.moment = 0
    breakpoint.isOver = true
    nemesis.notify()
    return true
  }

  /// Waits until another process has replaced the dead one.
  private func bury(_ process: Int, _ breakpoint: Breakpoint) async {
    await nemesis.deployment?.replace(process)
    last[process] = nil
    finish(process, breakpoint)
  }

  private func finish(_ process: Int, _ breakpoint: Breakpoint) {
    nemesis.ended(breakpoint.fault, [nemesis.struck(process)])
    breakpoint.isOver = true
    nemesis.notify()
  }
}

extension Breakpoint {
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
