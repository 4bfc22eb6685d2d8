// A reentrant lock: its holder may acquire it again, and must release it as often.

public import History

/// Who holds a reentrant lock, and how often.
public struct Holding: Hashable, Sendable {
  public var owner: Value
  /// Acquired and not released so often; at least 1.
  public var depth: Int

  public init(owner: Value, depth: Int) {
    self.owner = owner
    self.depth = depth
  }
}

/// A reentrant lock with an owner.
public struct OwnerMutexModel: CatalogueModel {
  public typealias Data = Lock

  public static var name: String { "owner-mutex" }
  public static var summary: String { "a reentrant lock with an owner: acquire, release" }
  public static var initialForm: String { "the client that holds it; default nobody" }

  public let initial: Holding?

  public init(heldBy owner: Value?) {
    initial = owner.map { Holding(owner: $0, depth: 1) }
  }

  public init(initial value: Value) throws(InvalidValue) {
    self.init(heldBy: value == .null || value.name == "unlocked" ? nil : value)
  }

  public func step(
    _ holding: Holding?, _ call: Lock.Call, _ reply: Lock.Reply?
  ) -> ModelStep<Holding?> {
    let isOwner = holding?.owner == call.client
    switch (call.action, reply) {
    case (.acquire, .refused):
      return holding == nil || isOwner ? .refused : .next(holding)
    case (.acquire, _):
      guard var holding else { return .next(Holding(owner: call.client, depth: 1)) }
      guard isOwner else { return .refused }
      holding.depth += 1
      return .next(holding)
    case (.release, .refused):
      return isOwner ? .refused : .next(holding)
    case (.release, _):
      guard var holding, isOwner else { return .refused }
      holding.depth -= 1
      return .next(holding.depth == 0 ? nil : holding)
    }
  }

  public func isPureRead(_: Lock.Call, _ reply: Lock.Reply?) -> Bool {
    reply == .refused
  }

  public func refusal(_ holding: Holding?, _ call: Lock.Call, _ reply: Lock.Reply) -> String {
    let holder = holding.map { "\($0.owner) held it" } ?? "nobody held it"
    return switch (call.action, reply) {
    case (.acquire, .refused): "\(call.client) was refused the lock, but \(holder)"
    case (.acquire, _): "\(call.client) acquired the lock, but \(holder)"
    case (.release, .refused): "\(call.client) was refused the release, but \(holder)"
    case (.release, _): "\(call.client) released the lock, but \(holder)"
    }
  }

  public func demand(of call: Lock.Call, _ reply: Lock.Reply) -> String {
    switch (call.action, reply) {
    case (.acquire, .refused): "another than \(call.client) holding the lock"
    case (.acquire, _): "nobody but \(call.client) holding the lock"
    case (.release, .refused): "\(call.client) not holding the lock"
    case (.release, _): "\(call.client) holding the lock"
    }
  }

  public func words(for holding: Holding?) -> String {
    guard let holding else { return "nobody holding it" }
    let depth = holding.depth > 1 ? " \(holding.depth) times" : ""
    return "\(holding.owner) holding it\(depth)"
  }
}
