// What locks do, as events of the history: granted, renewed, released, lost.
// The times are such that a hold is never noted longer than it certainly was: it begins when the
// grant was answered and ends when the release is about to be sent; a lease counts from the moment
// it was asked for.

import Drivers
import History

/// One client's way to a lock, in ns of its session's clock.
package struct LockWait {
  /// When it began to ask.
  package let called: Int64
  /// The same, and when it was first refused and so knew that it waits, as the record has them.
  fileprivate let noted: Int64
  fileprivate private(set) var refused: Int64?

  /// Its client begins to ask.
  package init(in session: Session) {
    called = session.now
    noted = session.stamp
  }

  package mutating func noteRefused(in session: Session) {
    if refused == nil { refused = session.stamp }
  }
}

/// What a lock did, for a scheduler of its clients.
package struct LockNote: Sendable, Hashable {
  /// `granted`, `renewed`, `released` or `lost`.
  package let what: String
  package let process: Int
  /// The item's name.
  package let item: String
  /// Stamps of the session's clock in ns by name, and the lease in ms, as events of `lock` have them.
  package var values: [String: Int64]
}

/// Hears what the locks of scheduled processes do, as it is done.
///
/// Confined to the loop's thread.
package protocol LockWitness: AnyObject {
  func note(_ note: LockNote)
}

extension Session {
  /// Notes that a lock was granted.
  ///
  /// The granting command was sent at `asked`, before which its lease can't have begun; the lease is
  /// in ms, nil if the lock doesn't run out.
  package func noteGranted(_ hold: LockGrant, after waiting: LockWait, asked: Int64, lease: Int?) {
    note(
      "granted", hold,
      [
        ("called", waiting.noted - origin), ("queued", waiting.refused.map { $0 - origin }),
        ("asked", asked - origin), ("lease", lease.map(Int64.init)),
      ])
  }

  /// Notes that a lease was renewed by a command sent at `asked`.
  func noteRenewed(_ hold: LockGrant, asked: Int64, lease: Int) {
    note("renewed", hold, [("asked", asked - origin), ("lease", Int64(lease))])
  }

  /// Notes that the release is about to be sent.
  package func noteReleased(_ hold: LockGrant) { note("released", hold, []) }

  /// Notes that the lock was gone when it was to be renewed or released.
  func noteLost(_ hold: LockGrant) { note("lost", hold, []) }

  private func note(_ what: String, _ hold: LockGrant, _ times: [(String, Int64?)]) {
    locks.witness?.note(
      LockNote(
        what: what, process: process, item: hold.item.name,
        values: times.reduce(into: [:]) { values, time in values[time.0] = time.1 }))
    guard let journal = locks.journal else { return }
    let fields: [(String, Int?)] =
      [("process", process)] + times.map { ($0, $1.map { Int($0) }) } + [("fence", hold.fence)]
    let entries = fields.compactMap { name, number in
      number.map { Value.Entry(.string(name), .int($0)) }
    }
    journal.event(what, from: "lock", key: hold.item.name, value: .map(entries))
  }

  private var origin: Int64 { locks.journal?.origin ?? 0 }
}
