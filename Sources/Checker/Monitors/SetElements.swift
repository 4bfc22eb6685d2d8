// The elements of a set's history: when each came in, in line with the reads of the whole set
// (see `SetMonitor` for why).

import History

/// Why the elements of a set don't fit together. Elements are numbers of `SetElements`, other
/// numbers indexes of calls.
enum SetConflict: Error {
  /// This call found an element that nobody added.
  case unadded(call: Int, element: Int)
  /// This call, or read, shows an element missing that was there from the start.
  case lost(call: Int, element: Int)
  /// Two calls were told that they added this element.
  case twice(Int, Int, element: Int)
  /// The first call shows the element there before the second was called, which shows it wasn't.
  case reversed(before: Int, after: Int, element: Int)
  /// Two reads each have something that the other lacks.
  case unordered(Int, Int)
  /// The first read has all that the second has, and was answered before the second was called.
  case shrunk(before: Int, after: Int)
  /// By `read`, `first` came before `second`; but `early` shows `second` there before `late`, which
  /// shows `first` wasn't, was called.
  case crossed(read: Int, early: Int, second: Int, late: Int, first: Int)
}

/// The elements of a set's history, numbered, with the time in which each came in.
struct SetElements {
  /// When an element came in, with the calls that set the ends (−1: none).
  struct Window {
    var low = Int.max
    var lowBy = -1
    var high = Int.max
    var highBy = -1
    /// The addition that was told it changed the set, else the one called first; −1: none.
    var adder = -1
    /// Whether `adder` was told so.
    var isTold = false
    /// The group of the line it stands in; elements that no read has stand in the last one.
    var group = Int.max
  }

  let calls: [TimedCall<ElementSet>]
  private(set) var names: [Value] = []
  private(set) var windows: [Window] = []
  private var numbers: [Value: Int] = [:]
  private var initialCount = 0

  init(_ calls: [TimedCall<ElementSet>]) {
    self.calls = calls
  }

  /// Bytes of the tables, estimated.
  var bytes: Int {
    names.count * (MemoryLayout<Window>.stride + 2 * MemoryLayout<Value>.stride + 32)
      + calls.count * 40
  }

  mutating func begin(with initial: Set<Value>) {
    for element in initial {
      let number = number(of: element)
      windows[number].low = Int.min
      windows[number].high = Int.min
      windows[number].group = -1
    }
    initialCount = initial.count
  }

  private mutating func number(of element: Value) -> Int {
    if let number = numbers[element] { return number }
    numbers[element] = names.count
    names.append(element)
    windows.append(Window())
    return names.count - 1
  }

  private func isInitial(_ element: Int) -> Bool { windows[element].group == -1 }

  /// Sets the windows, first by additions, then by what calls found.
  mutating func narrow() throws(SetConflict) {
    for index in calls.indices { try add(index) }
    for index in calls.indices { try find(index) }
    for (element, window) in windows.enumerated() where window.low > window.high {
      if window.adder < 0 { throw .unadded(call: window.highBy, element: element) }
      throw .reversed(before: window.highBy, after: window.lowBy, element: element)
    }
  }

  private mutating func add(_ index: Int) throws(SetConflict) {
    let reply = calls[index].reply
    guard case .add(let value) = calls[index].call, reply != .changed(false) else { return }
    let element = number(of: value)
    guard !isInitial(element) else {
      if reply == .changed(true) { throw .lost(call: index, element: element) }
      return
    }
    if reply == .changed(true) {
      if windows[element].isTold {
        throw .twice(windows[element].adder, index, element: element)
      }
      windows[element].isTold = true
    }
    if windows[element].adder < 0 || reply == .changed(true) {
      windows[element].adder = index
      windows[element].low = calls[index].start
      windows[element].lowBy = index
    }
    if reply != nil { present(element, by: index) }
  }

  private mutating func find(_ index: Int) throws(SetConflict) {
    switch (calls[index].call, calls[index].reply) {
    case (.add(let value), .changed(false)), (.contains(let value), .isElement(true)):
      present(number(of: value), by: index)
    case (.contains(let value), .isElement(false)):
      let element = number(of: value)
      if isInitial(element) { throw .lost(call: index, element: element) }
      if windows[element].low < calls[index].start {
        windows[element].low = calls[index].start
        windows[element].lowBy = index
      }
    default: break
    }
  }

  /// The element was there by the call's reply.
  private mutating func present(_ element: Int, by index: Int) {
    guard !isInitial(element), calls[index].end < windows[element].high else { return }
    windows[element].high = calls[index].end
    windows[element].highBy = index
  }

  /// A stretch of the line: an element or a read, and what bounds it.
  private struct Item {
    var group: Int
    var low: Int
    var lowBy: Int
    var high: Int
    var highBy: Int
    /// The element, or −1 for a read.
    var element: Int
  }

  /// The calls in the order in which they took effect.
  mutating func order() throws(SetConflict) -> [Int] {
    var line = try reads()
    for (element, window) in windows.enumerated() where window.adder >= 0 {
      // Nothing shows it, and whoever added it doesn't know: it need not have come in.
      if window.highBy < 0 && window.group == Int.max { continue }
      line.append(
        Item(
          group: window.group, low: window.low, lowBy: window.lowBy, high: window.high,
          highBy: window.highBy, element: element))
    }
    line.sort { ($0.group, $0.low) < ($1.group, $1.low) }
    var latest = 0
    for next in line.indices {
      if line[next].high < line[latest].low { throw conflict(line[latest], line[next]) }
      if line[next].low > line[latest].low { latest = next }
    }
    var insertion = ReadInsertion(
      line.map { $0.element < 0 ? $0.lowBy : windows[$0.element].adder }, of: calls)
    insertion.delay(to: line.map(\.low))
    place(line, into: &insertion)
    return insertion.finish()
  }

  /// The reads as items of the line, with the groups of all elements they have.
  private mutating func reads() throws(SetConflict) -> [Item] {
    var reads: [(index: Int, elements: Set<Value>)] = []
    for index in calls.indices {
      if case .elements(let elements) = calls[index].reply { reads.append((index, elements)) }
    }
    reads.sort { $0.elements.count < $1.elements.count }
    var line: [Item] = []
    var known = initialCount
    var previous = -1
    var group = 0
    for (index, elements) in reads {
      var met = 0
      var new: [Int] = []
      for element in elements {
        let number = number(of: element)
        if windows[number].group < Int.max { met += 1 } else { new.append(number) }
      }
      guard met == known else {
        if previous >= 0 { throw .unordered(min(previous, index), max(previous, index)) }
        throw missing(in: elements, index)
      }
      if !new.isEmpty { group += 2 }
      for element in new {
        guard windows[element].adder >= 0 else { throw .unadded(call: index, element: element) }
        windows[element].group = group - 1
      }
      known += new.count
      previous = index
      let call = calls[index]
      line.append(
        Item(
          group: group, low: call.start, lowBy: index, high: call.end, highBy: index, element: -1))
    }
    return line
  }

  private func missing(in elements: Set<Value>, _ index: Int) -> SetConflict {
    let lost = names.indices.first { isInitial($0) && !elements.contains(names[$0]) }
    return .lost(call: index, element: lost ?? 0)
  }

  /// `earlier` begins after `later`, of a later group, has ended.
  private func conflict(_ earlier: Item, _ later: Item) -> SetConflict {
    switch (earlier.element, later.element) {
    case (-1, -1): return .shrunk(before: later.highBy, after: earlier.lowBy)
    case (-1, let element):
      return .reversed(before: later.highBy, after: earlier.lowBy, element: element)
    case (let element, -1):
      return .reversed(before: later.highBy, after: earlier.lowBy, element: element)
    case (let first, let second):
      let read = calls.indices.first { index in
        guard case .elements(let elements) = calls[index].reply else { return false }
        return elements.contains(names[first]) && !elements.contains(names[second])
      }
      return .crossed(
        read: read ?? 0, early: later.highBy, second: second, late: earlier.lowBy, first: first)
    }
  }

  /// Puts in the calls that changed nothing.
  private func place(_ line: [Item], into insertion: inout ReadInsertion<ElementSet>) {
    var moments = Array(repeating: Int.min, count: names.count)
    var latest = Int.min
    for item in line {
      latest = max(latest, item.low)
      if item.element >= 0 { moments[item.element] = latest }
    }
    for (index, call) in calls.enumerated() where !call.isIndeterminate {
      switch (call.call, call.reply) {
      case (.read, .elements): continue
      case (.contains, .isElement(false)), (.read, _):
        insertion.insert(index, at: insertion.gap(before: call.start))
      case (.add(let value), _), (.contains(let value), _):
        guard let element = numbers[value], windows[element].adder != index else { continue }
        insertion.insert(index, at: insertion.gap(after: max(call.start, moments[element])))
      default: continue
      }
    }
  }
}
