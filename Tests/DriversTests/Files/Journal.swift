// A list that only one at a time may touch, unguarded on purpose: two at a time would show.

/// `@unchecked Sendable`: the worker under test is what keeps accesses apart.
final class Journal: @unchecked Sendable {
  private(set) var numbers: [Int] = []

  func append(_ number: Int) { numbers.append(number) }

  func addOne() {
    let before = numbers.first ?? 0
    numbers = [before + 1]
  }
}
