// Concurrent clients of one object, step by step: a client calls, a call takes effect, a reply
// goes out. It does not know what the object does.

import Checker
internal import History

extension SplitMix64 {
  /// A number below `bound`, which is at least 1; the bias of a shift is beyond noticing.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True in this share of cases.
  mutating func happens(_ share: Double) -> Bool {
    share > 0 && Double(next() >> 11) * 0x1p-53 < share
  }
}

/// A history in the making.
struct Simulation<Object: SyntheticObject> {
  /// Where a client is.
  private enum Stage {
    case idle
    /// It called, and the call has not taken effect; with the reply where that is settled.
    case called(Int, Request, script: ScriptedCall?)
    /// Its call took effect.
    case done(Int, Value)
  }

  private let shape: SyntheticHistory
  private var object: Object
  private var random: SplitMix64
  private var operations: [Operation] = []
  private var givenUp: [Int: Moment] = [:]
  private var stages: [Stage]
  /// The process each client acts as; a new one after every call without a reply.
  private var processes: [Int]
  private var nextProcess: Int
  private var open = 0
  private var events = 0
  private var time: Int64 = 0
  /// Calls of the client 0 that show the defect, last first.
  private var script: [ScriptedCall] = []
  private var isPlanted: Bool

  init(_ object: Object, shape: SyntheticHistory) {
    self.shape = shape
    self.object = object
    random = SplitMix64(seed: shape.seed)
    stages = Array(repeating: .idle, count: shape.clients)
    processes = Array(0..<shape.clients)
    nextProcess = shape.clients
    isPlanted = shape.defect == .none
  }

  mutating func run() -> History {
    operations.reserveCapacity(shape.operations)
    while operations.count < shape.operations || open > 0 {
      if !isPlanted, operations.count >= shape.operations / 2 - 2 {
        script = object.script(for: shape.defect).reversed()
        isPlanted = true
      }
      advance(random.below(shape.clients))
    }
    return History(operations: operations, givenUp: givenUp)
  }

  private mutating func advance(_ client: Int) {
    switch stages[client] {
    case .idle: call(client)
    case .called(let position, let request, let script):
      if script == nil, random.happens(shape.indeterminate) {
        if random.below(2) == 0 { _ = object.perform(request) }
        giveUp(client, position)
      } else {
        let truth = script?.takesEffect == false ? .null : object.perform(request)
        stages[client] = .done(position, script?.output ?? truth)
      }
    case .done(let position, let output):
      operations[position].outcome = .ok
      operations[position].output = output
      operations[position].reply = moment(isCall: false)
      stages[client] = .idle
      open -= 1
    }
  }

  private mutating func call(_ client: Int) {
    let scripted = client == 0 ? script.popLast() : nil
    // Room is left for the script, so that it is always played to its end.
    guard scripted != nil || operations.count + script.count < shape.operations else { return }
    let request =
      scripted?.request
      ?? (random.happens(shape.reads) ? object.read(&random) : object.change(&random))
    stages[client] = .called(operations.count, request, script: scripted)
    open += 1
    operations.append(
      Operation(
        process: processes[client], function: request.function, input: request.input,
        outcome: .info, call: moment(isCall: true), reply: nil))
  }

  private mutating func giveUp(_ client: Int, _ position: Int) {
    givenUp[position] = moment(isCall: false)
    operations[position].error = "timeout"
    processes[client] = nextProcess
    nextProcess += 1
    stages[client] = .idle
    open -= 1
  }

  /// The next event's moment, up to 2 µs after the last one; ranked as a file's reader ranks it.
  private mutating func moment(isCall: Bool) -> Moment {
    time += Int64(1 + random.below(2000))
    events += 1
    return Moment(
      rank: Int(time) * 2 + (isCall ? 0 : 1), index: events - 1, line: events + 1, time: time)
  }
}
