// Steps taken before: models with few states and few different calls are asked once per pair.

/// What a class of calls does in a state, by numbers.
struct TransitionTable {
  /// The result of a step, as far as a number can say it.
  enum Step {
    case unknown
    case refused
    case next(Int32)
  }

  private let classes: Int
  private var table: [Int32] = []

  /// Pairs beyond this are not noted: where states are many, they seldom come back.
  private static let mostPairs = 1 << 20
  private static let mostClasses = 256
  private static let unknown: Int32 = -1
  private static let refused: Int32 = -2

  init(classes: Int) {
    self.classes = classes <= Self.mostClasses ? classes : 0
  }

  var bytes: Int { table.capacity * 4 }

  subscript(_ state: Int32, _ callClass: Int) -> Step {
    let place = Int(state) * classes + callClass
    guard classes > 0, place < table.count else { return .unknown }
    let noted = table[place]
    if noted >= 0 { return .next(noted) }
    return noted == Self.refused ? .refused : .unknown
  }

  mutating func note(_ state: Int32, _ callClass: Int, _ next: Int32?) {
    let end = (Int(state) + 1) * classes
    guard classes > 0, end <= Self.mostPairs else { return }
    if table.count < end {
      table += Array(repeating: Self.unknown, count: end - table.count)
    }
    table[Int(state) * classes + callClass] = next ?? Self.refused
  }
}
