// A workload that is explored instead of run: what its clients call, and how much may go wrong.
// Values only; trying the schedules is the Explorer's work.

public import Drivers

extension Workload {
  /// What is explored of each strategy.
  public struct Exploration: Sendable, Hashable {
    /// The calls of each client, in order.
    public var calls: [[ShopCall]] = [[.take(1)], [.take(1)]]
    /// Units at the start; nil: as many as are taken.
    public var stock: Int?
    public var faultBudget = FaultBudget()
    /// What Redis keeps when it is killed.
    public var persistence = RedisOptions.Persistence.none
    /// At most this many preemptions; nil: any number.
    public var preemptions: Int?

    public init() {}

    /// The smallest question worth asking of what sells so: two clients who take one unit each; where buyers
    /// or orders have names, the same one twice at once, and another for the last unit.
    public init(of datatype: Datatype) {
      guard !datatype.isStock else { return }
      calls = [[datatype.taking(1)], [datatype.taking(1), datatype.taking(2)]]
      stock = 1
    }

    /// What a killed Redis keeps, by its word: nothing, or everything.
    ///
    /// Under everysec and no Redis replies before it writes while its disk syncs (redis.conf,
    /// no-appendfsync-on-rewrite; "Asynchronous AOF fsync is taking too long"): what it keeps then is
    /// the disk's to say, and no schedule could be repeated.
    public static func persistence(_ word: String) -> RedisOptions.Persistence? {
      ["none", "always"].contains(word) ? RedisOptions.Persistence(word: word) : nil
    }

    /// What to say of any other word.
    public static func persistenceRefusal(_ word: String) -> String {
      let why =
        RedisOptions.Persistence(word: word) == nil
        ? "" : ": what \(word) keeps is up to when the disk last synced, which no schedule repeats"
      return "is none or always, not \(word)\(why)"
    }
  }
}
