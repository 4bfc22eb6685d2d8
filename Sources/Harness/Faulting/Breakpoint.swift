// Where a fault waits for a client: at a named step, or at one where it does harm. A gate strikes: that of a
// session (ClientGate.swift), or that of a program's processes (WayGate.swift).

import Drivers
import History

/// A step at which a client is to be struck: which, and how.
final class Breakpoint {
  /// Where in a call.
  struct Place: Sendable, Hashable {
    /// The step about to be sent; nil: any.
    var before: String?
    /// The step that was answered last; nil: any.
    var after: String?
    /// The one server of several that the step goes to; nil: any.
    var server: String?
    /// Only statements for a database.
    var isAtDatabase = false

    var isNamed: Bool { before != nil || after != nil || server != nil }
  }

  /// What becomes of the client.
  enum Action: Sendable {
    /// All that it does stands still, as when its machine does.
    case standsStill
    /// This command takes long, and all else goes on, such as a watchdog.
    case takesLong
    /// It dies before it sends the step; where only a step that was answered is named, just after that.
    case dies
  }

  let place: Place
  let length: Duration
  let action: Action
  let fault: any Fault.Type
  /// When it was set, on the loop's clock in ns.
  private let setAt: Int64
  var isHit = false
  var isOver = false
  /// Where no gate can wait by itself: until when (ns), and how what was held back is let go.
  var end: (moment: Int64, letGo: () async -> Void)?

  init(_ place: Place, for length: Duration = .zero, _ action: Action, of fault: any Fault.Type) {
    self.place = place
    self.length = length
    self.action = action
    self.fault = fault
    setAt = EventLoop.now()
  }

  /// Whether the client dies when a step has been answered, and doesn't hear of it.
  var isAtAnswer: Bool { action == .dies && place.before == nil && place.after != nil }

  /// How long it has waited, in ns.
  var waited: Int64 { EventLoop.now() - setAt }
}

extension Breakpoint.Place {
  /// As the settings of a fault with `before`, `after` and `at` say.
  init(_ settings: FaultSettings, isAtDatabase: Bool = false) {
    self.init(
      before: settings.text("before"), after: settings.text("after"), server: settings.text("at"),
      isAtDatabase: isAtDatabase)
  }
}

extension Nemesis {
  /// Strikes at the next command that fits, and returns when all goes on, or the clients are done before
  /// one came.
  func strike(at breakpoint: Breakpoint) async {
    if await awaitHit(of: breakpoint) { await release(breakpoint) }
  }

  /// Returns when a command is held back: true; or when the clients are done before one came.
  func awaitHit(of breakpoint: Breakpoint) async -> Bool {
    breakpoints.append(breakpoint)
    await wait { breakpoint.isHit }
    breakpoints.removeAll { $0 === breakpoint }
    return breakpoint.isHit
  }

  /// Waits until the command that is held back was let go.
  func release(_ breakpoint: Breakpoint) async {
    // The client that fell into it is not done before.
    guard breakpoint.end != nil else { return await wait { breakpoint.isOver } }
    await pause { breakpoint.end?.moment ?? 0 }
    await breakpoint.end?.letGo()
  }
}

/// A fault that holds a client's call up at a step, again and again.
protocol HoldingFault: Fault {
  var place: Breakpoint.Place { get }
  var length: Duration { get }
  static var action: Breakpoint.Action { get }
}

extension HoldingFault {
  var hold: Duration { length }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    await nemesis.strike(at: Breakpoint(place, for: length, Self.action, of: Self.self))
  }
}
