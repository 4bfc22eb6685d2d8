// The gate of one client in a run with faults: it holds back the client's next command at a breakpoint,
// which is a named step or one where a fault does harm.

import Drivers
import History

extension Breakpoint {
  /// Whether a command is the one waited for. Where no step was named it is one inside a lock; if
  /// none comes for a while, one in the midst of a call; then any.
  fileprivate func fits(
    _ command: CommandDescription, to server: String?, of gate: ClientGate
  ) -> Bool {
    if place.isAtDatabase, case .redis = command.payload { return false }
    if let wanted = place.server, wanted != server { return false }
    if isAtAnswer { return command.verb == place.after }
    if let before = place.before, before != command.verb { return false }
    if let after = place.after, after != gate.lastStep { return false }
    if place.isNamed || gate.isInsideLock { return true }
    return waited > (gate.lastStep == nil ? 100_000_000 : 50_000_000)
  }
}

/// The gate that one session's commands pass.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, as its session is.
final class ClientGate: CommandGate, @unchecked Sendable {
  private let nemesis: Nemesis
  private unowned let session: Session
  /// The last step of the present call that was answered.
  fileprivate var lastStep: String? {
    session.trace.steps.isEmpty ? nil : last
  }
  fileprivate var isInsideLock: Bool { session.locks.isHeld }
  private var last: String?
  private var frozenUntil: Int64 = 0
  /// The breakpoint that kills it once its present command is answered.
  private var dying: Breakpoint?
  /// Whether the client is dead: it sends nothing any more, and its call's outcome is never known.
  private(set) var isDead = false

  init(_ nemesis: Nemesis, _ session: Session) {
    self.nemesis = nemesis
    self.session = session
  }

  func admit(_ command: CommandDescription) async -> Admission { await admit(command, to: nil) }

  /// Admits a command; `server` is the one of several that it goes to.
  fileprivate func admit(_ command: CommandDescription, to server: String?) async -> Admission {
    await thaw()
    if isDead { return .crash }
    // Only what is recorded is struck: not the warm-up.
    guard session.locks.journal != nil,
      let breakpoint = nemesis.breakpoints.first(where: {
        !$0.isHit && $0.fits(command, to: server, of: self)
      })
    else { return .proceed }
    breakpoint.isHit = true
    nemesis.notify()
    if breakpoint.isAtAnswer {
      nemesis.began(
        breakpoint.fault, [("process", .number(session.process)), ("after", .text(command.verb))])
      dying = breakpoint
      return .loseReply
    }
    var details: [(String, Nemesis.Detail)] = [("process", .number(session.process))]
    if let lastStep { details.append(("after", .text(lastStep))) }
    details.append(("before", .text(command.verb)))
    if let server { details.append(("at", .text(server))) }
    if breakpoint.length > .zero {
      details.append(("ms", .number(breakpoint.length.inMilliseconds)))
    }
    nemesis.began(breakpoint.fault, details)
    if breakpoint.action == .dies {
      die(of: breakpoint)
      return .crash
    }
    let end = EventLoop.now() + breakpoint.length.inNanoseconds
    if breakpoint.action == .standsStill { frozenUntil = end }
    await session.pause(until: end)
    finish(breakpoint)
    return .proceed
  }

  private func finish(_ breakpoint: Breakpoint) {
    nemesis.ended(breakpoint.fault, [("process", .number(session.process))])
    breakpoint.isOver = true
    nemesis.notify()
  }

  /// The client is dead: each connection closes instead of sending the next command, and its locks note
  /// nothing more.
  private func die(of breakpoint: Breakpoint) {
    isDead = true
    session.locks.journal = nil
    finish(breakpoint)
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {
    last = command.verb
    guard let breakpoint = dying else { return }
    dying = nil
    die(of: breakpoint)
  }

  /// Waits while the client stands still.
  fileprivate func thaw() async {
    while EventLoop.now() < frozenUntil { await session.pause(until: frozenUntil) }
  }
}

/// The gate of one of a session's further connections to Redis.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, as its session is.
final class RouteGate: CommandGate, @unchecked Sendable {
  private let gate: ClientGate
  private let route: RedisRoute

  init(_ gate: ClientGate, _ route: RedisRoute) {
    self.gate = gate
    self.route = route
  }

  func admit(_ command: CommandDescription) async -> Admission {
    guard route == .background else { return await gate.admit(command, to: route.serverName) }
    // What runs in the background, such as a watchdog, is no step of a call, but stands still with the
    // client.
    await gate.thaw()
    return gate.isDead ? .crash : .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {
    if route != .background { gate.finished(command, reply) }
  }
}

extension RedisRoute {
  /// What events call the server, where it is one of several.
  fileprivate var serverName: String? {
    let server = ServerName(self)
    return server == .redis ? nil : server.description
  }
}
