// Servers measure leases by their own clocks, which no schedule moves: a schedule that takes so much real
// time that a lease could end meanwhile is no evidence.

/// The real time of one schedule, in ns of the loop's clock.
struct RealTime {
  private var began: Int64 = 0
  /// When the last transition was taken.
  private(set) var lastStep: Int64 = 0
  /// How long leases were made to stand still.
  private var stoodStill: Int64 = 0
  private var hasLostLease = false

  init(at now: Int64) {
    began = now
    lastStep = now
  }

  /// Whether the schedule has been under way for so many ns.
  func isRunning(for length: Int64, at now: Int64) -> Bool { now - began > length }

  mutating func noteStep(at now: Int64) { lastStep = now }

  mutating func standStill(for passed: Int64) { stoodStill += passed }

  /// A lease has ended by the server's clock.
  mutating func noteLostLease() { hasLostLease = true }

  /// Whether leases may have ended by the server's clock, in a schedule that ends now.
  func isTooLong(at now: Int64, longest: Int64) -> Bool {
    hasLostLease || now - began - stoodStill > longest
  }
}
