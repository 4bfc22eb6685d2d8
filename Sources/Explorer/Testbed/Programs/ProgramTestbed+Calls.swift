// What the clients of a program do: one call after the other. A process whose call came to an uncertain end
// is replaced, as in a run.

import Drivers
import Harness
import History

extension ProgramTestbed {
  func addTasks(to group: inout TaskGroup<Void>) {
    for number in clients.indices {
      group.addTask(executorPreference: loop) { [self] in await makeCalls(of: clients[number]) }
    }
  }

  /// A client's calls in every schedule, until the testbed ends.
  private func makeCalls(of client: DrivenClient) async {
    while await client.start.take() {
      for call in configuration.script[client.number] { await perform(call, by: client) }
      system.finish(client.number)
    }
  }

  private func perform(_ call: ShopCall, by client: DrivenClient) async {
    guard await connect(client) else { return }
    let process = client.number + client.generation * clients.count
    let position = recorder.intend(call, client: client.number, process: process)
    client.call = position
    system.intendCall(client.number)
    if driven.isShared, system.abortReason == nil {
      queue.append(client)
      await client.turn.take()
    }
    attribution.wake(client.number)
    client.isCalling = true
    let made = recorder.count
    let outcome = await driven.perform(call, by: client.number)
    client.isCalling = false
    switch outcome {
    case .ok(let reply):
      recorder.reply(reply, toCall: position)
      noteUnasked(position, since: made)
    case .fail(let reason):
      recorder.fail(
        call: position, .definite(reason), isKnown: !system.clients[client.number].isDead)
    case .info(let reason): recorder.fail(call: position, .indefinite(reason), isKnown: true)
    }
    if let invalid = driven.invalid { obstacle = invalid }
    client.call = nil
    if recorder.end(call: position) == .info {
      client.generation += 1
      // A program that said itself that it doesn't know goes on; its client in the history doesn't.
      if case .info(.server) = outcome {} else { await retire(client) }
    }
    system.endCall(client.number)
  }

  func retire(_ client: DrivenClient) async {
    noteClosing()
    await driven.retire(client.number)
  }

  /// Gives the client a process that can make calls.
  private func connect(_ client: DrivenClient) async -> Bool {
    if driven.isConnected(client.number) { return true }
    client.isConnecting = true
    defer { client.isConnecting = false }
    do throws(Failure) {
      try await driven.connect(client.number)
      watchProcesses()
      return true
    } catch {
      abort(.stuck("client \(client.number + 1) can't connect: \(error)"))
      return false
    }
  }
}
