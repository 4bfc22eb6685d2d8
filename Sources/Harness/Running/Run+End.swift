// How a run ends: the servers answer again, indeterminate calls are settled where they can be, a fresh process
// reads, the stores are looked at, and the history is complete.

import Drivers
import History

extension Run {
  /// Settles what can be settled of the indeterminate calls.
  func resolve() async throws(RunFailure) {
    guard context.isResolving else { return }
    let hazards = plan.workload.faults.reduce(into: Hazards()) { $0.formUnion($1.make().hazards) }
    let resolver = Resolver(
      context: context, topology: plan.topology, datatype: plan.workload.datatype,
      hazards: hazards)
    do throws(Failure) {
      try await resolver.settle()
    } catch {
      throw .phase("settling indeterminate calls", error)
    }
  }

  /// Makes sure that every server answers before anything is read.
  func checkHealed() async throws(RunFailure) {
    guard context.nemesis != nil else { return }
    do throws(Failure) {
      let detector = detector
      try await Healing(of: context.topology, on: loop) { !detector.lost.isEmpty }.awaitAnswers()
    } catch {
      throw .phase("healing the servers after the faults", error)
    }
  }

  /// Final reads of an item that are tried: of a stock that a server has forgotten a program may never
  /// have an answer.
  private static let mostFinalReads = 100

  /// Final reads by a fresh process, recorded as calls; then the truth from the store.
  func finalState() async throws(RunFailure) -> FinalState {
    context.isStopping = false
    var process = Process(context, number: context.freshProcess())
    defer { process.client.close() }
    let end = EventLoop.now() + 30_000_000_000
    for item in context.items.indices {
      let read = PlannedCall(item: item, call: .read)
      var isAnswered = false
      var asked = 0
      while !isAnswered, asked < Self.mostFinalReads, process.client.canRead, detector.lost.isEmpty,
        EventLoop.now() < end, await process.connect(until: end)
      {
        if asked > 0 { await loop.sleep(for: .milliseconds(20)) }
        asked += 1
        let before = context.journal.tally.ok
        if await !process.perform(read) { process = process.successor() }
        isAnswered = context.journal.tally.ok > before
      }
    }
    return try await context.deployment.finalState(of: context.items) ?? FinalState()
  }

  /// Completes the history of a run that has lost a server. Nobody looks at the stores.
  func brokenOff() async throws(RunFailure) -> RunResult {
    // It heals what can be healed; with a server missing that may be nothing.
    try? await context.nemesis?.tearDown()
    file.write(context.journal.take())
    do throws(FileFailure) {
      try file.finish()
    } catch {
      throw .file(error)
    }
    let now = EventLoop.now()
    return RunResult(
      tally: context.journal.tally, failures: context.journal.failureKinds, remaining: [],
      holdings: [], wasStopped: false,
      duration: .nanoseconds(now - (context.started ?? now)), lost: detector.lost)
  }

  /// Releases what the faults hold, and completes the history.
  func close() async throws(RunFailure) {
    do throws(FaultFailure) {
      try await context.nemesis?.tearDown()
    } catch {
      throw .fault(error)
    }
    file.write(context.journal.take())
    do throws(FileFailure) {
      try file.finish()
    } catch {
      throw .file(error)
    }
  }
}
