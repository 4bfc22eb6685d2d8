// Random histories: a simulated linearizable object under concurrent clients, and what a careless
// one might have answered instead.

public import Checker
public import History

/// How random histories of one model are made.
public protocol ModelSample: Sendable, CustomStringConvertible {
  associatedtype M: CatalogueModel

  var model: M { get }
  /// A call, from a small domain so that calls meet.
  func call(by client: Int, _ random: inout SeededGenerator) -> M.Data.Call
  /// Replies worth trying, right and wrong.
  func replies(to call: M.Data.Call) -> [M.Data.Reply]
}

extension ModelSample {
  public var description: String { M.name }
}

/// The shape of a random history.
public struct HistoryShape: Sendable {
  public var operations: Int
  public var clients: Int
  /// One in so many calls gets no reply; 0 for none.
  public var indeterminate: Int
  /// So many replies are replaced by others.
  public var wrong: Int

  public init(operations: Int, clients: Int, indeterminate: Int = 0, wrong: Int = 0) {
    self.operations = operations
    self.clients = clients
    self.indeterminate = indeterminate
    self.wrong = wrong
  }

  /// A small shape of any kind.
  public static func small(_ random: inout SeededGenerator, most: Int = 7) -> HistoryShape {
    HistoryShape(
      operations: 1 + random.below(most), clients: 1 + random.below(4),
      indeterminate: [0, 3, 5][random.below(3)], wrong: [0, 0, 1, 2][random.below(4)])
  }
}

/// A simulation in progress: clients call, calls take effect, replies go out.
private struct Simulation<Sample: ModelSample> {
  typealias Data = Sample.M.Data

  struct Pending {
    var index: Int
    var reply: Data.Reply?
    var isDone = false
  }

  let sample: Sample
  let shape: HistoryShape
  var state: Sample.M.State
  var calls: [TimedCall<Data>] = []
  var pending: [Int: Pending] = [:]
  var rank = 0
  var nextProcess: Int

  init(_ sample: Sample, _ shape: HistoryShape) {
    self.sample = sample
    self.shape = shape
    state = sample.model.initial
    nextProcess = shape.clients
  }

  mutating func run(_ random: inout SeededGenerator) {
    var processes = Array(0..<shape.clients)
    var steps = 0
    while calls.count < shape.operations || !pending.isEmpty, steps < 1000 * shape.operations {
      steps += 1
      let client = random.below(shape.clients)
      let process = processes[client]
      if let open = pending[process] {
        advance(open, of: process, &random)
        if shape.indeterminate > 0, random.once(in: 3 * shape.indeterminate) {
          // No reply will come; whether the call took effect stays as it is.
          pending[process] = nil
          processes[client] = nextProcess
          nextProcess += 1
        }
      } else if calls.count < shape.operations {
        invoke(by: process, &random)
      }
    }
  }

  private mutating func invoke(by process: Int, _ random: inout SeededGenerator) {
    tick(&random)
    pending[process] = Pending(index: calls.count)
    calls.append(
      TimedCall(
        call: sample.call(by: process, &random), reply: nil, start: rank,
        end: TimedCall<Data>.open, process: process, position: calls.count))
  }

  private mutating func advance(
    _ open: Pending, of process: Int, _ random: inout SeededGenerator
  ) {
    if open.isDone {
      guard random.once(in: 2) else { return }
      tick(&random)
      calls[open.index].reply = open.reply
      calls[open.index].end = rank
      pending[process] = nil
    } else if random.once(in: 2) {
      apply(open, of: process, &random)
    }
  }

  /// Lets a call take effect with some reply the model allows; it waits where there is none.
  private mutating func apply(
    _ open: Pending, of process: Int, _ random: inout SeededGenerator
  ) {
    let call = calls[open.index].call
    state = sample.model.advance(state, to: rank) ?? state
    for reply in sample.replies(to: call).shuffled(using: &random) {
      switch sample.model.step(state, call, reply) {
      case .refused: continue
      case .next(let next): state = next
      case .either(let outcomes): state = outcomes[random.below(outcomes.count)]
      }
      pending[process] = Pending(index: open.index, reply: reply, isDone: true)
      return
    }
  }

  /// Moves time on; sometimes not, so that equal ranks occur.
  private mutating func tick(_ random: inout SeededGenerator) {
    if !random.once(in: 5) { rank += 1 }
  }
}

extension ModelSample {
  /// A history of this shape: linearizable if `wrong` is 0, else perhaps not.
  public func history(
    _ shape: HistoryShape, _ random: inout SeededGenerator
  ) -> [TimedCall<M.Data>] {
    var simulation = Simulation(self, shape)
    simulation.run(&random)
    var calls = simulation.calls
    for _ in 0..<shape.wrong {
      let index = random.below(calls.count)
      guard calls[index].reply != nil else { continue }
      let replies = replies(to: calls[index].call)
      calls[index].reply = replies[random.below(replies.count)]
    }
    return calls
  }
}

/// One line per call, for messages of failing tests.
public func picture<Data: Datatype>(of calls: [TimedCall<Data>]) -> String {
  calls.map { call in
    let end = call.end == TimedCall<Data>.open ? "…" : String(call.end)
    let reply = call.reply.map { "\($0)" } ?? "?"
    return "p\(call.process) [\(call.start), \(end)] \(call.call) → \(reply)"
  }.joined(separator: "\n")
}
