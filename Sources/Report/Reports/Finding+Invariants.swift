// The checker's invariants as findings of a report. An overlap of locks is reported, but breaks no
// stock.

public import Checker

extension Finding {
  /// A broken invariant of the stock.
  public init(_ finding: StockFinding) {
    self.init(
      title: finding.invariant, sentence: finding.sentence, operations: finding.operations)
  }

  /// A broken invariant of the accounts.
  public init(_ finding: AccountFinding) {
    self.init(
      title: finding.invariant, sentence: finding.sentence, operations: finding.operations)
  }

  /// A broken invariant of a campaign's coupons.
  public init(_ finding: CouponFinding) {
    self.init(
      title: finding.invariant, sentence: finding.sentence, operations: finding.operations)
  }

  /// Two holders of one lock at once.
  public init(_ overlap: LockOverlap) {
    self.init(
      title: "lock overlap", sentence: overlap.sentence,
      operations: [overlap.first.operation, overlap.second.operation].compactMap(\.self),
      isViolation: false)
  }

  /// How long orders waited in queues, and whether first come was first served; nil where nobody
  /// ordered. Unfairness breaks no stock.
  public init?(_ queues: QueueLog) {
    let lines = queues.waits.values
    guard let latency = Latency(of: lines.joined().lazy.map { $0.served - $0.called }) else {
      return nil
    }
    let overtakes = lines.map { Overtakes(of: $0) }
    let overtaken = overtakes.reduce(0) { $0 + $1.overtaken }
    let total = overtakes.reduce(0) { $0 + $1.total }
    let order =
      total == 0
      ? "nobody was overtaken"
      : "\(Units.count(overtaken)) of them overtaken, by "
        + "\(Units.counted(total, "later caller")) in all"
    self.init(
      title: "queue waits",
      sentence: "\(Units.counted(latency.count, "order")), \(order); waits: p50 "
        + "\(Units.compactDuration(latency.p50)), p99 \(Units.compactDuration(latency.p99))",
      isViolation: false)
  }

  /// Database connections that clients held at once, of them those of clients waiting for a lock.
  public init(connections held: Int, waiting: Int) {
    self.init(
      title: "connections",
      sentence: "\(Units.counted(held, "database connection")) held at the peak, "
        + "\(waiting == 0 ? "none" : "up to \(Units.count(waiting))") while waiting for a lock",
      isViolation: false)
  }

  /// How old cached reads were; nil where nothing was read. What is wrong with an old read is the
  /// model's to decide.
  public init?(_ reads: [Staleness]) {
    let stale = reads.lazy.map(\.age).filter { $0 > 0 }
    guard let age = Latency(of: stale) else {
      self.init(freshReads: reads.count)
      return
    }
    let quantiles = [("p50", age.p50), ("p95", age.p95), ("p99", age.p99), ("max", age.max)]
      .map { "\($0) \(Units.compactDuration($1))" }.joined(separator: ", ")
    self.init(
      title: "staleness",
      sentence:
        "\(Units.count(age.count)) of \(Units.counted(reads.count, "read")) were stale, by at "
        + "least: \(quantiles)",
      isViolation: false)
  }

  /// None of `count` cached reads was stale; nil if nothing was read.
  public init?(freshReads count: Int) {
    if count == 0 { return nil }
    self.init(
      title: "staleness", sentence: "none of \(Units.counted(count, "read")) was stale",
      isViolation: false)
  }

  /// How long locks were waited for, and whether first come was first served; nil where no lock was
  /// granted. Unfairness breaks no stock.
  public init?(_ locks: LockLog) {
    guard let figures = WaitFigures(locks) else { return nil }
    let order =
      if figures.waited == 0 {
        // PostgreSQL's locks are waited for on the server, out of the client's sight.
        "none of them after a refusal, so overtaking could not show"
      } else if figures.overtakes == 0 {
        "\(Units.count(figures.waited)) of them after a refusal, nobody was overtaken"
      } else {
        "\(Units.count(figures.waited)) of them after a refusal, "
          + "\(Units.count(figures.overtaken)) of these overtaken, by "
          + "\(Units.counted(figures.overtakes, "later caller")) in all"
      }
    self.init(
      title: "lock waits",
      sentence: "\(Units.counted(figures.grants, "grant")), \(order); waits: p50 "
        + "\(Units.compactDuration(figures.wait.p50)), p99 "
        + Units.compactDuration(figures.wait.p99),
      isViolation: false)
  }
}
