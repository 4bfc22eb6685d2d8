// Which operations of a counterexample are drawn. A picture of a hundred rows shows nothing, so of
// many only the last are drawn, where it breaks; the rest is counted by kind, never dropped.

import Checker
import History

/// The operations of a counterexample that a picture shows, and the others in a sentence.
struct DrawnOperations: Sendable {
  /// Positions in `History.operations`.
  private(set) var drawn: [Int]
  /// What is not drawn; nil if all is.
  private(set) var rest: String?

  /// Drawn at most.
  private static let most = 12

  /// What an operation is for in an argument: what was called, and what kind of answer came.
  private struct CallKind: Hashable {
    var function: String
    var answer: String

    init(_ operation: Operation) {
      function = operation.function
      answer =
        switch (operation.outcome, operation.output) {
        case (.ok, .int): "ok with a number"
        case (.ok, .bool(let flag)): "\(flag)"
        case (.ok, _) where OperationText.isSoldOut(operation): "sold out"
        case (.ok, _): "ok"
        case (.fail, _), (.info, _): OperationText.reply(operation)
        }
    }
  }

  /// Those that the sentences name are drawn before others.
  init(_ positions: [Int], naming named: Set<Int> = [], of history: History) {
    let positions = Set(positions).filter(history.operations.indices.contains).sorted()
    drawn = positions
    guard positions.count > Self.most else { return }
    func rank(_ position: Int) -> Int { history.operations[position].reply?.rank ?? .max }
    let shownFirst = positions.filter(named.contains).suffix(Self.most)
    let others = positions.filter { !named.contains($0) }
      .sorted { (rank($0), $0) < (rank($1), $1) }
    drawn = (shownFirst + others.suffix(Self.most - shownFirst.count)).sorted()
    var kinds: [CallKind: [Int]] = [:]
    for position in positions {
      kinds[CallKind(history.operations[position]), default: []].append(position)
    }
    let shown = Set(drawn)
    let left = kinds.compactMap { kind, members -> (first: Int, text: String)? in
      let hidden = members.filter { !shown.contains($0) }
      guard let first = hidden.first, let last = hidden.last else { return nil }
      let indices = [first, last].map { "#\(history.operations[$0].call.index)" }
      let range = first == last ? indices[0] : indices.joined(separator: " to ")
      return (first, "\(Units.count(hidden.count)) × \(kind.function) → \(kind.answer) (\(range))")
    }
    rest = left.sorted { $0.first < $1.first }.map(\.text).joined(separator: ", ")
  }
}
