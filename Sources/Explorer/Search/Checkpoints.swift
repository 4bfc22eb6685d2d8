// When the frontier of an exploration is handed out, so that little is lost where it is killed.

/// How long an exploration goes on between checkpoints: briefly at first, then twice as long each
/// time, so that one that is killed has lost at most about half of its work, and never much.
public struct Checkpoints: Sendable, Hashable {
  /// In s.
  public var first: Double
  public var longest: Double
  private var next: Double?
  private var pause: Double?

  public init(first: Double = 1, longest: Double = 30) {
    self.first = first
    self.longest = longest
  }

  /// Whether one is due at this many seconds from the beginning; if so, the next one is set.
  mutating func takeDue(at seconds: Double) -> Bool {
    guard seconds >= next ?? first else { return false }
    pause = min(longest, 2 * (pause ?? first))
    next = seconds + (pause ?? first)
    return true
  }
}
