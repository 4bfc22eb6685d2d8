// What the clients of a testbed do: one call after the other, each by a process that is replaced when
// its call came to an uncertain end.

import Drivers
import Harness
import History

extension StrategyTestbed {
  /// A client's calls in every schedule, until the testbed ends.
  func makeCalls(of client: ScheduledClient) async {
    while await client.start.take() {
      for (place, call) in configuration.script[client.number].enumerated() {
        if place > 0, system.bounds.answersFromMemory { await awaitTurn(client, to: call) }
        await perform(call, by: client)
      }
      system.finish(client.number)
      requestDecision()
    }
    client.process?.close()
  }

  /// Lets the scheduler say when a call that may have no command is made.
  private func awaitTurn(_ client: ScheduledClient, to call: ShopCall) async {
    let thread = ThreadID.client(client.number)
    let turn = KnownCommand(kind: .turn)
    guard system.arrive(turn, of: thread, for: .redis, inTransaction: false) == nil else { return }
    commands[thread.number] = .turn(call)
    requestDecision()
    if case .crash = await admission(of: thread).take() { return }
    // It goes nowhere: there is nothing to wait for.
    _ = system.answer(thread)
  }

  private func perform(_ call: ShopCall, by client: ScheduledClient) async {
    guard await connect(client), let process = client.process else { return }
    let position = recorder.intend(call, client: client.number, process: process.number)
    client.call = position
    system.intendCall(client.number)
    await perform(call, position, by: client, process)
    while client.beginsAnew {
      client.revive()
      system.revive(client.number)
      recorder.forgetError(ofCall: position)
      guard await connect(client), let process = client.process else { return }
      await perform(call, position, by: client, process)
    }
    end(position, of: client)
  }

  private func perform(
    _ call: ShopCall, _ position: Int, by client: ScheduledClient, _ process: ScheduledProcess
  ) async {
    do throws(Failure) {
      let reply = try await process.perform(call, on: item, within: configuration.callTimeout)
      recorder.reply(reply, toCall: position)
    } catch {
      // Nobody is left to say that a dead client's call failed.
      recorder.fail(call: position, error, isKnown: !client.isDead)
    }
  }

  private func end(_ position: Int, of client: ScheduledClient) {
    client.call = nil
    if recorder.end(call: position) == .info {
      // A process whose call is indeterminate is retired.
      noteClosing()
      client.process?.close()
      client.process = nil
      client.generation += 1
    }
    system.endCall(client.number)
    requestDecision()
  }

  /// Gives the client a process that can make calls.
  private func connect(_ client: ScheduledClient) async -> Bool {
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
      abort(.stuck("client \(client.number + 1) can't connect: \(error)"))
      return false
    }
  }
}
