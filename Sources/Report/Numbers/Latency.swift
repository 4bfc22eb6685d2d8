// How long operations took, as quantiles over all of them: an HdrHistogram keeps every value to
// three figures, so no outlier is averaged away.

internal import Histogram
public import History

/// Quantiles of a set of latencies, in nanoseconds.
public struct Latency: Sendable, Hashable {
  /// How many latencies were measured.
  public var count: Int
  public var p50: Int64
  public var p95: Int64
  public var p99: Int64
  public var p999: Int64
  /// The greatest of all, exact.
  public var max: Int64

  public init(count: Int, p50: Int64, p95: Int64, p99: Int64, p999: Int64, max: Int64) {
    self.count = count
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.p999 = p999
    self.max = max
  }

  /// Quantiles of these latencies, exact to three figures; nil when there are none.
  public init?(of latencies: some Sequence<Int64>) {
    var count = LatencyCount()
    for latency in latencies { count.add(latency) }
    guard let latency = count.latency else { return nil }
    self = latency
  }
}

/// Latencies counted one by one; what they take doesn't grow with their number.
struct LatencyCount: Sendable {
  private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
  private var greatest: Int64 = 0

  mutating func add(_ latency: Int64) {
    histogram.record(UInt64(clamping: latency))
    greatest = max(greatest, latency)
  }

  /// Quantiles, exact to three figures; nil when there are none.
  var latency: Latency? {
    guard histogram.totalCount > 0 else { return nil }
    func quantile(_ percent: Double) -> Int64 {
      // The histogram answers with the end of a bucket, which may lie past the greatest value.
      min(Int64(clamping: histogram.valueAtPercentile(percent)), greatest)
    }
    return Latency(
      count: Int(histogram.totalCount), p50: quantile(50), p95: quantile(95), p99: quantile(99),
      p999: quantile(99.9), max: greatest)
  }
}

extension Operation {
  /// Nanoseconds from the intended start to the reply; nil without both times.
  ///
  /// Counting from when the schedule meant the call to start keeps a client that waited for a slow
  /// reply from hiding the wait of the calls behind it (coordinated omission); histories without
  /// a schedule count from the call.
  public var latency: Int64? {
    guard let replied = reply?.time, let called = call.time else { return nil }
    let (span, overflow) = replied.subtractingReportingOverflow(min(intended ?? called, called))
    return overflow ? .max : Swift.max(0, span)
  }
}
