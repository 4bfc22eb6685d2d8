// How many indeterminate calls of each class a configuration has used, by number.
// Most histories use few, so a usage is a short sorted list of the classes used.

/// Multisets of indeterminate classes, each once; number 0 is the empty one.
struct UsageTable {
  static let none: Int32 = 0

  private struct Use: Hashable {
    var kind: Int32
    var count: Int32
  }
  private struct Step: Hashable {
    var usage: Int32
    var kind: Int32
  }

  private var usages: [[Use]] = [[]]
  private var numbers: [[Use]: Int32] = [[]: 0]
  private var successors: [Step: Int32] = [:]
  private var uses = 0

  /// How many calls of a class are used.
  func count(_ kind: Int, in usage: Int32) -> Int {
    guard usage != Self.none else { return 0 }
    let list = usages[Int(usage)]
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if Int(list[middle].kind) < kind { low = middle + 1 } else { high = middle }
    }
    return low < list.count && Int(list[low].kind) == kind ? Int(list[low].count) : 0
  }

  /// How many calls are used, of all classes.
  func total(of usage: Int32) -> Int {
    usages[Int(usage)].reduce(0) { $0 + Int($1.count) }
  }

  mutating func adding(_ kind: Int, to usage: Int32) -> Int32 {
    let step = Step(usage: usage, kind: Int32(kind))
    if let known = successors[step] { return known }
    var list = usages[Int(usage)]
    if let place = list.firstIndex(where: { $0.kind >= step.kind }) {
      if list[place].kind == step.kind {
        list[place].count += 1
      } else {
        list.insert(Use(kind: step.kind, count: 1), at: place)
      }
    } else {
      list.append(Use(kind: step.kind, count: 1))
    }
    let number = numbers[list] ?? Int32(usages.count)
    if number == usages.count {
      numbers[list] = number
      usages.append(list)
      uses += list.count
    }
    successors[step] = number
    return number
  }

  /// Whether one usage has no more of any class than another.
  func isWithin(_ usage: Int32, _ other: Int32) -> Bool {
    if usage == other || usage == Self.none { return true }
    if other == Self.none { return false }
    let few = usages[Int(usage)]
    let many = usages[Int(other)]
    guard few.count <= many.count else { return false }
    var place = 0
    for use in few {
      while place < many.count, many[place].kind < use.kind { place += 1 }
      guard place < many.count, many[place].kind == use.kind, many[place].count >= use.count
      else { return false }
    }
    return true
  }

  /// Bytes held, estimated.
  var bytes: Int { uses * 8 + usages.capacity * 96 + successors.capacity * 24 }
}
