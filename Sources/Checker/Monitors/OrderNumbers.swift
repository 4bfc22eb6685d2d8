// What the calls of each order's number come to: one step in one interval (see `OrdersMonitor` for why).

import History

/// Why numbered orders contradict each other. Numbers are indexes of calls.
enum OrdersConflict: Error {
  /// Two calls of one number were answered differently.
  case answers(Int, Int)
  /// Every number's answers agree, but not all of them at once.
  case levels(OrderNumbers, StairEvidence)
}

/// The calls of a history by number, as steps.
struct OrderNumbers {
  /// The calls of one number; −1 where there is none.
  private struct Number {
    /// Called first.
    var first: Int
    /// Answered first.
    var deadline = -1
    /// Answered with the units taken, if one was with how many were left.
    var taken = -1
    /// Answered "sold out".
    var soldOut = -1
  }

  private let calls: [TimedCall<Orders>]
  private var numbers: [Value: Number] = [:]
  /// One call for each number and for each read, by start.
  private(set) var steps: [TimedCall<Orders>] = []
  /// For each of the steps, its index in the calls: a number's first call.
  private(set) var sources: [Int] = []

  /// Takes calls by start.
  init(_ calls: [TimedCall<Orders>]) throws(OrdersConflict) {
    self.calls = calls
    for index in calls.indices { try note(index) }
    for index in calls.indices { lay(index) }
  }

  /// Bytes of the tables, estimated.
  var bytes: Int {
    steps.count * (MemoryLayout<TimedCall<Orders>>.stride + MemoryLayout<Int>.stride)
      + numbers.count * (MemoryLayout<Number>.stride + MemoryLayout<Value>.stride + 16)
  }

  private mutating func note(_ index: Int) throws(OrdersConflict) {
    guard case .order(let id, _) = calls[index].call else { return }
    var number = numbers[id] ?? Number(first: index)
    if let reply = calls[index].reply {
      if number.deadline < 0 || calls[index].end < calls[number.deadline].end {
        number.deadline = index
      }
      if reply == .soldOut {
        if number.taken >= 0 { throw .answers(number.taken, index) }
        if number.soldOut < 0 { number.soldOut = index }
      } else {
        if number.soldOut >= 0 { throw .answers(number.soldOut, index) }
        if case .left(let told) = reply, number.taken >= 0,
          case .left(let other) = calls[number.taken].reply, told != other
        {
          throw .answers(number.taken, index)
        }
        if number.taken < 0 || calls[number.taken].reply == .taken { number.taken = index }
      }
    }
    numbers[id] = number
  }

  /// Appends a read, or a number at its first call.
  private mutating func lay(_ index: Int) {
    var step = calls[index]
    if case .order(let id, _) = step.call {
      guard let number = numbers[id], number.first == index else { return }
      let told = number.taken >= 0 ? number.taken : number.soldOut
      step.reply = told >= 0 ? calls[told].reply : nil
      step.end = number.deadline >= 0 ? calls[number.deadline].end : TimedCall<Orders>.open
    }
    steps.append(step)
    sources.append(index)
  }

  private func number(of step: Int) -> Number? {
    guard case .order(let id, _) = steps[step].call else { return nil }
    return numbers[id]
  }

  /// The call that says most of a step: a number's answer, where it has one.
  func speaker(of step: Int) -> Int {
    guard let number = number(of: step) else { return sources[step] }
    return number.taken >= 0
      ? number.taken : number.soldOut >= 0 ? number.soldOut : number.first
  }

  /// The call of a number that was answered first; nil for a read, or where none was.
  func deadline(of step: Int) -> Int? {
    number(of: step).flatMap { $0.deadline >= 0 ? $0.deadline : nil }
  }

  /// The calls in the order in which they took effect, from an order of the steps: what was answered of a
  /// number besides its first call goes where it was called, or behind it.
  func order(of steps: [Int]) -> [Int] {
    var behind: [Value: Int] = [:]
    for (place, step) in steps.enumerated() {
      if case .order(let id, _) = self.steps[step].call { behind[id] = place + 1 }
    }
    var insertion = ReadInsertion(steps.map { sources[$0] }, of: calls)
    for index in calls.indices where !calls[index].isIndeterminate {
      guard case .order(let id, _) = calls[index].call, numbers[id]?.first != index else {
        continue
      }
      let called = insertion.gap(before: calls[index].start)
      insertion.insert(index, at: max(called, behind[id] ?? 0))
    }
    return insertion.finish()
  }

  /// The calls that show a conflict of levels when all others are weakened.
  ///
  /// Of a number those are the answer that says most and the first one. Where steps are missing, what was
  /// told "sold out" is kept to that: weakened it could be one.
  func evident(_ evidence: StairEvidence) -> Set<Int> {
    var kept: Set<Int> = []
    func keep(_ step: Int) {
      for call in [speaker(of: step), deadline(of: step) ?? sources[step]]
      where !calls[call].isIndeterminate { kept.insert(call) }
    }
    for step in evidence.calls { keep(step) }
    if case .shortage(let index, _, _, _) = evidence {
      let end = steps[index].end
      for number in numbers.values where number.soldOut >= 0 && calls[number.first].start <= end {
        kept.insert(number.soldOut)
      }
    }
    return kept
  }
}
