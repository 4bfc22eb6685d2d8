// Decides a register, with or without compare-and-set, to which no value is written twice.
// It refuses histories that write a value twice or write the initial one, and leaves to the general
// engine the rare "mismatch" that its own order does not explain.

public import History

/// The exact monitor for a register that never gets a value again.
///
/// **Values.** As each value is written once, every read names the write it follows, and a swapped
/// compare-and-set follows its expected value directly: the values form chains, each headed by a
/// write (or the initial value) and continued by swaps. While a chain lasts nothing else is written,
/// so a chain, each value's write before its reads, is a `Block`; the initial one comes first.
/// The history is linearizable iff every value that was seen was written, no value is swapped for
/// two others, each chain's calls keep to their intervals in the chain's order, and the blocks can
/// be arranged.
///
/// **Indeterminate writes** took effect if their value was seen, or if a swap that took effect
/// expected it; their block then holds them with an open end. The others are left out: nobody
/// follows their value, so without them what was before them just lasts longer.
///
/// **Mismatches** ("the value was not 3") change nothing. What is a violation without them is one
/// with them; what is linearizable without them is with them, if they can be put into the order
/// found. Where they can't, the monitor does not apply.
public struct RegisterMonitor: Monitor {
  public typealias Data = Register

  public static var name: String { "register-monitor" }

  public let initial: Value

  /// Whether the register knows compare-and-set.
  public let swaps: Bool

  public init(initial: Value, swaps: Bool) {
    self.initial = initial
    self.swaps = swaps
  }

  public func judge(
    _ calls: [TimedCall<Register>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    if !swaps, calls.contains(where: \.isSwap) {
      throw NotApplicable("a plain register is called with cas")
    }
    let values = try RegisterValues(calls, initial: initial)
    let finding: Finding
    switch values.chains() {
    case .failure(let conflict):
      finding = .violation(RegisterExplanation(values: values).contradiction(conflict))
    case .success(let blocks):
      finding = .order(try values.insertion(blocks.flatMap(\.calls)))
    }
    return judgement(of: finding, calls, key: key, bytes: values.bytes)
  }
}

extension TimedCall<Register> {
  fileprivate var isSwap: Bool {
    if case .cas = call { true } else { false }
  }
}

/// Why the values of a register don't fit together. Values are numbers of `RegisterValues`, other
/// numbers indexes of calls.
enum RegisterConflict: Error {
  /// This value was seen, or needed for one that was, but nobody wrote it.
  case unwritten(Int)
  /// This value was swapped for two others.
  case forked(Int, into: Int, Int)
  /// This value comes only from values that come only from it.
  case circular(Int)
  /// The first call needs a value that the second shows to have been replaced, or not written yet,
  /// before.
  case reversed(late: Int, early: Int)
  case crossed(BlockConflict)
}

/// The values of a register's history, numbered; 0 is the initial one.
struct RegisterValues {
  let calls: [TimedCall<Register>]
  private(set) var names: [Value]
  private var numbers: [Value: Int]
  /// By value: the write or swap that brings it, −1 for none.
  private(set) var writer: [Int] = [-1]
  /// By value: what it is swapped for if its writer is a swap, the value expected; else −1.
  private(set) var expected: [Int] = [-1]
  /// By value: the `ok` calls that found it and left it.
  private(set) var readers: [[Int]] = [[]]
  /// By value: an `ok` call that shows that it was there, −1 for none.
  private(set) var witnesses: [Int] = [-1]
  /// Reads that don't say what they read, and mismatches with the value they name (−1: none).
  private var others: [(index: Int, not: Int)] = []

  /// Bytes of the tables, estimated.
  var bytes: Int {
    names.count * (2 * MemoryLayout<Value>.stride + 64) + calls.count * 48
  }

  init(_ calls: [TimedCall<Register>], initial: Value) throws(NotApplicable) {
    self.calls = calls
    names = [initial]
    numbers = [initial: 0]
    for (index, call) in calls.enumerated() {
      try note(index, call)
    }
    for value in names.indices where isSeen(value) {
      var chain = value
      while expected[chain] >= 0, !isSeen(expected[chain]) {
        chain = expected[chain]
        witnesses[chain] = witnesses[value]
      }
    }
  }

  /// Whether a value was certainly there at some time.
  private func isSeen(_ value: Int) -> Bool { value == 0 || witnesses[value] >= 0 }

  private mutating func note(
    _ index: Int, _ call: TimedCall<Register>
  ) throws(NotApplicable) {
    switch (call.call, call.reply) {
    case (.read, nil): break
    case (.read, .unread): others.append((index, -1))
    case (.read, .value(let told)): see(number(of: told), by: index)
    case (.write(let new), nil): try write(new, by: index)
    case (.write(let new), .written):
      witnesses[try write(new, by: index)] = index
    case (.cas(let from, _), .mismatch): others.append((index, number(of: from)))
    case (.cas(let from, let to), nil) where from == to: break
    case (.cas(let from, let to), .swapped) where from == to: see(number(of: from), by: index)
    case (.cas(let from, let to), let reply) where reply == nil || reply == .swapped:
      let new = try write(to, by: index)
      expected[new] = number(of: from)
      if reply != nil {
        witnesses[new] = index
        witnesses[expected[new]] = index
      }
    default:
      throw NotApplicable("a reply does not fit its call")
    }
  }

  /// For a call without a reply that took effect: the `ok` call that shows it.
  func witness(of index: Int) -> Int? {
    guard calls[index].isIndeterminate else { return nil }
    let value: Value
    switch calls[index].call {
    case .write(let new): value = new
    case .cas(_, let new): value = new
    case .read: return nil
    }
    return numbers[value].map { witnesses[$0] }
  }

  private mutating func number(of value: Value) -> Int {
    if let number = numbers[value] { return number }
    let number = names.count
    numbers[value] = number
    names.append(value)
    writer.append(-1)
    expected.append(-1)
    readers.append([])
    witnesses.append(-1)
    return number
  }

  private mutating func see(_ value: Int, by index: Int) {
    witnesses[value] = index
    readers[value].append(index)
  }

  @discardableResult
  private mutating func write(_ value: Value, by index: Int) throws(NotApplicable) -> Int {
    let number = number(of: value)
    if number == 0 { throw NotApplicable("the initial value \(value.literal) is written") }
    if writer[number] >= 0 { throw NotApplicable("the value \(value.literal) is written twice") }
    writer[number] = index
    return number
  }

  /// The blocks in order, or why there is none.
  func chains() -> Result<[Block], RegisterConflict> {
    var next = Array(repeating: -1, count: names.count)
    for value in names.indices.dropFirst() where isSeen(value) {
      if writer[value] < 0 { return .failure(.unwritten(value)) }
      guard expected[value] >= 0 else { continue }
      let other = next[expected[value]]
      if other >= 0 { return .failure(.forked(expected[value], into: other, value)) }
      next[expected[value]] = value
    }
    var blocks: [Block] = []
    var linked = 0
    for head in names.indices where isSeen(head) && expected[head] < 0 {
      var block = Block(atStart: head == 0)
      var value = head
      while value >= 0 {
        linked += 1
        for index in (writer[value] < 0 ? [] : [writer[value]]) + readers[value] {
          if let late = block.append(index, of: calls) {
            return .failure(.reversed(late: late, early: index))
          }
        }
        value = next[value]
      }
      if !block.calls.isEmpty { blocks.append(block) }
    }
    if linked < names.indices.count(where: isSeen) { return .failure(.circular(circular(next))) }
    do throws(BlockConflict) {
      try blocks.arrange()
    } catch {
      return .failure(.crossed(error))
    }
    return .success(blocks)
  }

  /// Some value that no chain reaches from its head.
  private func circular(_ next: [Int]) -> Int {
    var isLinked = Array(repeating: false, count: names.count)
    for head in names.indices where isSeen(head) && expected[head] < 0 {
      var value = head
      while value >= 0 {
        isLinked[value] = true
        value = next[value]
      }
    }
    return names.indices.first { isSeen($0) && !isLinked[$0] } ?? 0
  }

  /// Puts the calls that say nothing, or only what the value was not, into the order of the others.
  func insertion(_ order: [Int]) throws(NotApplicable) -> [Int] {
    var current = 0
    var values = [0]
    for index in order {
      switch calls[index].call {
      case .write(let new): current = numbers[new] ?? current
      case .cas(_, let to): current = numbers[to] ?? current
      case .read: break
      }
      values.append(current)
    }
    // By gap: the next one at which another value is there.
    var change = Array(repeating: values.count, count: values.count)
    for gap in values.indices.dropLast().reversed() {
      change[gap] = values[gap + 1] == values[gap] ? change[gap + 1] : gap + 1
    }
    var insertion = ReadInsertion(order, of: calls)
    for (index, not) in others {
      let gaps = insertion.gaps(for: index)
      let first = gaps.lowerBound
      let gap = values[first] == not ? change[first] : first
      guard gaps.contains(gap) else {
        throw NotApplicable(
          "p\(calls[index].process) was told that the value was not \(names[not]), which only a "
            + "search can place")
      }
      insertion.insert(index, at: gap)
    }
    return insertion.finish()
  }
}
