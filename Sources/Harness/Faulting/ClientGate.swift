// The gate of one client while faults are about: it holds the client's next command back where a
// fault lies in ambush, at a step that was named or at one that hurts.

import Drivers

/// A command to be held back: which, and for how long.
final class Ambush {
  /// Where in a call.
  struct Place: Sendable, Hashable {
    /// The step about to be sent; nil: any.
    var before: String?
    /// The step that was answered last; nil: any.
    var after: String?
    /// The one server of several that the step goes to; nil: any.
    var server: String?
    /// Only statements for PostgreSQL.
    var isAtDatabase = false

    var isNamed: Bool { before != nil || after != nil || server != nil }
  }

  let place: Place
  /// In ns.
  let length: Int64
  /// Whether all that the client does stands still, as when its machine does; else this command
  /// takes long and its watchdog goes on.
  let freezesClient: Bool
  let fault: any Fault.Type
  fileprivate let laid: Int64
  fileprivate var isSprung = false
  fileprivate var isOver = false

  init(
    _ place: Place, for length: Int64, freezesClient: Bool, of fault: any Fault.Type
  ) {
    self.place = place
    self.length = length
    self.freezesClient = freezesClient
    self.fault = fault
    laid = EventLoop.now()
  }

  /// Whether a command is the one waited for. Where no step was named it is one inside a lock; if
  /// none comes for a while, one in the midst of a call; then any.
  fileprivate func fits(
    _ command: CommandDescription, to server: String?, of gate: ClientGate
  ) -> Bool {
    if place.isAtDatabase, case .redis = command.payload { return false }
    if let wanted = place.server, wanted != server { return false }
    if let before = place.before, before != command.verb { return false }
    if let after = place.after, after != gate.lastStep { return false }
    if place.isNamed || gate.isInsideLock { return true }
    let waited = EventLoop.now() - laid
    return waited > (gate.lastStep == nil ? 100_000_000 : 50_000_000)
  }
}

extension Ambush.Place {
  /// As the settings of a fault with `before`, `after` and `at` say.
  init(_ settings: FaultSettings, isAtDatabase: Bool = false) {
    self.init(
      before: settings.text("before"), after: settings.text("after"), server: settings.text("at"),
      isAtDatabase: isAtDatabase)
  }
}

extension Nemesis {
  /// Holds back the next command that fits, and returns when it was let go, or the clients are done
  /// before one came.
  func lieInWait(_ ambush: Ambush) async {
    if await spring(ambush) { await release(ambush) }
  }

  /// Returns when a command is held back: true; or when the clients are done before one came.
  func spring(_ ambush: Ambush) async -> Bool {
    ambushes.append(ambush)
    await wait { ambush.isSprung }
    ambushes.removeAll { $0 === ambush }
    return ambush.isSprung
  }

  /// Waits until the command that is held back was let go.
  func release(_ ambush: Ambush) async {
    // The client that fell into it is not done before.
    await wait { ambush.isOver }
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
  fileprivate var isInsideLock: Bool { session.isInsideLock }
  private var last: String?
  private var frozenUntil: Int64 = 0

  init(_ nemesis: Nemesis, _ session: Session) {
    self.nemesis = nemesis
    self.session = session
  }

  func admit(_ command: CommandDescription) async -> Passage { await admit(command, to: nil) }

  /// Admits a command; `server` is the one of several that it goes to.
  fileprivate func admit(_ command: CommandDescription, to server: String?) async -> Passage {
    await thaw()
    // Only what is recorded is struck: not the warm-up.
    guard session.journal != nil,
      let ambush = nemesis.ambushes.first(where: {
        !$0.isSprung && $0.fits(command, to: server, of: self)
      })
    else { return .proceed }
    ambush.isSprung = true
    nemesis.notify()
    var details: [(String, Nemesis.Detail)] = [("process", .number(session.process))]
    if let lastStep { details.append(("after", .text(lastStep))) }
    details.append(("before", .text(command.verb)))
    if let server { details.append(("at", .text(server))) }
    details.append(("ms", .number(Int(ambush.length / 1_000_000))))
    nemesis.began(ambush.fault, details)
    let end = EventLoop.now() + ambush.length
    if ambush.freezesClient { frozenUntil = end }
    await session.pause(until: end)
    nemesis.ended(ambush.fault, [("process", .number(session.process))])
    ambush.isOver = true
    nemesis.notify()
    return .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) { last = command.verb }

  /// Waits while the client stands still.
  fileprivate func thaw() async {
    while EventLoop.now() < frozenUntil { await session.pause(until: frozenUntil) }
  }
}

/// The gate of one of a session's further connections to Redis.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, as its session is.
final class LineGate: CommandGate, @unchecked Sendable {
  private let gate: ClientGate
  private let line: RedisLine

  init(_ gate: ClientGate, _ line: RedisLine) {
    self.gate = gate
    self.line = line
  }

  func admit(_ command: CommandDescription) async -> Passage {
    guard line == .aside else { return await gate.admit(command, to: line.serverName) }
    // What goes on beside a call, such as a watchdog, is no step of it, but stands still with the
    // client.
    await gate.thaw()
    return .proceed
  }

  func finished(_ command: CommandDescription, _ reply: CommandTrace.Reply) {
    if line != .aside { gate.finished(command, reply) }
  }
}

extension RedisLine {
  /// What events call the server, where it is one of several.
  fileprivate var serverName: String? {
    let server = ServerName(self)
    return server == .redis ? nil : server.description
  }
}
