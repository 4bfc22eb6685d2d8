// What the processes send: whole units wait at their proxies, each as a thread's command. A thread is told by
// client and content, never by a connection's number, which the libraries choose as they like.

import Drivers
import Harness

extension ProgramTestbed {
  // MARK: Arrivals

  /// Makes threads' commands of what waits at the proxies, all processes being at rest. Returns whether
  /// something passed that no scheduler has to choose: then they rest no more.
  func takeArrivals() async throws(Failure) -> Bool {
    var hasPassed = false
    var arrived: [(client: Int, unit: ProgramUnit)] = []
    let known = Set(units.values.map(\.connection.id))
    for connection in driven.connections
    where !connection.proxied.bytes.isEmpty && !known.contains(connection.id) {
      let requests = connection.proxied.executed
      guard !connection.isUpkeep(requests),
        let client = client(of: connection, beside: arrived.map(\.client))
      else {
        connection.proxied.release()
        hasPassed = true
        continue
      }
      arrived.append((client, try await unit(of: requests, on: connection)))
    }
    arrived.sort { ($0.client, $0.unit.content) < ($1.client, $1.unit.content) }
    for (client, unit) in arrived { arrive(unit, of: client) }
    return hasPassed
  }

  /// The client that what waits on a connection was sent for, `others` having sent something since all
  /// slept; nil: none, while no call is under way.
  private func client(of connection: DrivenSystem.Connection, beside others: [Int]) -> Int? {
    let calling = driven.clients(of: connection.instance).filter { clients[$0].isCalling }
    if let only = driven.onlyClient(of: connection.instance) { return only }
    let waiting = Set(units.keys.compactMap(\.client) + others)
    return attribution.owner(of: connection.id, calling: calling, waiting: waiting)
  }

  private func unit(
    of requests: [ProxyRequest], on connection: DrivenSystem.Connection
  ) async throws(Failure) -> ProgramUnit {
    let text = connection.text(requests)
    return ProgramUnit(
      connection: connection,
      words: CommandWords(verb: requests.last?.verb ?? "", text: MaskedText.shortened(text)),
      content: MaskedText.comparable(text),
      known: try await reader.read(requests, on: connection, asking: control.redis),
      lockName: requests.compactMap(\.lockName).last)
  }

  private func arrive(_ unit: ProgramUnit, of client: Int) {
    let idle = system.threadIDs.first {
      $0.client == client && system[$0].phase == .idle && units[$0] == nil
    }
    guard let thread = idle else {
      return abort(
        .stuck("client \(client + 1) has more commands under way at once than can be told apart"))
    }
    units[thread] = unit
    let admission = system.arrive(
      unit.known, of: thread, for: unit.connection.server, inTransaction: false)
    // A client that has died sends nothing more.
    if admission != nil {
      units[thread] = nil
      unit.connection.proxied.drop()
    }
  }

  // MARK: Answers

  private func thread(of connection: DrivenSystem.Connection.ID) -> ThreadID? {
    units.first { $0.value.connection.id == connection && system[$0.key].phase != .atGate }?.key
  }

  /// A request was answered.
  func hear(
    _ request: ProxyRequest, _ reply: CommandTrace.Reply, on connection: DrivenSystem.Connection.ID
  ) {
    // What is told by words may be random; what a library does only at first shows in the commands.
    if !isActive {
      warmUp.append("\(connection.instance) \(request.verb) with \(request.words.count) words")
    }
    replies[connection] = reply
    guard let thread = thread(of: connection), let unit = units[thread],
      !unit.connection.proxied.isAwaited
    else { return }
    answer(thread, reply)
  }

  /// A reply was lost on purpose: a client that is to die of it does, before it can notice.
  func lose(on connection: DrivenSystem.Connection.ID) {
    guard let thread = thread(of: connection), let client = thread.client else { return }
    if system.clients[client].isDead { driven.kill(connection.instance) }
    answer(thread, .lost)
  }

  /// Answers threads whose connections owe none any more, though no request was seen to end.
  func settleAnswers() {
    for (thread, unit) in units
    where [.underWay, .blocked].contains(system[thread].phase) && !unit.connection.proxied.isAwaited
    {
      answer(
        thread, unit.connection.proxied.isOpen ? replies[unit.connection.id] ?? .ok : .lost)
    }
  }

  private func answer(_ thread: ThreadID, _ reply: CommandTrace.Reply) {
    guard isActive, let command = system.answer(thread) else { return }
    units[thread] = nil
    if let client = thread.client { attribution.wake(client) }
    recorder.note(reply, to: thread)
    if command.publishes { mayHavePublished = true }
    if command.kind == .database { progress.notifyAll() }
  }

  /// Forgets commands whose connections have ended.
  func forgetClosed() {
    for (thread, unit) in units where !unit.connection.proxied.isOpen {
      if system[thread].isHeld { system.dismiss(thread) }
      units[thread] = nil
    }
  }
}

extension ProxyRequest {
  /// The lock that it asks MySQL for by name: what stands in quotes, or the statement's first parameter.
  fileprivate var lockName: String? {
    guard let start = text.uppercased().firstRange(of: "GET_LOCK(")?.upperBound else { return nil }
    let rest = text[start...].drop { $0.isWhitespace }
    guard let quote = rest.first, quote == "'" || quote == "\"" else {
      return words.count > 1 ? words[1] : nil
    }
    return String(rest.dropFirst().prefix { $0 != quote })
  }
}
