// Work off the measured path: formatting and writing the history happens here, in order, so that no
// client waits for it.

internal import Dispatch

/// Runs closures one after the other, in the order they were submitted, on a thread that is not the
/// submitter's.
public final class SerialWorker: Sendable {
  private let queue: DispatchQueue

  /// `name` shows up in debuggers.
  public init(name: String) {
    queue = DispatchQueue(label: name)
  }

  /// Returns at once; `work` runs after all that was submitted before it.
  public func submit(_ work: @escaping @Sendable () -> Void) {
    queue.async(execute: work)
  }

  /// Blocks until all that was submitted before has run. Not to be called from submitted work: it
  /// would wait for itself.
  public func drain() {
    dispatchPrecondition(condition: .notOnQueue(queue))
    queue.sync {}
  }
}
