// What locks do, as events of the history: granted, renewed, released, lost.
// The times are such that a hold is never noted longer than it certainly was: it begins when the
// grant was answered and ends when the release is about to be sent; a lease counts from the moment
// it was asked for.

import Drivers
import History

/// One client's way to a lock, in ns of its session's clock.
struct Line {
  /// When it began to ask.
  let called: Int64
  /// When it was first refused, and so knew that it waits.
  private(set) var refused: Int64?

  /// Its client begins to ask.
  init(in session: Session) {
    called = session.now
  }

  mutating func noteRefused(in session: Session) {
    if refused == nil { refused = session.now }
  }
}

extension Session {
  /// Notes that a lock was granted.
  ///
  /// The granting command was sent at `asked`, before which its lease can't have begun; the lease is
  /// in ms, nil if the lock doesn't run out.
  func noteGranted(_ hold: Hold, after line: Line, asked: Int64, lease: Int?) {
    note(
      "granted", hold,
      [
        ("called", line.called - origin), ("queued", line.refused.map { $0 - origin }),
        ("asked", asked - origin), ("lease", lease.map(Int64.init)),
      ])
  }

  /// Notes that a lease was renewed by a command sent at `asked`.
  func noteRenewed(_ hold: Hold, asked: Int64, lease: Int) {
    note("renewed", hold, [("asked", asked - origin), ("lease", Int64(lease))])
  }

  /// Notes that the release is about to be sent.
  func noteReleased(_ hold: Hold) { note("released", hold, []) }

  /// Notes that the lock was gone when it was to be renewed or released.
  func noteLost(_ hold: Hold) { note("lost", hold, []) }

  private func note(_ what: String, _ hold: Hold, _ times: [(String, Int64?)]) {
    guard let journal else { return }
    var value = "{\"process\":\(process)"
    for case (let name, let time?) in times { value += ",\"\(name)\":\(time)" }
    if let fence = hold.fence { value += ",\"fence\":\(fence)" }
    journal.event(what, from: "lock", key: hold.item.name, value: value + "}")
  }

  private var origin: Int64 { journal?.origin ?? 0 }
}
