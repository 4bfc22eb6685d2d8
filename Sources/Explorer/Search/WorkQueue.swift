// What an exploration has still to run and what it is running: branches of the tree, or the numbers
// that schedules are drawn by. A schedule is off the queue when it has been judged and not before,
// so that an exploration that goes on from a frontier loses none and counts none twice.

/// A schedule that a testbed is to run.
enum Assignment {
  case walk(Branch)
  case draw(Int)
}

/// What is left to run.
struct WorkQueue {
  private let draws: Bool
  private var stack: [Branch]
  private var drawn: Int
  /// Numbers drawn by before, whose schedules were not run to the end.
  private var again: [Int]
  /// By the number of the testbed that is at it.
  private var underWay: [Assignment?]
  /// How many schedules are under way.
  private(set) var running = 0

  init(_ start: Frontier, _ search: Search, keys: KeyTable, testbeds: Int) {
    if case .random = search { draws = true } else { draws = false }
    stack = start.branches(keys)
    drawn = start.drawn
    again = start.again
    underWay = Array(repeating: nil, count: testbeds)
  }

  /// Branches that wait; without end where schedules are drawn.
  var waiting: Int { draws ? .max : stack.count }

  /// Whether nothing is left, neither waiting nor under way.
  var isDone: Bool { waiting == 0 && running == 0 }

  /// The next schedule, for a testbed that has none under way; nil if none waits.
  mutating func take(for testbed: Int) -> Assignment? {
    var next: Assignment?
    if draws {
      if let number = again.popLast() {
        next = .draw(number)
      } else {
        drawn += 1
        next = .draw(drawn)
      }
    } else {
      next = stack.popLast().map { .walk($0) }
    }
    if next != nil { running += 1 }
    underWay[testbed] = next
    return next
  }

  /// A testbed's schedule, if it has one under way, is done with and leaves these branches.
  mutating func finish(_ testbed: Int, leaving branches: [Branch] = []) {
    guard underWay[testbed] != nil else { return }
    stack += branches
    underWay[testbed] = nil
    running -= 1
  }

  /// A testbed's schedule did not come to its end: it waits again.
  mutating func putBack(_ testbed: Int) {
    switch underWay[testbed] {
    case .walk(let branch): stack.append(branch)
    case .draw(let number): again.append(number)
    case nil: return
    }
    underWay[testbed] = nil
    running -= 1
  }

  /// All that is left, what is under way as if it had not begun.
  func frontier(_ keys: KeyTable, _ findings: Findings) -> Frontier {
    var rest = draws ? [] : stack
    var numbers = again
    for assignment in underWay {
      switch assignment {
      case .walk(let branch): rest.append(branch)
      case .draw(let number): numbers.append(number)
      case nil: break
      }
    }
    var frontier = Frontier(rest, keys: keys)
    frontier.drawn = drawn
    frontier.again = numbers.sorted(by: >)
    frontier.findings = findings
    return frontier
  }
}
