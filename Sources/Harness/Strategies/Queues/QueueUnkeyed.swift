// Any partition will do, as for messages without a key. Broken on purpose: several consumers sell
// the same item at once, each reading, subtracting and writing what another has changed meanwhile;
// and who orders first may be served last.

import Drivers
import History

struct QueueUnkeyed: StreamQueue {
  static let card = StrategyCard(
    name: "queue-unkeyed", family: .queue,
    summary: "XADD to any stream, a consumer each: GET, SET; answer by BLPOP",
    needs: .redis, expected: .violation, supports: [.severalUnits, .restocks],
    note: "Two consumers read the same number and both write one less. The order of the orders is "
      + "lost as well.")

  func partition(of item: Item, in session: Session) -> Int {
    Int(session.random(upTo: Int64(partitionCount - 1)))
  }
}
