// queue-keyed, wrong in one way each.

import Drivers
import Harness
import History

enum QueueMutants {
  static let all: [any Mutant.Type] = [
    QueueKeyedByBuyer.self,
    QueueConsumedByTwo.self,
  ]
}

struct QueueKeyedByBuyer: StreamQueue, Mutant {
  static let flaw = Flaw(
    "keyed-by-buyer", of: QueueKeyed.self, "the partition depends on the buyer, not the item",
    shownBy: .crowd)

  func partition(of item: Item, in session: Session) -> Int { session.process % partitionCount }
}

struct QueueConsumedByTwo: StreamQueue, Mutant {
  static let flaw = Flaw(
    "two-consumers", of: QueueKeyed.self, "two consumers share a partition", shownBy: .crowd)

  func partition(of item: Item, in session: Session) -> Int {
    KeySlot.of(item.name) % partitionCount / 2 * 2
  }

  func work(_ number: Int, until stop: WorkerStop, in session: Session) async throws(Failure) {
    try await QueueKeyed().work(number / 2 * 2, until: stop, in: session)
  }
}
