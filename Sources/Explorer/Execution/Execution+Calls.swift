// What the clients of a world do: one call after the other, each by a process that is replaced when
// its call came to an uncertain end.

import Drivers
import Harness
import History

extension Execution {
  /// A client's calls in every schedule, until the world ends.
  func live(_ client: Client) async {
    while await client.start.take() {
      for (place, call) in configuration.script[client.number].enumerated() {
        if place > 0, strategyCaches { await awaitTurn(client, to: call) }
        await perform(call, by: client)
      }
      client.isDone = true
      requestDecision()
    }
    client.process?.close()
  }

  /// Lets the scheduler say when a call that may have no command is made.
  private func awaitTurn(_ client: Client, to call: Stock.Call) async {
    guard !client.isDead else { return }
    let thread = 2 * client.number
    threads[thread].command = KnownCommand(role: .turn)
    threads[thread].description = .turn(call)
    threads[thread].phase = .atGate
    requestDecision()
    if case .crash = await passages[thread].take() { client.isDead = true }
    threads[thread].phase = .idle
  }

  private func perform(_ call: Stock.Call, by client: Client) async {
    guard await connect(client), let process = client.process else { return }
    schedule.calls.append(Call(client: client.number, process: process.number, call: call))
    let position = schedule.calls.count - 1
    client.call = position
    await perform(call, position, by: client, process)
    while client.beginsAnew {
      client.beginSchedule()
      schedule.calls[position].error = nil
      guard await connect(client), let process = client.process else { return }
      await perform(call, position, by: client, process)
    }
    end(position, of: client)
  }

  private func perform(
    _ call: Stock.Call, _ position: Int, by client: Client, _ process: ScheduledProcess
  ) async {
    do throws(Failure) {
      let reply = try await process.perform(call, on: item, patience: configuration.patience)
      schedule.calls[position].outcome = .ok
      schedule.calls[position].reply = reply
    } catch {
      schedule.calls[position].error = error.description
      // Nobody is left to say that a dead client's call failed.
      if error.certainty == .definite, !client.isDead { schedule.calls[position].outcome = .fail }
    }
  }

  private func end(_ position: Int, of client: Client) {
    client.call = nil
    if schedule.calls[position].began == 0 {
      schedule.calls[position].began = schedule.transitions.count
    }
    if schedule.calls[position].outcome == .info {
      // A process whose call is indeterminate is retired.
      client.isDead = false
      noteClosing()
      client.process?.close()
      client.process = nil
      client.generation += 1
    } else {
      schedule.calls[position].ended = schedule.transitions.count
    }
    endedCall = true
    noteEnd(of: position)
    requestDecision()
  }

  /// Gives the client a process that can make calls.
  private func connect(_ client: Client) async -> Bool {
    if let process = client.process, process.isWhole { return true }
    client.isConnecting = true
    defer {
      client.isConnecting = false
      requestDecision()
    }
    do throws(Failure) {
      try await replaceProcess(of: client)
      return true
    } catch {
      fail(.stuck("client \(client.number + 1) can't connect: \(error)"))
      return false
    }
  }
}
