// Names that other tools use for functions here. They are only suggested, never assumed: the word
// `put` alone does not say whether it writes or enqueues.

/// Names used elsewhere, and what they may mean here.
public enum Synonyms {
  private static let groups: [(names: [String], meanings: [String])] = [
    (["lock", "enter", "grab", "obtain", "take-lock", "acquire-lock"], ["acquire"]),
    (["unlock", "exit", "leave", "free", "release-lock"], ["release"]),
    (["get", "load", "r", "fetch"], ["read", "get"]),
    (["read"], ["get"]),
    (["put", "set", "store", "w", "insert", "update"], ["write", "put", "enqueue", "add"]),
    (["write"], ["put"]),
    (["compare-and-set", "compare-and-swap", "compareandset", "cas!"], ["cas"]),
    (["push", "offer", "send", "enq", "produce", "publish"], ["enqueue"]),
    (["pop", "poll", "receive", "deq", "consume", "remove"], ["dequeue"]),
    (["inc", "incr", "increment", "incrby", "add-and-get"], ["add", "restock", "charge"]),
    (
      ["dec", "decr", "decrement", "decrby", "buy", "sell", "purchase", "reserve"], ["take", "use"]
    ),
    (["reserve", "book", "hold-unit"], ["hold"]),
    (["redeem", "issue", "take-coupon"], ["claim"]),
    (["purchase", "buy", "checkout", "place-order"], ["order"]),
    (["pay", "commit", "capture"], ["confirm"]),
    (["cancel", "abandon", "rollback"], ["release"]),
    (["read", "get", "peek"], ["look"]),
    (["refill", "return", "replenish", "deposit"], ["restock", "charge"]),
    (["withdraw", "spend", "debit"], ["use", "take"]),
    (["member", "member?", "has", "exists"], ["contains"]),
    (["delete", "del", "discard"], ["remove"]),
    (["transaction", "transact", "tx"], ["txn"]),
  ]

  /// What a function may mean where only some are known; nil where nothing suggests itself.
  public static func meaning(of function: String, among known: [String]) -> String? {
    let name = function.lowercased()
    for group in groups where group.names.contains(name) {
      if let meant = group.meanings.first(where: known.contains) { return meant }
    }
    return nil
  }
}
