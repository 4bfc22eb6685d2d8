// One task of a loop waits until it is handed a value. Cheaper than a signal: there is no other
// waiter, no condition to check again, and no deadline.

/// A place where one task waits for one value.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, like everything that waits there.
public final class Rendezvous<Value: Sendable>: @unchecked Sendable {
  @usableFromInline var waiting: UnsafeContinuation<Value, Never>?
  @usableFromInline var early: Value?

  @inlinable public init() {}

  /// Whether a task waits here.
  @inlinable public var isAwaited: Bool { waiting != nil }

  /// Waits for the value; one that came early is taken at once.
  @inlinable public func take() async -> Value {
    if let value = early {
      early = nil
      return value
    }
    precondition(waiting == nil, "one task waits for a handover")
    return await withUnsafeContinuation { waiting = $0 }
  }

  /// Hands the value over.
  @inlinable public func give(_ value: Value) {
    guard let waiting else {
      early = value
      return
    }
    self.waiting = nil
    waiting.resume(returning: value)
  }
}
