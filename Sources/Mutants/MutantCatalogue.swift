// Every mutant, a line each, by the folder of its file. Tests compare this list with the files, and ask
// that every correct strategy has a mutant.

import Harness

/// The mutants that `soldout mutants` hunts.
package enum MutantCatalogue {
  package static let mutants: [any Mutant.Type] =
    redis + locks + postgres + mysql + stores + queues + lostReplies

  package static var names: [String] { mutants.map { $0.flaw.name } }

  package static func mutant(named name: String) -> (any Mutant.Type)? {
    mutants.first { $0.flaw.name == name }
  }

  private static let redis: [any Mutant.Type] = [
    DecrWithoutPutBack.self,
    DecrSellsOneMore.self,
    DecrRefusesTheLast.self,
    DecrTellsLater.self,
    HincrbyWithoutPutBack.self,
    HincrbyAfterCheck.self,
    ClusterLuaWithoutCheck.self,
    ClusterLuaOrdersOnly.self,
    LuaWithoutCheck.self,
    LuaChecksForAny.self,
    LuaRefusesTheLast.self,
    LuaTakesOne.self,
    LuaInTwoScripts.self,
    WatchWithoutWatch.self,
    WatchAfterGet.self,
    WatchTakesNilForDone.self,
    WatchTakesNilForSoldOut.self,
    ZaddOneTicketEach.self,
    ZaddCountsLater.self,
    ZaddStaysInLine.self,
    SetnxWithoutNX.self,
    SetnxInTwoSteps.self,
    GetdelInTwoSteps.self,
    GetdelGivesUpEarly.self,
  ]

  private static let locks: [any Mutant.Type] = [
    RedissonOwnerWithoutThread.self,
    RedissonEntersHeld.self,
    RedissonLeaseInSeconds.self,
    RedissonNeverRenews.self,
    RedissonLeaseEntersHeld.self,
    FairLockLetsAnybodyIn.self,
    FairLockServesTheLast.self,
    TxBeforeLockTakesRefusalForSale.self,
    RedlockOfTwo.self,
    RedlockOfOne.self,
    RedlockClearsAll.self,
    RedlockIgnoresValidity.self,
    RedlockStopsAtMajority.self,
    RedlockOfThree.self,
    RedlockTakesSilenceForGrant.self,
    RedlockOfThoseReached.self,
    OptimisticOwnerWithoutThread.self,
    LockedOptimisticWithoutVersion.self,
    PessimisticOwnerWithoutThread.self,
    LockedSelectWithoutForUpdate.self,
    FencedWriteUnchecked.self,
    FencedWriteBackwards.self,
    FencedTokenFetchedLater.self,
    FencedTokenPutDownTwice.self,
    LockedOptimisticTakesNoneForSold.self,
    LockedOptimisticKeepsVersion.self,
    PessimisticLocksRowLate.self,
    ThrowingOwnerWithoutThread.self,
    ThrowsTooLate.self,
    SimpleLockWithoutNX.self,
    SimpleLockInTwoSteps.self,
    SimpleLockDeletedByAnybody.self,
    SimpleLockDeletedLate.self,
    SimpleLockWithOwnKey.self,
    SpinLockGivesUpInside.self,
    SpinLockReadsOutside.self,
    PubSubLockTakesMessageForGrant.self,
    PubSubLockReleasedEarly.self,
  ]

  private static let postgres: [any Mutant.Type] = [
    NamedLockOfTransaction.self,
    NamedLockTriesOnly.self,
    NamedLockShared.self,
    NamedLockReleasedEarly.self,
    XactLockShared.self,
    XactLockTriesOnly.self,
    XactLockReadsBefore.self,
    OptimisticWithoutVersion.self,
    OptimisticAnyLaterVersion.self,
    OptimisticKeepsVersion.self,
    OptimisticRestockUnversioned.self,
    OptimisticTakesNoneForSold.self,
    OptimisticReadsVersionLate.self,
    UpdateWithoutCheck.self,
    UpdateOffByOne.self,
    UpdateTakesNoneForSold.self,
    UpdateRollsBack.self,
    UpdateTellsLater.self,
    UpdateConfirmedUnwritten.self,
    SelectWithoutForUpdate.self,
    SelectForKeyShare.self,
    SelectSkipsLocked.self,
    SelectWithoutTransaction.self,
    ForUpdateWritesAfterReconnect.self,
    SerializableReadCommitted.self,
    SerializableTakesRefusalForSale.self,
    SerializableKeepsFirstRead.self,
  ]

  private static let mysql: [any Mutant.Type] = [
    MySQLUpdateWithoutCheck.self,
    MySQLUpdateTakesNoneForSold.self,
    MySQLSelectWithoutForUpdate.self,
    MySQLOptimisticWithoutVersion.self,
    MySQLSerializableRepeatableRead.self,
    MySQLNamedLockAnswerIgnored.self,
    MySQLNamedLockReleasedEarly.self,
    MySQLNamedLockReadsBefore.self,
    MySQLRedissonOwnerWithoutThread.self,
    MySQLLockedOptimisticOwner.self,
    MySQLLockedOptimisticNoVersion.self,
  ]

  private static let stores: [any Mutant.Type] = [
    MultiStoreOwnerWithoutThread.self,
    MultiStoreIndexesOutside.self,
    MultiStoreForgetsOrders.self,
    SagaReservesUnchecked.self,
    SagaUndoesTheUnknown.self,
  ]

  private static let queues: [any Mutant.Type] = [
    QueueKeyedByBuyer.self,
    QueueConsumedByTwo.self,
  ]

  private static let lostReplies: [any Mutant.Type] = [
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
