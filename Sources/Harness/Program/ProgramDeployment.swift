// A user's program as it runs here: one process for each client, each with ways of its own to the private
// servers, all of them gone when the run is. The stock is put up and looked at by the program itself, or
// by what the workload says.

import Drivers
import History

/// A program in one run.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ProgramDeployment: Deployment, @unchecked Sendable {
  let notes: ProgramNotes
  /// Whether it knows `read`; false from its first answer that it doesn't.
  var canRead = true
  let setup: ProgramSetup
  unowned let context: RunContext
  private let log: ProgramLog
  private var mark: ProcessMark?
  /// Clients whose processes were started before the run, by number.
  private var ready: [Int: ProgramClient] = [:]
  /// The client that was made last.
  private weak var latest: ProgramClient?
  /// The latest process of each number, whose proxies are open.
  private var current: [Int: ProgramProcess] = [:]
  /// Processes that are being ended.
  private var retired: [ProgramProcess] = []
  private let environment: ProgramEnvironment

  init(_ setup: ProgramSetup, in context: RunContext) {
    self.setup = setup
    self.context = context
    log = ProgramLog()
    notes = ProgramNotes(setup.name, in: log)
    environment = ProgramEnvironment(of: setup)
  }

  var remarks: ProgramRemarks? {
    var remarks = notes.remarks
    remarks.commands = watch?.counts
    return remarks
  }

  /// Who sees what its processes send to servers.
  var watch: CommandWatch? { context.proxies?.watch }

  // MARK: Processes

  func start() async throws(RunFailure) {
    try makeReady()
    let clients = (0..<context.clients).map { ProgramClient($0, of: self) }
    let loop = context.loop
    let failure = await withTaskGroup(of: ProgramStartFailure?.self) { group in
      for client in clients {
        group.addTask(executorPreference: loop) {
          do throws(ProgramStartFailure) {
            try await client.start()
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(nil) { $0 ?? $1 }
    }
    for client in clients { ready[client.number] = client }
    if let failure { throw told(failure) }
  }

  private func makeReady() throws(RunFailure) {
    notes.exchangeLog = context.exchangeLog
    do throws(FileFailure) {
      try log.begin(at: context.plan.logPath)
    } catch {
      throw .file(error)
    }
    do throws(ServerFailure) {
      mark = try ProcessMark()
    } catch {
      throw .program("\(error)")
    }
  }

  /// A failed start as a sentence with the command's place.
  private func told(_ failure: ProgramStartFailure) -> RunFailure {
    let log = notes.log.isEmpty ? "" : "; see \(context.plan.logPath)"
    return .program("\(setup.place): \(setup.name): \(failure.reason)\(log)")
  }

  /// Starts a process under a number and greets it.
  func startProcess(_ number: Int) async throws(ProgramStartFailure) -> ProgramProcess {
    let process: ProgramProcess
    do throws(ProgramRefusal) {
      let command = try ProgramCommand(
        setup.command, in: setup.directory, environment: try variables(for: number))
      process = try started(context.clock?.command(command, member: number) ?? command, number)
    } catch {
      throw ProgramStartFailure(reason: error.reason)
    }
    notes.started()
    current[number] = process
    let nodes = (0..<context.clients).map { "n\($0)" }
    let deadline = EventLoop.now() + setup.ready.inNanoseconds
    let heard = await process.ask(.initialise(nodes: nodes), until: deadline)
    if case .answer(let answer) = heard, answer.type == "init_ok" { return process }
    let reason = refusal(heard, of: process)
    retire(process, of: number, isKilled: true)
    throw ProgramStartFailure(reason: reason)
  }

  private func started(
    _ command: ProgramCommand, _ number: Int
  ) throws(ProgramRefusal) -> ProgramProcess {
    do throws(ServerFailure) {
      return try ProgramProcess(command, number: number, on: context.loop, noting: notes)
    } catch .notExecutable(let program, let reason) {
      throw ProgramRefusal(reason: "\(program) can't be executed: \(reason)")
    } catch {
      throw ProgramRefusal(reason: "\(error)")
    }
  }

  private func variables(for number: Int) throws(ProgramRefusal) -> [String: String] {
    var variables = environment.variables(for: number, seed: context.seed)
    if let proxies = context.proxies {
      do throws(FaultFailure) {
        variables.merge(try proxies.way(for: number).variables) { _, server in server }
      } catch {
        throw ProgramRefusal(reason: "\(error)")
      }
    }
    variables.merge(setup.environment) { _, own in own }
    return variables.merging(mark?.environment ?? [:]) { _, mark in mark }
  }

  /// Why `init` was not answered as it should be.
  private func refusal(_ heard: ProgramProcess.Heard, of process: ProgramProcess) -> String {
    let words = process.lastWords.map { "; its last words: \($0)" } ?? ""
    return switch heard {
    case .answer(let answer) where answer.type == "error":
      "it answered init with error \(ProgramAnswer.words(for: answer.number("code"))): "
        + Printable.text(answer.text.prefix(200))
    case .answer(let answer):
      "it answered init with \(Printable.text(answer.type.prefix(40))), not init_ok"
    case .garbled(let reason):
      "its answer to init is not a message: \(reason)" + words
    case .overdue: "it did not answer init within \(setup.ready.words)" + words
    case .ended(let end):
      "it \(end.map { "\($0)" } ?? "ended") before it answered init" + words
    }
  }

  /// Ends a process in order, while the run goes on.
  func retire(_ process: ProgramProcess, of number: Int, isKilled: Bool = false) {
    if isKilled { process.kill() } else { process.finish(within: setup.stop) }
    for gone in retired where gone.isGone && current[gone.number] === gone {
      current[gone.number] = nil
      context.proxies?.closeWay(for: gone.number)
    }
    retired.removeAll { $0.isGone }
    retired.append(process)
    log.flush()
  }

  /// The process that is asked beside the calls.
  var firstProcess: ProgramProcess? { ready[0]?.process }
  // Who dies is replaced by its client, under a new number.
  func pause(_ process: Int, _ isPaused: Bool) { current[process]?.pause(isPaused) }
  func kill(_ process: Int) { current[process]?.crash() }

  var processes: [Int: Int32] { current.compactMapValues(\.pid) }

  var hasLog: Bool { !notes.log.isEmpty }

  func client(_ number: Int) -> any CallClient {
    let client = ready.removeValue(forKey: number) ?? ProgramClient(number, of: self)
    latest = client
    return client
  }

  func during<Value: Sendable>(
    _ body: () async throws(RunFailure) -> Value
  ) async throws(RunFailure) -> Value { try await body() }

  /// Every process gets its time to end; then nothing that descends from one is left.
  func end() async {
    for client in ready.values { client.close() }
    for process in retired { await process.awaitEnd() }
    if let mark {
      let left = await context.loop.runBlocking { mark.endAll() }
      if left > 0 { notes.note(.leftRunning, count: left, "in sessions of their own", at: nil) }
    }
    log.flush()
  }

  // MARK: The store

  func open(_ items: [Item], units: Int, on topology: Topology) async throws(RunFailure) {
    guard setup.prepare.isEmpty else {
      let store = CommandedStore(topology, on: context.loop, notingIn: context.exchangeLog)
      return try await store.prepare(setup.prepare, items, units: units)
    }
    guard let process = ready[0]?.process else { return }
    let request = ProgramRequest.open(items: items.map(\.name), units: units)
    let heard = await process.ask(request, until: EventLoop.now() + setup.ready.inNanoseconds)
    if case .answer(let answer) = heard, answer.type == "open_ok" { return }
    throw .program("\(setup.place): \(setup.name): " + openRefusal(heard, of: process))
  }

  private func openRefusal(_ heard: ProgramProcess.Heard, of process: ProgramProcess) -> String {
    let words = process.lastWords.map { "; its last words: \($0)" } ?? ""
    return switch heard {
    case .answer(let answer) where answer.isUnsupported:
      "it does not support open (code 10), which sets the stock; set it by `prepare:` instead"
    case .answer(let answer) where answer.type == "error":
      "it answered open with error \(ProgramAnswer.words(for: answer.number("code"))): "
        + Printable.text(answer.text.prefix(200))
    case .answer(let answer):
      "it answered open with \(Printable.text(answer.type.prefix(40))), not open_ok"
    case .garbled(let reason): "its answer to open is not a message: \(reason)"
    case .overdue: "it did not answer open within \(setup.ready.words)" + words
    case .ended(let end): "it \(end.map { "\($0)" } ?? "ended") before it answered open" + words
    }
  }

  func finalState(of items: [Item]) async throws(RunFailure) -> FinalState? {
    if let truth = setup.truth {
      let store = CommandedStore(
        context.topology, on: context.loop, notingIn: context.exchangeLog, forgets: context.forgets)
      return FinalState(
        try await store.look(truth, items))
    }
    var units: [Int] = []
    for item in items {
      guard let process = latest?.process, process.isUsable else { return nil }
      let deadline = EventLoop.now() + setup.ready.inNanoseconds
      let heard = await process.ask(.remaining(item: item.name), until: deadline)
      guard case .answer(let answer) = heard, answer.type == "remaining_ok",
        let value = answer.number("value")
      else {
        noteUntold(heard, by: process)
        return nil
      }
      units.append(value)
    }
    return FinalState(units)
  }

  /// Nobody tells what is left. What a buyer is shown at the end is in the history all the same.
  private func noteUntold(_ heard: ProgramProcess.Heard, by process: ProgramProcess) {
    let advice = canRead ? "" : "; with `truth:` sales would be held against what is left"
    switch heard {
    case .answer(let answer) where answer.isUnsupported:
      if !canRead {
        notes.note(.untold, "it does not support remaining (code 10)" + advice, at: nil)
      }
    case .answer(let answer):
      notes.note(
        .untold,
        "\(process.node) answered \(Printable.text(answer.type.prefix(40))) "
          + Printable.text(answer.text.prefix(120)) + advice, at: nil)
    case .garbled(let reason): notes.note(.untold, reason + advice, at: nil)
    case .overdue: notes.note(.untold, "no answer within \(setup.ready.words)" + advice, at: nil)
    case .ended(let end): notes.note(.untold, end.map { "it \($0)" } ?? "it ended", at: nil)
    }
  }

  func reply(to call: ShopCall, answer: Int) -> ShopReply? { nil }
}
