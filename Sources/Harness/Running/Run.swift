// One run of one strategy, phase by phase: assert the empty start, set the stock, warm
// up, the main phase, final reads by a fresh process, the truth from the store, and the removal of
// everything the run created. It records and never judges.

import Drivers
import History

extension RunPlan {
  /// Carries the run out on an event loop of its own; blocks until everything is over.
  public func carryOut(
    stop: some StopRequest, progress: @escaping @Sendable (RunProgress) -> Void
  ) throws(RunFailure) -> RunResult {
    let worker = SerialWorker(name: "history")
    let origin = EventLoop.now()
    let file: HistoryFile
    do throws(FileFailure) {
      file = try HistoryFile(
        path: historyPath, header: header,
        objects: (0..<workload.items).map(workload.datatype.object), of: workload.datatype,
        origin: origin, worker: worker)
    } catch {
      throw .file(error)
    }
    return try EventLoop.run { (loop) async throws(RunFailure) -> RunResult in
      let run = try Run(plan: self, loop: loop, file: file, origin: origin)
      return try await run.carryOut(stop: stop, progress: progress)
    }
  }
}

extension RunPlan {
  fileprivate func proxies(on loop: EventLoop) throws(RunFailure) -> ServerProxies? {
    if demands.hasPorts { return ServerProxies(apart: topology, servers: handles, on: loop) }
    guard demands.hasFronts, let folder = handles.folder else { return nil }
    do throws(FaultFailure) {
      return try ServerProxies(before: topology, inside: folder, on: loop)
    } catch {
      throw .fault(error)
    }
  }
}

/// The phases of one run, on the loop's thread.
struct Run {
  let file: HistoryFile
  let context: RunContext
  let detector: FailureDetector
  let marker: RunMarker

  var plan: RunPlan { context.plan }
  var loop: EventLoop { context.loop }
  private var proxies: ServerProxies? { context.proxies }

  fileprivate init(
    plan: RunPlan, loop: EventLoop, file: HistoryFile, origin: Int64
  ) throws(RunFailure) {
    self.file = file
    let workload = plan.workload
    marker = RunMarker(of: plan.topology, on: loop)
    let journal = Journal(
      origin: origin,
      tellsSingleCommands: plan.system.card.answersFromMemory || workload.external != nil,
      callTimeout: workload.deadline)
    let proxies = try plan.proxies(on: loop)
    let nemesis =
      workload.faults.isEmpty
      ? nil
      : Nemesis(
        workload.faults, on: loop, servers: plan.handles, topology: plan.topology,
        journal: journal, seed: plan.seed, proxies: proxies?.all ?? [])
    context = RunContext(
      loop: loop, plan: plan, proxies: proxies, journal: journal, nemesis: nemesis)
    nemesis?.deployment = context.deployment
    proxies?.onUnfollowed = { [context] in
      context.isStopping = true
      context.nemesis?.end()
    }
    proxies?.watch?.onShared = { journal.command($1, of: $0) }
    detector = FailureDetector(over: plan.handles, noting: journal, on: loop)
    detector.onLoss = { [context] in
      context.isStopping = true
      context.nemesis?.end()
    }
  }

  /// All phases, under watch. Where one fails since a server was lost, what was recorded up to then
  /// is the result.
  fileprivate func carryOut(
    stop: some StopRequest, progress: @escaping @Sendable (RunProgress) -> Void
  ) async throws(RunFailure) -> RunResult {
    defer {
      proxies?.close()
      marker.close()
    }
    async let watching: Void = detector.keep()
    var result: RunResult
    do throws(RunFailure) {
      result = try await phases(stop: stop, progress: progress)
    } catch {
      var isLost = false
      switch error {
      case .file, .program, .workload: break
      case .phase, .fault: isLost = await detector.hasLost()
      }
      detector.end()
      await watching
      guard isLost else { throw error }
      result = try await brokenOff()
    }
    detector.end()
    await watching
    result.longestStall = detector.longestStall
    return result
  }

  private func phases(
    stop: some StopRequest, progress: @escaping @Sendable (RunProgress) -> Void
  ) async throws(RunFailure) -> RunResult {
    let namespace = Namespace(plan.topology, on: loop)
    do throws(Failure) {
      try await marker.keep()
      try await namespace.create()
    } catch {
      throw .phase("preparing an empty place on the servers", error)
    }
    var result: RunResult
    do throws(RunFailure) {
      result = try await deployed(stop: stop, progress: progress)
    } catch {
      // The first failure is the one to report; what is left behind goes with the second attempt.
      try? await namespace.remove()
      throw error
    }
    // Of a server that is gone nothing has to be removed.
    guard result.lost.isEmpty else { return result }
    do throws(Failure) {
      try await namespace.remove()
    } catch {
      // What was recorded stands: that something is left on a server takes nothing from it.
      result.notRemoved = error
    }
    return result
  }

  /// Brings up what is sold by, and takes it down whatever happens meanwhile.
  private func deployed(
    stop: some StopRequest, progress: @escaping @Sendable (RunProgress) -> Void
  ) async throws(RunFailure) -> RunResult {
    let result: Result<RunResult, RunFailure>
    do throws(RunFailure) {
      try await context.deployment.start()
      try await setStock()
      if plan.probes { try await context.deployment.probe(on: context.warmUpItem) }
      result = .success(
        try await context.deployment.during { () async throws(RunFailure) in
          try await mainPhase(stop: stop, progress: progress)
        })
    } catch {
      result = .failure(error)
    }
    await context.deployment.end()
    var told = try result.get()
    told.program = context.deployment.remarks
    return told
  }

  private func setStock() async throws(RunFailure) {
    // What a fault lets the server forget is what clients were told, never what they sell from.
    let topology =
      plan.demands.postgresSettings["synchronous_commit"] == nil
      ? plan.topology : plan.topology.committingAtOnce()
    try await context.deployment.open(
      context.items + [context.warmUpItem], units: plan.workload.stock, on: topology)
  }

  private func mainPhase(
    stop: some StopRequest, progress: @escaping @Sendable (RunProgress) -> Void
  ) async throws(RunFailure) -> RunResult {
    do throws(FaultFailure) {
      try await context.nemesis?.setUp()
    } catch {
      throw .fault(error)
    }
    async let ticking: Void = tick(stop: stop, progress: progress)
    async let striking = strike()
    let generator = Generator(plan.workload, seed: plan.seed)
    let (loop, context, extent) = (loop, context, plan.workload.extent)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<context.clients {
        group.addTask(executorPreference: loop) {
          await Client(context: context, generator: generator, number: number).run(extent)
        }
      }
    }
    let ended = EventLoop.now()
    proxies?.watch?.isCounting = false
    let connections = context.connections.peak
    context.nemesis?.end()
    let faultFailure = await striking
    context.journal.event("main", from: "run", value: .string("end"))
    let wasStopped = (context.isStopping || context.hasGivenUp) && file.failure == nil
    context.isFinished = true
    context.finishSignal.notifyAll()
    await ticking
    guard detector.lost.isEmpty else { return try await brokenOff() }
    if let unfollowed = proxies?.unfollowed { throw .program("\(unfollowed)") }
    if let faultFailure { throw .fault(faultFailure) }
    try await checkHealed()
    try await resolve()
    let look = try await finalState()
    try await close()
    return RunResult(
      tally: context.journal.tally,
      failures: context.journal.failureKinds,
      remaining: look.remaining, holdings: look.holdings,
      wasStopped: wasStopped,
      connections: !plan.topology.databases.isEmpty && plan.workload.external == nil
        ? connections : nil,
      duration: .nanoseconds(ended - (context.started ?? ended)))
  }

  /// Injects the faults while the clients are at work. A fault that fails ends the run.
  private func strike() async -> FaultFailure? {
    guard let nemesis = context.nemesis else { return nil }
    let failure = await nemesis.strike(from: await context.startTogether())
    if failure != nil { context.isStopping = true }
    return failure
  }

  /// Hands over what was recorded, several times a second, and passes on a request to stop.
  private func tick(
    stop: some StopRequest, progress: @escaping @Sendable (RunProgress) -> Void
  ) async {
    let period: Int64 = 100_000_000
    var looked = EventLoop.now()
    while !context.isFinished {
      if EventLoop.now() - looked > 1_000_000_000 {
        looked = EventLoop.now()
        // On a server that is down nobody can take the run for dead.
        try? await marker.keep(within: .milliseconds(100))
      }
      _ = await context.finishSignal.wait(until: EventLoop.now() + period) { context.isFinished }
      if !context.journal.isEmpty { file.write(context.journal.take()) }
      if stop.isRequested || file.failure != nil {
        context.isStopping = true
        // A server that stands still would hold its clients up until their deadlines.
        context.nemesis?.end()
      }
      if let started = context.started {
        progress(
          RunProgress(
            tally: context.journal.tally, elapsed: .nanoseconds(EventLoop.now() - started)))
      }
    }
  }
}
