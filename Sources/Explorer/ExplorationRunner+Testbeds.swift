// The testbeds of an exploration: opened as there is work for them, and removed in the end.

import Drivers
import Harness

extension ExplorationRunner {
  /// Opens a testbed, lets `body` use it and open more, and removes what they created.
  func withTestbeds(_ body: (inout TaskGroup<Void>) async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      await open(&group)
      if failure == nil { await body(&group) }
      for testbed in testbeds {
        do throws(ExplorationFailure) {
          try await testbed.end()
        } catch {
          fail(error)
        }
      }
      await group.waitForAll()
    }
  }

  /// Opens the next testbed.
  ///
  /// It runs one schedule that is not judged: connections are open after it, and every server knows the
  /// scripts, which it would refuse the first time (NOSCRIPT).
  func open(_ group: inout TaskGroup<Void>) async {
    let testbed = Place(
      exploration.configuration, topology: exploration.places[testbeds.count],
      servers: exploration.servers, keys: keys, on: loop)
    testbeds.append(testbed)
    if let reason = testbed.realTimeReason { found.noteRealTime(reason) }
    do throws(ExplorationFailure) {
      try await testbed.begin()
    } catch {
      fail(error)
    }
    testbed.addTasks(to: &group)
    guard failure == nil else { return }
    do throws(Failure) {
      func runFirst() async throws(Failure) -> Schedule {
        var first = DepthFirstScheduler(.root, Rules(reduces: false, preemptions: nil))
        return try await testbed.run(&first)
      }
      let first = try await runFirst()
      if let reason = first.abortReason, exploration.configuration.strategy == nil {
        return fail(aborted(reason, after: first.transitions.map { "\($0)" }))
      }
      if case .random = exploration.search, undisturbed == nil {
        undisturbed = try await runFirst().transitions.count
      }
    } catch {
      fail(.servers("warming up", error))
    }
  }
}
