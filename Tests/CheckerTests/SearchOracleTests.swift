// The general engine against brute force: random small histories of every model, every reduction
// on, and each of them off.

import Checker
import History
import Support
import Testing

/// Compares engine and oracle on one random history; a sentence with the picture if they differ.
private func difference<Sample: ModelSample>(
  _ sample: Sample, seed: UInt64, reductions: Reductions, tuning: Tuning = Tuning()
) -> Difference {
  var random = SeededGenerator(seed: seed)
  let shape = HistoryShape.small(&random)
  let calls = sample.history(shape, &random)
  let expected = isLinearizable(calls, model: sample.model)
  let result = search(calls, model: sample.model, reductions: reductions, tuning: tuning)
  let story = "\(sample) seed \(seed)\n\(picture(of: calls))"
  if shape.wrong == 0 && !expected { return .some("the simulation is not linearizable: \(story)") }
  guard (result.verdict == .linearizable) == expected else {
    return .some("search says \(result.verdict), brute force \(expected): \(story)")
  }
  if let order = result.order, !isLinearization(order, of: calls, model: sample.model) {
    return .some("no linearization: \(order) of \(story)")
  }
  if isCertified(seed), let lie = uncertified(result, calls, sample.model) {
    return .some("\(lie): \(story)")
  }
  return .none(result.verdict)
}

/// All verdicts of a long run are certified, of the suite one in eight.
private func isCertified(_ seed: UInt64) -> Bool { longRun != nil || seed % 8 == 0 }

/// What is wrong with the certificate of a verdict, by what shares no code with the search.
private func uncertified<M: Model>(
  _ result: SearchResult<M.State>, _ calls: [TimedCall<M.Data>], _ model: M
) -> String? {
  let claim: Certificate.Claim
  if let order = result.order {
    claim = .linearizable(order: order)
  } else {
    guard let full = smallestViolation(calls, model: model) else { return "nothing to show" }
    claim = .violation(full: full)
  }
  do throws(Misplacement) {
    let found = try confirmation(of: claim, about: calls, model: model)
    let expected: Certificate.Confirmation = result.order != nil ? .replayed : .bySecondEngine
    return found == expected ? nil : "not confirmed: \(claim)"
  } catch {
    return "refuted: \(claim), \(error.message)"
  }
}

/// What the engine and the oracle made of one history.
private enum Difference {
  case none(Verdict)
  case some(String)
}

/// How many histories per model: 2 000, or `SOLDOUT_LONG`.
private let histories = longRun ?? 2000

@Suite struct `Search against brute force` {
  @Test(arguments: modelSamples)
  func `search and brute force agree`(_ sample: any ModelSample) {
    var verdicts: [Verdict: Int] = [:]
    for seed in 0..<UInt64(histories) {
      switch difference(sample, seed: seed, reductions: .all, tuning: tuning(seed)) {
      case .some(let message):
        Issue.record("\(message)")
        return
      case .none(let verdict): verdicts[verdict, default: 0] += 1
      }
    }
    // Both verdicts must occur often, else the test shows nothing.
    #expect(verdicts[.linearizable, default: 0] > histories / 10)
    #expect(verdicts[.violation, default: 0] > histories / 50)
  }

  @Test(arguments: modelSamples, Reductions.named.map(\.name))
  func `no reduction changes a verdict`(_ sample: any ModelSample, without name: String) throws {
    let named = try #require(Reductions.named.first { $0.name == name })
    agree(sample, histories / 20, reductions: Reductions.all.subtracting(named.reduction))
  }

  @Test(arguments: modelSamples)
  func `the bare search agrees too`(_ sample: any ModelSample) {
    agree(sample, histories / 10, reductions: [])
  }

  private func agree(_ sample: any ModelSample, _ count: Int, reductions: Reductions) {
    for seed in 0..<UInt64(count) {
      let difference = difference(
        sample, seed: seed &+ 1 << 32, reductions: reductions, tuning: tuning(seed))
      if case .some(let message) = difference {
        Issue.record("\(message)")
        return
      }
    }
  }

  /// Tuning of one reply and more, some of which overflow at once: small histories, too, are
  /// to be cut.
  private func tuning(_ seed: UInt64) -> Tuning {
    Tuning(shortestStretch: Int(seed % 3), mostInStretch: seed % 5 == 0 ? 1 : 1000)
  }
}
