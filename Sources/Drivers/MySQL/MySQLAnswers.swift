// How much of an answer has come, and until when. libmariadb reads until an answer is whole, however much
// that is and however long it takes, and keeps all of it; so each of its reads is watched, and a
// session whose server never ends an answer is cut off at its socket.

import CMariaDB
import Glibc
import Synchronization

/// Bounds for what a session reads, by libmariadb's own handle of it.
enum MySQLAnswers {
  /// Of one answer. A row takes up to twelve times its bytes in libmariadb's memory.
  static let most = 16 << 20

  private struct Answer {
    var seen = 0
    /// In ns of `EventLoop.now()`.
    var end: Int64
    var excess: String?
  }

  /// Those that answers are awaited for.
  private static let awaited = Mutex<[UInt: Answer]>([:])

  /// Has libmariadb tell of every read; to be called once, before there is a session.
  static func watch() {
    mariadb_watch { isWrite, session, _, count in
      guard isWrite == 0, let session, count > 0, count <= Int.max else { return }
      MySQLAnswers.note(count, session)
    }
  }

  /// A new answer is awaited, by `end` at the latest.
  static func await(_ session: UnsafeMutablePointer<MYSQL>, by end: Int64 = .max) {
    awaited.withLock { $0[UInt(bitPattern: session)] = Answer(end: end) }
  }

  /// None is any more: to be called before the session is closed.
  static func forget(_ session: UnsafeMutablePointer<MYSQL>) {
    awaited.withLock { _ = $0.removeValue(forKey: UInt(bitPattern: session)) }
  }

  /// Why a session was cut off; nil: it was not.
  static func excess(of session: UnsafeMutablePointer<MYSQL>) -> String? {
    awaited.withLock { $0[UInt(bitPattern: session)]?.excess }
  }

  private static func note(_ count: Int, _ session: UnsafeMutablePointer<MYSQL>) {
    let isExcessive = awaited.withLock { awaited in
      guard var answer = awaited.removeValue(forKey: UInt(bitPattern: session)) else {
        return false
      }
      answer.seen += count
      if answer.seen > most {
        answer.excess = "an answer of more than \(most >> 20) MiB"
      } else if answer.end < .max, EventLoop.now() > answer.end {
        answer.excess = "no whole answer in the time given"
      }
      awaited[UInt(bitPattern: session)] = answer
      return answer.excess != nil
    }
    guard isExcessive else { return }
    shutdown(MySQLConnection.descriptor(of: session), Int32(SHUT_RDWR))
  }
}
