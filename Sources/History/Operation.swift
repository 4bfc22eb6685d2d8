// One call with its reply, and what is known of the time between.
// Nothing here judges: an operation is what a client saw, no more.

/// How a call ended, as far as its client knows (Jepsen's trichotomy).
public enum Outcome: String, Sendable, Hashable, CaseIterable {
  /// It took effect, and the reply says what came of it.
  case ok
  /// It had no effect and never will.
  case fail
  /// Not known: it may take effect at any time after the call, or never.
  case info
}

/// A point of a history: where it stands in the file and when it happened.
///
/// Two stand in every operation, so they are kept small: 30 bytes.
public struct Moment: Sendable, Hashable {
  /// Position in the history's total order of events. Of two events with the same time the call
  /// ranks before the reply, so that equal stamps are concurrent.
  public var rank: Int
  /// The event's index: as written in the file, else counted from 0.
  public var index: Int
  private var nanoseconds: Int64
  private var lineNumber: UInt32
  private var columnNumber: UInt16

  public init(rank: Int, index: Int, line: Int = 0, column: Int = 0, time: Int64? = nil) {
    self.rank = rank
    self.index = index
    nanoseconds = time ?? Self.timeless
    lineNumber = UInt32(clamping: line)
    columnNumber = UInt16(clamping: column)
  }

  /// Line of the input, counted from 1, at most 2^32 − 1; 0 when the history came from no file.
  ///
  /// Another line is meant from its start: setting it forgets the column.
  public var line: Int {
    get { Int(lineNumber) }
    set {
      lineNumber = UInt32(clamping: newValue)
      columnNumber = 0
    }
  }

  /// Column in bytes, counted from 1, at most 2^16 − 1; 0 where the entry has a line to itself.
  public var column: Int { Int(columnNumber) }

  /// Nanoseconds on the run's monotonic clock, where the history has times.
  public var time: Int64? {
    get { nanoseconds == Self.timeless ? nil : nanoseconds }
    set { nanoseconds = newValue ?? Self.timeless }
  }

  /// No time of a history: those stay within ±2^61.
  private static let timeless = Int64.min
}

/// One command that a strategy sent while it performed a call: what a counterexample shows of it.
public struct Step: Sendable, Hashable {
  /// The command, such as `GET` or `UPDATE 57`.
  public var command: String
  /// The reply in short, such as `58`, `nil` or `lost`.
  public var reply: String
  /// Nanoseconds on the run's clock: first byte sent.
  public var sent: Int64
  /// Nanoseconds on the run's clock: last byte received.
  public var received: Int64

  public init(command: String, reply: String, sent: Int64, received: Int64) {
    self.command = command
    self.reply = reply
    self.sent = sent
    self.received = received
  }
}

/// A call, its reply and the interval between.
public struct Operation: Sendable, Hashable {
  /// The logical client; it performs one operation at a time.
  public var process: Int
  /// The function called: `take`, `read`, `cas`, …
  public var function: String
  /// The object called on, where the history holds several.
  public var key: Value?
  /// What the call carried.
  public var input: Value
  /// What the reply carried; `.null` unless the outcome is `ok`.
  public var output: Value
  public var outcome: Outcome
  public var call: Moment
  /// Absent when no reply ever came, and after `info` (whose effect may be later still).
  public var reply: Moment?
  /// When the schedule meant the call to start (ns on the clock of `time`); latency counts from here.
  public var intended: Int64?
  /// Why the outcome is not `ok`, in the recorder's words.
  public var error: String?

  public init(
    process: Int, function: String, key: Value? = nil, input: Value = .null,
    output: Value = .null, outcome: Outcome, call: Moment, reply: Moment?,
    intended: Int64? = nil, error: String? = nil
  ) {
    self.process = process
    self.function = function
    self.key = key
    self.input = input
    self.output = output
    self.outcome = outcome
    self.call = call
    self.reply = reply
    self.intended = intended
    self.error = error
  }
}

/// Something that happened during the run but was no client's call: a fault, a lock granted.
public struct Event: Sendable, Hashable {
  /// Who reports it: `nemesis` for faults.
  public var process: String
  public var function: String
  public var key: Value?
  public var value: Value
  public var moment: Moment

  public init(
    process: String, function: String, key: Value? = nil, value: Value = .null, moment: Moment
  ) {
    self.process = process
    self.function = function
    self.key = key
    self.value = value
    self.moment = moment
  }
}
