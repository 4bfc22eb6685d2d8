// Locks: who may acquire and release when. Three models of growing strictness.

public import History

/// Knossos' mutex: anyone may release what anyone acquired.
public struct MutexModel: CatalogueModel {
  public typealias Data = Lock

  public static var name: String { "mutex" }
  public static var summary: String { "a lock without owner: acquire, release" }
  public static var initialForm: String { "\"locked\" or \"unlocked\"; default unlocked" }

  /// Whether it is held.
  public let initial: Bool

  public init(isHeld: Bool) {
    initial = isHeld
  }

  public init(initial value: Value) throws(InvalidValue) {
    switch value.name ?? value.description {
    case "null", "unlocked", "false": initial = false
    case "locked", "true": initial = true
    default: throw InvalidValue("mutex starts \"locked\" or \"unlocked\", not \(value.told)")
    }
  }

  public func step(
    _ isHeld: Bool, _ call: Lock.Call, _ reply: Lock.Reply?
  ) -> ModelStep<Bool> {
    switch (call.action, reply) {
    case (.acquire, .refused): isHeld ? .next(isHeld) : .refused
    case (.release, .refused): isHeld ? .refused : .next(isHeld)
    case (.acquire, _): isHeld ? .refused : .next(true)
    case (.release, _): isHeld ? .next(false) : .refused
    }
  }

  public func isPureRead(_: Lock.Call, _ reply: Lock.Reply?) -> Bool {
    reply == .refused
  }

  public func refusal(_ isHeld: Bool, _ call: Lock.Call, _ reply: Lock.Reply) -> String {
    switch (call.action, reply) {
    case (.acquire, .refused): "was refused the lock, but nobody held it"
    case (.acquire, _): "acquired the lock, but it was held"
    case (.release, .refused): "was refused the release, but the lock was held"
    case (.release, _): "released the lock, but nobody held it"
    }
  }

  public func demand(of call: Lock.Call, _ reply: Lock.Reply) -> String {
    (call.action == .acquire) == (reply == .refused) ? "the lock held" : "the lock free"
  }

  public func words(for isHeld: Bool) -> String { isHeld ? "the lock held" : "the lock free" }
}
