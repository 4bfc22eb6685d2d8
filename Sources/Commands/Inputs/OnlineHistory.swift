// A history judged while it is read, in memory that does not grow with it. Without a proof that it
// is linearizable this says nothing, and the whole history is judged instead.

import Checker
import Drivers
import History

/// What was judged and counted while a history was read.
struct OnlineHistory: OperationReceiver {
  /// Header and events, but those of locks and queues, which `counts` has; no operations.
  private(set) var history = History(operations: [])
  private(set) var operations = 0
  /// How many were answered `ok`.
  private(set) var answered = 0
  private(set) var overlaps = OverlapCount()
  private(set) var judgements: [Judgement] = []
  private(set) var notes: [String] = []
  /// What a run's report needs beside the verdict.
  private(set) var counts: RunCounts?
  /// What forbids to go on.
  private var obstacle: (any Error)?
  private var check: OnlineCheck?
  private let options: CheckOptions

  /// Reads and judges an own history.
  ///
  /// Beside, it counts what is asked for. Nil where the whole history has to be read to judge it, or to
  /// say what is wrong with it.
  static func read(
    _ path: String, _ options: CheckOptions, counting counts: RunCounts? = nil,
    _ judging: Judging
  ) throws -> OnlineHistory? {
    let limits = try Limits(text: options.budget)
    return try wait {
      do {
        return try await OnlineHistory(options, counts).read(path, limits, judging)
      } catch is Unproven {
        return nil
      } catch is NotStreamable {
        return nil
      }
    }
  }

  private init(_ options: CheckOptions, _ counts: RunCounts?) {
    self.options = options
    self.counts = counts
  }

  private consuming func read(
    _ path: String, _ limits: Limits, _ judging: Judging
  ) async throws -> OnlineHistory? {
    guard let pieces = try FilePieces(path), try pieces.begins(with: PiecewiseReading.start) else {
      return nil
    }
    var stream = OperationStream(to: self)
    var spent = Duration.zero
    // One piece is judged while the next is read.
    var judged: Task<(OnlinePiece.Judged, Duration), any Error>?
    defer { judged?.cancel() }
    while let piece = try pieces.next() {
      try stream.read(piece)
      try judging.goOn(at: pieces.share)
      guard stream.receiver.obstacle == nil else { return nil }
      guard stream.receiver.check?.isDue == true else { continue }
      if let (result, time) = try await judged?.value {
        stream.receiver.check?.take(result)
        spent += time
      }
      try judging.requireNotEnded()
      let horizon = stream.horizon
      judged = stream.receiver.check?.piece(upTo: horizon).judging(
        limits.budget(judging, spent: spent))
    }
    var read = try stream.finish()
    guard read.obstacle == nil, var check = read.check.take() else { return nil }
    if let (result, time) = try await judged?.value {
      check.take(result)
      spent += time
    }
    read.judgements = try await check.finish(limits.budget(judging, spent: spent))
    try judging.requireNotEnded()
    read.notes = stream.notes.map { InputHistory.told($0, of: path) }
    return read
  }

  mutating func begin(_ header: Header, order: EventOrder) {
    history.header = header
    history.order = order
    do {
      check = try options.online(header)
      check?.begin(header)
      // What is counted beside is counted by times.
      if check == nil || counts != nil && order != .times { obstacle = NotOnline() }
    } catch {
      obstacle = error
    }
  }

  mutating func call(_ operation: Operation, at position: Int) {
    operations += 1
    overlaps.call(operation, at: position)
    check?.call(operation)
    counts?.call(operation, at: position)
  }

  mutating func end(_ operation: Operation, at position: Int, givenUp: Moment?) {
    check?.end(operation)
    overlaps.end(operation, at: position)
    if operation.outcome == .ok { answered += 1 }
    do throws(InvalidValue) {
      try counts?.end(operation, at: position, givenUp: givenUp)
    } catch {
      obstacle = error
    }
  }

  mutating func event(_ event: Event) {
    if counts?.event(event) != true { history.events.append(event) }
  }

  private struct NotOnline: Error {}
}

extension OnlinePiece {
  /// Judges the piece beside other work, and tells how long that took.
  fileprivate func judging(_ budget: Budget) -> Task<(Judged, Duration), any Error> {
    Task {
      let start = ContinuousClock.now
      return (try await judged(budget), ContinuousClock.now - start)
    }
  }
}
