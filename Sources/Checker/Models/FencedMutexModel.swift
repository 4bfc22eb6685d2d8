// A lock that hands out fencing tokens: each acquisition gets a higher one than all before, so that
// a store can refuse a holder whose time is over (Kleppmann, *How to do distributed locking*).

public import History

/// Who holds a fenced lock, and the last token.
public struct Fencing: Hashable, Sendable {
  public var owner: Value?
  public var token: Int

  public init(owner: Value?, token: Int) {
    self.owner = owner
    self.token = token
  }
}

/// A lock with an owner and rising tokens; it is not reentrant.
public struct FencedMutexModel: CatalogueModel {
  public typealias Data = Lock

  public static var name: String { "fenced-mutex" }
  public static var summary: String { "a lock with fencing tokens: acquire, release" }
  public static var initialForm: String { "the last token handed out; default 0" }

  public let initial: Fencing

  /// - Parameter token: the last token handed out.
  public init(token: Int) {
    initial = Fencing(owner: nil, token: token)
  }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(token: try Self.count(value, absent: 0))
  }

  public func step(
    _ fencing: Fencing, _ call: Lock.Call, _ reply: Lock.Reply?
  ) -> ModelStep<Fencing> {
    let isOwner = fencing.owner == call.client
    switch (call.action, reply) {
    case (.acquire, .refused):
      return fencing.owner == nil ? .refused : .next(fencing)
    case (.acquire, .token(let token)):
      guard fencing.owner == nil, token > fencing.token else { return .refused }
      return .next(Fencing(owner: call.client, token: token))
    case (.acquire, _):
      // The token is not known; the lowest it can be leaves the most room for those to come.
      guard fencing.owner == nil, fencing.token < .max else { return .refused }
      return .next(Fencing(owner: call.client, token: fencing.token + 1))
    case (.release, .refused):
      return isOwner ? .refused : .next(fencing)
    case (.release, _):
      return isOwner ? .next(Fencing(owner: nil, token: fencing.token)) : .refused
    }
  }

  public func isPureRead(_: Lock.Call, _ reply: Lock.Reply?) -> Bool {
    reply == .refused
  }

  public func refusal(_ fencing: Fencing, _ call: Lock.Call, _ reply: Lock.Reply) -> String {
    let holder = fencing.owner.map { "\($0) held it" } ?? "nobody held it"
    switch (call.action, reply) {
    case (.acquire, .refused): return "\(call.client) was refused the lock, but \(holder)"
    case (.acquire, .token(let token)) where fencing.owner == nil:
      return "\(call.client) got token \(token), but \(fencing.token) was handed out before"
    case (.acquire, _): return "\(call.client) acquired the lock, but \(holder)"
    case (.release, .refused): return "\(call.client) was refused the release, but \(holder)"
    case (.release, _): return "\(call.client) released the lock, but \(holder)"
    }
  }

  public func demand(of call: Lock.Call, _ reply: Lock.Reply) -> String {
    switch (call.action, reply) {
    case (.acquire, .refused): "somebody holding the lock"
    case (.acquire, .token(let token)): "nobody holding the lock, and all tokens below \(token)"
    case (.acquire, _): "nobody holding the lock"
    case (.release, .refused): "\(call.client) not holding the lock"
    case (.release, _): "\(call.client) holding the lock"
    }
  }

  public func words(for fencing: Fencing) -> String {
    (fencing.owner.map { "\($0) holding it" } ?? "nobody holding it")
      + " and \(fencing.token) the last token"
  }
}
