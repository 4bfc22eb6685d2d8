// Strategies that guess what became of a command whose reply was lost: it was not executed, it was,
// or once more can't hurt. The session would have said "not known".

import Drivers
import Harness
import History

enum LostReplyMutants {
  static let all: [any Mutant.Type] = [
    DecrSentAgain.self,
    DecrLostCountsAsFailed.self,
    LuaLostCountsAsSold.self,
    LuaLostCountsAsSoldOut.self,
    WatchSentAgain.self,
    UpdateSentAgain.self,
    ForUpdateLostCountsAsFailed.self,
    SerializableSentAgain.self,
  ]
}

/// What a buyer's code makes of a lost reply.
enum Guess {
  case failed
  case sold
  case soldOut
  case sendAgain
}

/// A strategy whose takes guess what became of a command that was not answered.
protocol GuessingStrategy: AlteredStrategy {
  var guess: Guess { get }
}

extension GuessingStrategy {
  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    do throws(Failure) {
      return try await altered.take(units, of: item, in: session)
    } catch {
      guard error.certainty == .indefinite else { throw error }
      switch guess {
      case .failed: throw .definite(error.reason)
      case .sold: return .taken
      case .soldOut: return .soldOut
      case .sendAgain:
        try await session.connect(by: session.deadline)
        return try await altered.take(units, of: item, in: session)
      }
    }
  }
}

struct DecrSentAgain: GuessingStrategy {
  static let flaw = Flaw(
    "sent-again", of: RedisDecr.self, "a DECRBY whose reply was lost is sent again",
    shownBy: .lostReplies)
  let altered = RedisDecr()
  let guess = Guess.sendAgain
}

struct DecrLostCountsAsFailed: GuessingStrategy {
  static let flaw = Flaw(
    "lost-is-failed", of: RedisDecr.self, "a lost reply is reported as \"nothing happened\"",
    shownBy: .lostReplies)
  let altered = RedisDecr()
  let guess = Guess.failed
}

struct LuaLostCountsAsSold: GuessingStrategy {
  static let flaw = Flaw(
    "lost-is-sold", of: RedisLua.self, "a lost reply is reported as sold", shownBy: .cutOff)
  let altered = RedisLua()
  let guess = Guess.sold
}

struct LuaLostCountsAsSoldOut: GuessingStrategy {
  static let flaw = Flaw(
    "lost-is-sold-out", of: RedisLua.self, "a lost reply is reported as sold out",
    shownBy: .lostReplies)
  let altered = RedisLua()
  let guess = Guess.soldOut
}

struct WatchSentAgain: GuessingStrategy {
  static let flaw = Flaw(
    "sent-again", of: RedisWatch.self, "an EXEC whose reply was lost is tried again",
    shownBy: .lostReplies)
  let altered = RedisWatch()
  let guess = Guess.sendAgain
}

struct UpdateSentAgain: GuessingStrategy {
  static let flaw = Flaw(
    "sent-again", of: PgUpdate.self, "an UPDATE whose answer was lost is sent again",
    shownBy: .lostReplies)
  let altered = PgUpdate()
  let guess = Guess.sendAgain
}

struct ForUpdateLostCountsAsFailed: GuessingStrategy {
  static let flaw = Flaw(
    "lost-is-failed", of: PgForUpdate.self, "a COMMIT whose answer was lost is reported as failed",
    shownBy: .lostReplies)
  let altered = PgForUpdate()
  let guess = Guess.failed
}

struct SerializableSentAgain: GuessingStrategy {
  static let flaw = Flaw(
    "sent-again", of: PgSerializable.self,
    "a transaction whose COMMIT was not answered is tried again", shownBy: .lostReplies)
  let altered = PgSerializable()
  let guess = Guess.sendAgain
}
