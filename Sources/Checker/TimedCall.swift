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
  /// The index of the call in the file, by which reports name it.
  public var index: Int

  /// `index` is the position where the calls come from no file.
  public init(
    call: Data.Call, reply: Data.Reply?, start: Int, end: Int, process: Int, position: Int,
    index: Int? = nil
  ) {
    self.call = call
    self.reply = reply
    self.start = start
    self.end = end
    self.process = process
    self.position = position
    self.index = index ?? position
  }

  /// Not known to have taken effect.
  public var isIndeterminate: Bool { reply == nil }
}

/// A call or reply of a history that the datatype doesn't know, with its place.
public struct Undecodable: Error, Sendable, Hashable, CustomStringConvertible {
  /// Line of the input, 0 if none.
  public var line: Int
  /// Column in bytes, counted from 1; 0 if none.
  public var column = 0
  public var message: String

  /// `3:1: a lock knows …`; without a line the message alone.
  public var description: String {
    line > 0 ? "\(line):\(max(1, column)): \(message)" : message
  }
}

extension Undecodable {
  /// What the datatype doesn't know of an operation, where it stands: a call at the call, a reply at
  /// the reply.
  init<Data: Datatype>(of operation: Operation, _: Data.Type, _ invalid: InvalidValue) {
    let isCall =
      (try? Data.call(operation.function, operation.input, by: operation.process)) == nil
    let place = isCall ? operation.call : operation.reply ?? operation.call
    self.init(line: place.line, column: place.column, message: invalid.message)
  }
}

extension History {
  /// The calls at these positions as the engines see them, by rank of the call.
  ///
  /// Failed calls are left out: `fail` had no effect and never will. What a reply of nil means is as
  /// `nils` says.
  public func timeline<Data: Datatype>(
    of positions: [Int], as _: Data.Type, nils: NilReading = NilReading()
  ) throws(Undecodable) -> [TimedCall<Data>] {
    var calls: [TimedCall<Data>] = []
    calls.reserveCapacity(positions.count)
    for position in positions where operations[position].outcome != .fail {
      let operation = operations[position]
      do throws(InvalidValue) {
        let call = try Data.call(operation.function, operation.input, by: operation.process)
        if operation.outcome == .ok, let end = operation.reply?.rank {
          let reply = try Data.reply(to: call, operation.input, operation.output)
          calls.append(
            TimedCall(
              call: call, reply: reply, start: operation.call.rank, end: end,
              process: operation.process, position: position, index: operation.call.index))
        } else {
          calls.append(
            TimedCall(
              call: call, reply: nil, start: operation.call.rank, end: TimedCall<Data>.open,
              process: operation.process, position: position, index: operation.call.index))
        }
      } catch {
        throw Undecodable(of: operation, Data.self, error)
      }
    }
    nils.settle(&calls)
    return calls
  }

  /// Reads of a partition whose replies told nothing.
  func unanswered<Data: Datatype>(
    in partition: ModelEntry.Partition, as _: Data.Type
  ) throws(Undecodable) -> Int {
    // Few histories have any; the others are not decoded a second time.
    guard partition.operations.contains(where: { operations[$0].mayTellNothing }) else { return 0 }
    let calls = try timeline(of: partition.operations, as: Data.self, nils: partition.nilReading)
    return calls.reduce(0) { $0 + ($1.reply.map(Data.unanswered) ?? 0) }
  }

  /// The first call or reply that the datatype doesn't know; nil where it knows all, or the first
  /// `most` of them.
  func undecodable<Data: Datatype>(as _: Data.Type, most: Int = .max) -> Undecodable? {
    for operation in operations.prefix(most) where operation.outcome != .fail {
      do throws(InvalidValue) {
        let call = try Data.call(operation.function, operation.input, by: operation.process)
        if operation.outcome == .ok {
          _ = try Data.reply(to: call, operation.input, operation.output)
        }
      } catch {
        return Undecodable(of: operation, Data.self, error)
      }
    }
    return nil
  }
}

extension Operation {
  /// Whether a read may have been answered nil.
  fileprivate var mayTellNothing: Bool {
    guard outcome == .ok, ["read", "get", "txn", "write"].contains(function) else { return false }
    switch output {
    case .null: return true
    case .list, .map: return input != output || function == "read" || function == "txn"
    default: return false
    }
  }
}
