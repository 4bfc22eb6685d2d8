// Operations as the engines see them: typed calls and replies over a line of ranks.
// Failed calls are gone (they never happened), open ones end at `TimedCall.open`.

public import History

/// A call that may have taken effect, with the interval in which it did.
public struct TimedCall<Data: Datatype>: Sendable {
  /// The end of a call whose effect may come at any later time, or never.
  public static var open: Int { Int.max }

  public var call: Data.Call
  /// Absent when the outcome is indeterminate.
  public var reply: Data.Reply?
  /// Rank of the call.
  public var start: Int
  /// Rank of the reply, or `open`. One call precedes another iff its end < the other's start.
  public var end: Int
  public var process: Int
  /// Position in `History.operations`.
  public var position: Int

  public init(
    call: Data.Call, reply: Data.Reply?, start: Int, end: Int, process: Int, position: Int
  ) {
    self.call = call
    self.reply = reply
    self.start = start
    self.end = end
    self.process = process
    self.position = position
  }

  /// Not known to have taken effect.
  public var isIndeterminate: Bool { reply == nil }
}

/// A call or reply of a history that the datatype doesn't know, with its place.
public struct Undecodable: Error, Sendable, Hashable {
  /// Line of the input, 0 if none.
  public var line: Int
  public var message: String
}

extension History {
  /// The calls at these positions as the engines see them, by rank of the call.
  ///
  /// Failed calls are left out: `fail` had no effect and never will.
  public func timeline<Data: Datatype>(
    of positions: [Int], as _: Data.Type
  ) throws(Undecodable) -> [TimedCall<Data>] {
    var calls: [TimedCall<Data>] = []
    calls.reserveCapacity(positions.count)
    for position in positions where operations[position].outcome != .fail {
      let operation = operations[position]
      do throws(Misfit) {
        let call = try Data.call(operation.function, operation.input, by: operation.process)
        if operation.outcome == .ok, let end = operation.reply?.rank {
          let reply = try Data.reply(to: call, operation.input, operation.output)
          calls.append(
            TimedCall(
              call: call, reply: reply, start: operation.call.rank, end: end,
              process: operation.process, position: position))
        } else {
          calls.append(
            TimedCall(
              call: call, reply: nil, start: operation.call.rank, end: TimedCall<Data>.open,
              process: operation.process, position: position))
        }
      } catch {
        let line = operation.reply?.line ?? operation.call.line
        throw Undecodable(line: line, message: error.message)
      }
    }
    return calls
  }
}
