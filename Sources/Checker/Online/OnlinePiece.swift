// A piece of a history that is judged by itself, while the next is read.

internal import History

/// Operations of several objects up to a moment, with the state that each object was in before.
public struct OnlinePiece: Sendable {
  struct Part: Sendable {
    let object: Int
    let key: Value?
    let state: Value
    let horizon: Int
    var operations: [Operation] = []
  }

  /// What a piece came to.
  public struct Judged: Sendable {
    struct Advance: Sendable {
      var state: Value
      var left: [Operation]
      var effort: Judgement.Effort
    }

    var advances: [Int: Advance] = [:]
  }

  let model: ModelEntry
  let width: Int
  var parts: [Part] = []

  /// Brings every object of the piece forward.
  ///
  /// The budget is for the piece; of its configurations and bytes no object takes more than what its
  /// operations should.
  ///
  /// - Throws: `Unproven` where one can't be.
  public func judged(_ budget: Budget) async throws(Unproven) -> Judged {
    let results = await withTaskGroup(
      of: (Int, Result<Judged.Advance, Unproven>).self,
      returning: [(Int, Result<Judged.Advance, Unproven>)].self
    ) { group in
      var results: [(Int, Result<Judged.Advance, Unproven>)] = []
      var waiting = parts.sorted { $0.operations.count > $1.operations.count }.makeIterator()
      for _ in 0..<max(1, width) {
        if let next = waiting.next() { group.addTask { (next.object, advance(next, budget)) } }
      }
      while let result = await group.next() {
        results.append(result)
        if let next = waiting.next() { group.addTask { (next.object, advance(next, budget)) } }
      }
      return results
    }
    var judged = Judged()
    for (object, result) in results { judged.advances[object] = try result.get() }
    return judged
  }

  private func advance(_ part: Part, _ budget: Budget) -> Result<Judged.Advance, Unproven> {
    var budget = budget
    budget.configurations = min(budget.configurations, 10_000 + 20 * part.operations.count)
    if budget.bytes < .max { budget.bytes /= max(1, width) }
    let history = History(operations: part.operations)
    let partition = ModelEntry.Partition(
      key: part.key, operations: Array(part.operations.indices), initial: part.state)
    do throws(Undecodable) {
      guard
        let found = try model.advance(partition, of: history, upTo: part.horizon, budget)
      else { return .failure(Unproven(reason: "no order of a piece was found")) }
      return .success(
        Judged.Advance(
          state: found.initial, left: found.left.map { part.operations[$0] },
          effort: found.effort))
    } catch {
      return .failure(Unproven(reason: error.message))
    }
  }
}
