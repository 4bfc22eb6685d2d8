// What an exploration does on a database behind the clients' backs. Each kind conforms in its folder.

import Drivers
import Harness

/// A testbed's own connections to one database server.
protocol DatabaseControl: AnyObject, Sendable {
  /// Waits until sessions are gone, and with them their transactions and locks.
  func waitUntilGone(_ sessions: [Int32], on loop: EventLoop) async throws(Failure)

  /// Which of these sessions wait for a lock that another one holds or waits for; `names` are the locks
  /// by name that they are asking for.
  func blocked(
    among sessions: [Int32], asking names: [String]
  ) async throws(Failure) -> Set<Int32>

  /// Keeps what the tables hold, in tables beside them; of a program also how far its numbering has come.
  func keep(isOfProgram: Bool) async throws(Failure)

  /// Brings all of it back in one transaction.
  func restore() async throws(Failure)

  /// What the tables hold as others see them: one fact a row.
  func rows() async throws(Failure) -> [String]

  func close()
}
