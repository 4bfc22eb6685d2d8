// Strategies that guess what became of a command whose reply was lost: it was not executed, it was,
// or once more can't hurt. The session would have said "not known".

import Drivers
import History

/// What a buyer's code makes of a lost reply.
private enum Guess {
  case failed
  case sold
  case soldOut
  case sendAgain
}

extension Strategy {
  fileprivate func take(
    _ units: Int, of item: Item, in session: Session, guessing guess: Guess
  ) async throws(Failure) -> Stock.Reply {
    do throws(Failure) {
      return try await take(units, of: item, in: session)
    } catch {
      guard error.certainty == .indefinite else { throw error }
      switch guess {
      case .failed: throw .definite(error.reason)
      case .sold: return .taken
      case .soldOut: return .soldOut
      case .sendAgain:
        try await session.connect(by: session.deadline)
        return try await take(units, of: item, in: session)
      }
    }
  }
}

struct DecrSentAgain: RedisStock, Mutant {
  static let flaw = Flaw(
    "sent-again", of: RedisDecr.self, "a DECRBY whose reply was lost is sent again",
    shownBy: .lostReplies)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await RedisDecr().take(units, of: item, in: session, guessing: .sendAgain)
  }
}

struct DecrLostCountsAsFailed: RedisStock, Mutant {
  static let flaw = Flaw(
    "lost-is-failed", of: RedisDecr.self, "a lost reply is told as \"nothing happened\"",
    shownBy: .lostReplies)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await RedisDecr().take(units, of: item, in: session, guessing: .failed)
  }
}

struct LuaLostCountsAsSold: RedisStock, Mutant {
  static let flaw = Flaw(
    "lost-is-sold", of: RedisLua.self, "a lost reply is told as sold", shownBy: .cutOff)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await RedisLua().take(units, of: item, in: session, guessing: .sold)
  }
}

struct LuaLostCountsAsSoldOut: RedisStock, Mutant {
  static let flaw = Flaw(
    "lost-is-sold-out", of: RedisLua.self, "a lost reply is told as sold out",
    shownBy: .lostReplies)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await RedisLua().take(units, of: item, in: session, guessing: .soldOut)
  }
}

struct WatchSentAgain: RedisStock, Mutant {
  static let flaw = Flaw(
    "sent-again", of: RedisWatch.self, "an EXEC whose reply was lost is tried again",
    shownBy: .lostReplies)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await RedisWatch().take(units, of: item, in: session, guessing: .sendAgain)
  }
}

struct UpdateSentAgain: PostgresStock, Mutant {
  static let flaw = Flaw(
    "sent-again", of: PgUpdate.self, "an UPDATE whose answer was lost is sent again",
    shownBy: .lostReplies)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await PgUpdate().take(units, of: item, in: session, guessing: .sendAgain)
  }
}

struct ForUpdateLostCountsAsFailed: PostgresStock, Mutant {
  static let flaw = Flaw(
    "lost-is-failed", of: PgForUpdate.self, "a COMMIT whose answer was lost is told as failed",
    shownBy: .lostReplies)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await PgForUpdate().take(units, of: item, in: session, guessing: .failed)
  }
}

struct SerializableSentAgain: PostgresStock, Mutant {
  static let flaw = Flaw(
    "sent-again", of: PgSerializable.self,
    "a transaction whose COMMIT was not answered is tried again", shownBy: .lostReplies)

  func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    try await PgSerializable().take(units, of: item, in: session, guessing: .sendAgain)
  }
}
