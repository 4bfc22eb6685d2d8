// Failed and indeterminate calls, counted by kind: what they failed with, in the
// server's own words, and how many of them no fault of the run explains. It says which share is too
// high; whether that makes a run vacuous is decided elsewhere.

public import History

/// The failures of one run.
public struct FailureCounts: Sendable, Hashable {
  /// Calls that ended alike.
  public struct Kind: Sendable, Hashable {
    /// As the history has it: `OOM`, `40001 serialization_failure`, `timeout`.
    public var error: String
    /// Calls that had no effect.
    public var failed = 0
    /// Calls of which nobody knows whether they had one.
    public var indeterminate = 0
    /// Those of both that were under way while no fault was in force.
    public var unexplained = 0
    /// What was said the first time, in the server's own words.
    public var message: String?
    /// Whether the strategy refuses so by its own rules.
    public var isRefusal = false

    public var count: Int { failed + indeterminate }

    fileprivate init(error: String) { self.error = error }
  }

  /// What is known of a kind beside the history.
  public struct Known: Sendable, Hashable {
    public var error: String
    public var message: String?
    public var isRefusal: Bool

    public init(error: String, message: String?, isRefusal: Bool) {
      self.error = error
      self.message = message
      self.isRefusal = isRefusal
    }
  }

  /// The most frequent first.
  public private(set) var kinds: [Kind] = []
  /// All calls counted, answered ones too.
  public private(set) var calls = 0

  /// Counts the operations called within the main phase (ns on the run's clock); nil: all.
  public init(
    of history: History, mainPhase: Range<Int64>? = nil, known: [Known] = []
  ) {
    let force = FaultForce(of: history.events)
    var count = FailureCount()
    for (position, operation) in history.operations.enumerated()
    where mainPhase.map({ operation.isCalled(within: $0) }) ?? true {
      count.add(operation, until: (operation.reply ?? history.givenUp[position])?.time, force)
    }
    self = count.counts.knowing(known)
  }

  fileprivate init(_ kinds: some Sequence<Kind>, calls: Int) {
    self.kinds = kinds.sorted { ($1.count, $0.error) < ($0.count, $1.error) }
    self.calls = calls
  }

  /// The same, with what is known of the kinds beside the history.
  public func knowing(_ known: [Known]) -> FailureCounts {
    var counts = self
    for kind in known {
      guard let place = kinds.firstIndex(where: { $0.error == kind.error }) else { continue }
      counts.kinds[place].message = kind.message
      counts.kinds[place].isRefusal = kind.isRefusal
    }
    return counts
  }

  /// Calls that failed or are indeterminate, that the strategy did not refuse, and that no fault
  /// explains.
  public var unexplained: Int {
    kinds.reduce(0) { $0 + ($1.isRefusal ? 0 : $1.unexplained) }
  }

  /// Calls that nobody was served by: failed, indeterminate or refused, whatever explains it.
  public var unserved: Int { kinds.reduce(0) { $0 + $1.count } }

  /// Why the failures leave a run without meaning, given the share of calls that may fail
  /// unexplained; nil if it has one.
  public func vacuity(above share: Double) -> String? {
    guard calls > 0 else { return nil }
    if Double(unexplained) > share * Double(calls) {
      let worst = kinds.first { !$0.isRefusal && $0.unexplained > 0 }
      return "\(Units.count(unexplained)) of \(Units.counted(calls, "call")) failed "
        + "(\(Units.share(unexplained, of: calls))), more than the \(Units.percent(share)) that may"
        + (worst.map { ": \($0.sentence)" } ?? "")
    }
    if Double(unserved) > Self.mostUnserved * Double(calls) {
      return "\(Units.count(unserved)) of \(Units.counted(calls, "call")) were not served "
        + "(\(Units.share(unserved, of: calls)))" + (kinds.first.map { ": \($0.sentence)" } ?? "")
    }
    return nil
  }

  /// Calls that failed for no reason that is known to be good, where they are more than one in a
  /// hundred: `12 of 400 calls failed (3 %): OOM, …`.
  var remark: String? {
    guard unexplained * 100 >= calls, unexplained > 0 else { return nil }
    let worst = kinds.first { !$0.isRefusal && $0.unexplained > 0 }
    return "\(Units.count(unexplained)) of \(Units.counted(calls, "call")) failed "
      + "(\(Units.share(unexplained, of: calls)))" + (worst.map { ": \($0.sentence)" } ?? "")
  }

  /// Refusals are no failures, but with fewer than one call in ten served there is little to judge.
  static let mostUnserved = 0.9

  /// Errors that tell of how a server is set up, which no fault changes: over its memory, no right,
  /// wrong SQL, another type or another node's key.
  fileprivate static func isOfTheSetting(_ error: String) -> Bool {
    ["OOM", "NOAUTH", "NOPERM", "WRONGPASS", "WRONGTYPE", "CROSSSLOT", "22", "28", "42"]
      .contains { error.hasPrefix($0) }
  }
}

/// Failures counted operation by operation, in any order.
struct FailureCount: Sendable {
  private var kinds: [String: FailureCounts.Kind] = [:]
  private var calls = 0

  /// Counts an operation that is over, or was given up, at a time (ns); nil: it is not known when.
  mutating func add(_ operation: Operation, until end: Int64?, _ force: FaultForce) {
    calls += 1
    guard operation.outcome != .ok else { return }
    let error = operation.error ?? "no reason recorded"
    var kind = kinds[error] ?? FailureCounts.Kind(error: error)
    if operation.outcome == .fail { kind.failed += 1 } else { kind.indeterminate += 1 }
    if FailureCounts.isOfTheSetting(error) || !force.covers(operation.call.time, end) {
      kind.unexplained += 1
    }
    kinds[error] = kind
  }

  var counts: FailureCounts { FailureCounts(kinds.values, calls: calls) }
}

extension FailureCounts.Kind {
  /// The kind with an example, without a full stop: `OOM, "command not allowed …"`.
  var sentence: String {
    guard var message else { return error }
    // Both begin with the code.
    let code = error.prefix { $0 != " " }
    if message.hasPrefix("\(code) ") { message = String(message.dropFirst(code.count + 1)) }
    while message.hasSuffix(".") { message.removeLast() }
    return "\(error), \u{201C}\(message)\u{201D}"
  }
}

extension FailureCounts {
  /// Kinds told one by one; the rest is counted.
  private static let most = 6

  /// A line for each kind.
  func lines(width: Int) -> [Line] {
    var lines: [Line] = []
    for (place, kind) in kinds.prefix(Self.most).enumerated() {
      let lead = Span((place == 0 ? "Failed" : "").padded(to: 12), .faint)
      var text = "\(Units.count(kind.count))× \(kind.sentence)"
      var remarks: [String] = []
      if kind.isRefusal { remarks.append("refused by the strategy") }
      if kind.indeterminate > 0 {
        remarks.append("\(Units.count(kind.indeterminate)) indeterminate")
      }
      let explained = kind.count - kind.unexplained
      if explained > 0 { remarks.append("\(Units.count(explained)) while a fault was in force") }
      if !remarks.isEmpty { text += " (\(remarks.joined(separator: ", ")))" }
      lines += Paragraph(text.printable, lead: lead).lines(width: width)
    }
    let rest = kinds.dropFirst(Self.most)
    if !rest.isEmpty {
      lines += Paragraph(
        "\(Units.count(rest.reduce(0) { $0 + $1.count }))× of \(rest.count) more kinds",
        lead: Span("".padded(to: 12), .faint)
      ).lines(width: width)
    }
    return lines
  }
}
