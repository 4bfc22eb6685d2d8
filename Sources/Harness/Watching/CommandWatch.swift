// Which call sent each command that passes the proxies of a program's processes or a service's instances.
// With one call under way on an instance, it is that call. With several, a command is a call's only where no
// other can have sent it: it names another item, or is part of a transaction whose other commands rule the
// others out. What is left is reported as the instance's, and never guessed.

import Drivers

/// A call under way.
final class WatchedCall {
  fileprivate let instance: Int
  fileprivate let item: String
  fileprivate let trace: CommandTrace
  fileprivate var isOver = false

  fileprivate init(_ instance: Int, _ item: String, _ trace: CommandTrace) {
    (self.instance, self.item, self.trace) = (instance, item, trace)
  }
}

/// The commands of one run, assigned to calls.
///
/// Confined to the run's loop.
final class CommandWatch {
  /// Where a command came from.
  private struct Connection: Hashable {
    var instance: Int
    var server: ServerName
    var number: Int
  }

  /// Commands that belong to one call, whichever it is: a transaction, or a single one.
  private final class Unit {
    var candidates: [WatchedCall]
    /// Answered, and not told yet.
    var steps: [CommandTrace.Step] = []

    init(_ candidates: [WatchedCall]) { self.candidates = candidates }
  }

  /// A request without an answer so far.
  private struct Passing {
    var request: ProxyRequest
    var wire: Proxy.Wire
    var connection: Connection
    var asked: Int64
    var unit: Unit
  }

  private var calls: [Int: [WatchedCall]] = [:]
  private var passing: [Passing] = []
  /// The latest of each connection.
  private var units: [Connection: Unit] = [:]
  private(set) var counts = CommandCounts()
  /// Whether the main phase is under way; outside it nothing is counted or reported.
  var isCounting = false
  /// Told of a command that may be one of several calls' on an instance.
  var onShared: (_ instance: Int, _ step: CommandTrace.Step) -> Void = { _, _ in }
  /// Told of every command that is no upkeep, once it is over: for an observer such as a probe.
  var onCommand: (_ instance: Int, _ server: ServerName, _ step: CommandTrace.Step) -> Void = {
    _, _, _ in
  }

  // MARK: Calls

  /// A call begins; its steps go into `trace`.
  func begin(of instance: Int, on item: String, filling trace: CommandTrace) -> WatchedCall {
    trace.removeAll()
    let call = WatchedCall(instance, item, trace)
    calls[instance, default: []].append(call)
    return call
  }

  /// A call is over. What it had asked and heard no answer to is lost.
  func end(_ call: WatchedCall) {
    call.isOver = true
    calls[call.instance]?.removeAll { $0 === call }
    passing.removeAll { passing in
      guard passing.unit.candidates.contains(where: { $0 === call }) else { return false }
      guard passing.unit.candidates.count == 1 else { return false }
      tell(passing, .lost)
      return true
    }
    // It may have been the one: nothing more will rule it out.
    for unit in units.values where unit.candidates.contains(where: { $0 === call }) { close(unit) }
    call.trace.sort()
  }

  // MARK: Commands

  /// A whole request goes on to a server.
  func asked(_ request: ProxyRequest, of instance: Int, to server: ServerName, by wire: Proxy.Wire)
  {
    if request.isUpkeep(on: wire) { return }
    let connection = Connection(instance: instance, server: server, number: request.connection)
    let unit = unit(request, connection)
    passing.append(
      Passing(
        request: request, wire: wire, connection: connection, asked: EventLoop.now(), unit: unit))
  }

  /// A request was answered, or its answer was lost (nil).
  func answered(
    _ request: ProxyRequest, with reply: CommandTrace.Reply?, of instance: Int,
    to server: ServerName, by wire: Proxy.Wire
  ) {
    guard !request.isUpkeep(on: wire) else {
      if isCounting { counts.upkeep += 1 }
      return
    }
    let connection = Connection(instance: instance, server: server, number: request.connection)
    // Of one that is not there its call has gone, and it was told as lost.
    guard
      let place = passing.firstIndex(where: {
        $0.connection == connection && $0.request == request
      })
    else { return }
    tell(passing.remove(at: place), reply ?? .lost)
  }

  /// What is under way on a connection's instance and may have sent a request, as part of what the
  /// connection is in the midst of.
  private func unit(_ request: ProxyRequest, _ connection: Connection) -> Unit {
    var candidates = calls[connection.instance] ?? []
    let named = candidates.filter { request.mentions($0.item) }
    if !named.isEmpty { candidates = named }
    guard request.inTransaction, let unit = units[connection] else {
      if let last = units[connection] { close(last) }
      let unit = Unit(candidates)
      units[connection] = unit
      return unit
    }
    unit.candidates.removeAll { known in !candidates.contains { $0 === known } }
    return unit
  }

  private func tell(_ passing: Passing, _ reply: CommandTrace.Reply) {
    let (request, unit) = (passing.request, passing.unit)
    let step = CommandTrace.Step(
      command: request.shown(on: passing.wire), reply: reply, sent: passing.asked,
      received: EventLoop.now())
    onCommand(passing.connection.instance, passing.connection.server, step)
    // A process that has gone did not wait for it.
    if reply != .lost { unit.candidates.removeAll(where: \.isOver) }
    unit.steps.append(step)
    if unit.candidates.isEmpty, isCounting { counts.addOutside(request.verb, step.command) }
    if unit.candidates.count <= 1 || !request.opensTransaction || request.endsTransaction {
      close(unit)
    }
  }

  /// Tells what was answered of a unit, as far as it is known whose it is.
  private func close(_ unit: Unit) {
    defer { unit.steps = [] }
    if unit.candidates.count == 1 {
      for step in unit.steps { unit.candidates[0].trace.append(step) }
      if isCounting { counts.ofCalls += unit.steps.count }
    } else if let instance = unit.candidates.first?.instance, isCounting {
      counts.shared += unit.steps.count
      for step in unit.steps { onShared(instance, step) }
    }
  }
}
