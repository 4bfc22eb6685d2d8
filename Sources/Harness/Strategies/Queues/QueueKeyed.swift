// The partition follows from the item's name, as a keyed message's does in Kafka: one consumer sees
// all orders of an item, in the order in which they were appended.

import Drivers
import History

package struct QueueKeyed: StreamQueue {
  package static let card = StrategyCard(
    name: "queue-keyed", family: .queue,
    summary: "XADD to the item's own stream, one consumer: GET, SET; answer by BLPOP",
    needs: .redis, expected: .linearizable, supports: [.severalUnits, .restocks],
    note: "One writer for each item needs no lock, and first come is first served. A buyer who "
      + "stops waiting may still be sold to.")

  package init() {}

  package func partition(of item: Item, in session: Session) -> Int {
    KeySlot.of(item.name) % partitionCount
  }
}
