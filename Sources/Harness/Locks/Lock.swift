// What the lock strategies share: a lock granted and released by name, and the hold between.
// A lock never judges itself: it notes what it did as events, and the checker says whether two clients
// held it at once.

package import Drivers
import History

/// A lock that the clients of a run share.
package protocol Lock: Sendable {
  /// Whether a refused client waits by its own clock and tries again, instead of in a queue on the server.
  var waits: Bool { get }

  /// Acquires the lock of an item, or gives up.
  ///
  /// Nothing a lock does changes any stock, so all its failures are definite for the call.
  func acquire(_ item: Item, in session: Session) async throws(Failure) -> LockGrant

  /// Keeps the lock while it is held, such as by renewing its lease; returns soon after the hold
  /// has ended. Runs beside the critical section.
  func keep(_ hold: LockGrant, in session: Session) async

  /// Releases the lock if it is still held. Never fails: a sale that is done stays done.
  func release(_ hold: LockGrant, in session: Session) async
}

extension Lock {
  package var waits: Bool { true }

  package func keep(_ hold: LockGrant, in session: Session) async {}
}

/// A granted lock.
///
/// `@unchecked Sendable`: the critical section and the task that renews the lease run on one loop,
/// never at once.
package final class LockGrant: @unchecked Sendable {
  package let item: Item
  /// What the lock knows its owner by; nobody else uses it.
  package let owner: String
  /// The number that orders this grant among all of the lock's, where the lock gives one.
  package let fence: Int?
  /// Set when the critical section is over.
  private(set) var isOver = false
  private let over: Signal

  package init(item: Item, owner: String, fence: Int? = nil, on loop: EventLoop) {
    self.item = item
    self.owner = owner
    self.fence = fence
    over = Signal(on: loop)
  }

  /// Waits until the critical section is over or a moment has come; true if it is over.
  package func isOver(by moment: Int64, in session: Session) async -> Bool {
    if session.time == nil {
      _ = await over.wait(until: moment) { isOver }
    } else {
      await session.wait(until: moment, wake: over.notifyAll) { (timer) async in
        _ = await over.wait { isOver || timer.hasFired }
      }
    }
    return isOver
  }

  package func end() {
    isOver = true
    over.notifyAll()
  }
}

/// How long a lock is waited for, and how long it lasts.
package struct LockTimeouts: Sendable, Hashable {
  /// Longest wait for the grant, in ns.
  package var wait: Int64
  /// The lease, in ms.
  package var lease: Int

  package init(wait: Int64 = 2_000_000_000, lease: Int = 3000) {
    self.wait = wait
    self.lease = lease
  }
}

extension Failure {
  /// A lock was not granted in time; nothing was done.
  package static let notGranted = Failure.gaveUp("lock not granted")
}

extension RedisCaption {
  /// Of a script that takes a lock: nil, or a token, grants it; a number says how long it is
  /// another's.
  static let lock = RedisCaption(
    "lock", null: "granted", number: "held # ms more", element: "granted, token #")
  /// Of a script that releases one.
  static let unlock = RedisCaption("unlock", null: "not ours")
}

extension CommandEffect {
  /// Of commands that touch a lock and no stock: losing their reply loses no sale.
  package static var onLockOnly: CommandEffect { .read }
}

extension Session {
  /// The lease in ms: a lock's own, unless a fault wants another.
  package func leaseLength(_ own: Int) -> Int { locks.lease?.length.inMilliseconds ?? own }

  /// How long a lock is waited for in ns: as the lock has it, unless the workload says.
  func lockWait(_ own: Int64) -> Int64 { locks.wait ?? own }

  /// Whether watchdogs renew.
  var renewsLeases: Bool { locks.lease?.isRenewed ?? true }

  /// Calls `body` while an item's lock is held: acquire, act, release, whatever happens between.
  package func holding<Reply: Sendable>(
    _ lock: some Lock, of item: Item, _ body: (LockGrant) async throws(Failure) -> Reply
  ) async throws(Failure) -> Reply {
    let hold: LockGrant
    connectionUse.beginWaiting()
    do throws(Failure) {
      hold = try await lock.acquire(item, in: self)
      connectionUse.endWaiting()
    } catch {
      connectionUse.endWaiting()
      connectionUse.releaseLocks()
      await unsubscribe()
      throw error
    }
    locks.isHeld = true
    async let keeping: Void = lock.keep(hold, in: self)
    let result: Result<Reply, Failure>
    do throws(Failure) {
      result = .success(try await body(hold))
    } catch {
      // The transaction ends before the lock does, as far as that is in the client's hands.
      await settle()
      result = .failure(error)
    }
    locks.isHeld = false
    hold.end()
    await keeping
    // A call that has used up its time still gives the lock back.
    call.extend(to: now + 1_000_000_000)
    await lock.release(hold, in: self)
    connectionUse.releaseLocks()
    await unsubscribe()
    return try result.get()
  }
}
