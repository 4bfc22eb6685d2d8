// Those who serve calls from beside, such as the consumers of a queue: threads like the clients', but
// without calls of their own, and none of them dies. And reads that wait: one is ready to go when the
// server says that what it waits for is there. Sent earlier it would have been answered at that very
// moment, which is one of the moments at which it can be chosen now; that a read's patience may end
// with nothing leaves nothing behind and is left out.

import Drivers
import Harness

extension StrategyTestbed {
  /// A worker's work, until the testbed ends; one that loses its connection connects again.
  func runWorker(_ number: Int) async {
    let thread = ThreadID.worker(number)
    while !workerStop.isOver {
      // No client's number, nor the observer's.
      let process = ScheduledProcess(
        strategy, number: configuration.observer + 1 + number, on: loop,
        topology: topology, time: self, gate: ThreadGate(self, thread: thread, server: .redis))
      do throws(Failure) {
        try await process.connect()
        try await process.work(number, until: workerStop)
      } catch {
        // Whoever let it fall is done with it: the schedule has failed, or the testbed ends.
        system.dismiss(thread)
        await loop.sleep(for: .milliseconds(1))
      }
      process.close()
    }
  }

  private var workers: [ThreadID] { system.threadIDs.filter(\.isWorker) }

  /// Between schedules: until every worker waits for something to do.
  func awaitWorkers() async {
    // Left over where a schedule failed.
    for worker in workers where system[worker].phase == .atGate {
      system.dismiss(worker)
      admission(of: worker).give(.proceed)
    }
    _ = await progress.wait { workers.allSatisfy { system[$0].phase == .awaitingData } }
  }

  /// Lets the workers end.
  func dismissWorkers() {
    workerStop.end()
    for worker in workers where system[worker].isHeld {
      system.dismiss(worker)
      admission(of: worker).give(.crash)
    }
  }
}
