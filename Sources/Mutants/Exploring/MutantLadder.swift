// Small configurations in which a mutant is looked for, smallest first: what its original is made
// for, and what its card says must go wrong, and no more, so that the original has nothing to fear
// from any of them.

package import Explorer
import Harness
import History

/// The configurations for one mutant.
package enum MutantLadder {
  /// One configuration, and how far it is walked.
  package struct Rung: Sendable {
    package var configuration: Configuration
    /// At most this many preemptions; nil: any number.
    package var preemptions: Int?

    /// Within a bound, an order left out might have stood for one that has fewer preemptions.
    package var search: Search {
      .exhaustive(reduces: preemptions == nil, preemptions: preemptions)
    }

    /// The same question about the mutant's original.
    fileprivate var ofOriginal: Rung {
      var rung = self
      if case .strategy(let type) = configuration.subject, let mutant = type as? any Mutant.Type {
        rung.configuration.subject = .strategy(mutant.flaw.original)
      }
      return rung
    }

    fileprivate func isAs(_ other: Rung) -> Bool {
      let (own, others) = (configuration, other.configuration)
      return own.name == others.name && own.script == others.script && own.stock == others.stock
        && own.faultBudget == others.faultBudget && own.lease == others.lease
        && preemptions == other.preemptions
    }
  }

  /// The same questions about the mutants' originals, each once: an original is held to all that any
  /// of its mutants there was meant to break.
  package static func ofOriginals(_ rungs: [Rung]) -> [Rung] {
    var originals: [Rung] = []
    for rung in rungs.map(\.ofOriginal) {
      if let place = originals.firstIndex(where: { $0.isAs(rung) }) {
        originals[place].configuration.guarantees.formUnion(rung.configuration.guarantees)
      } else {
        originals.append(rung)
      }
    }
    return originals
  }

  /// Within three clients of two calls each. Larger ones come later, with and without faults.
  package static func rungs(of mutant: any Mutant.Type) -> [Rung] {
    let original = mutant.flaw.original.card
    let scenarios = mutant.flaw.scenarios
    switch original.datatype {
    case .coupon: return coupons.compactMap { rung($0, of: mutant) }
    case .orders: return orders.compactMap { rung($0, of: mutant) }
    case .stock, .account: break
    }
    var rungs = plain(original)
    for scenario in scenarios { rungs += [("t/t", 2, scenario), ("t/t", 1, scenario)] }
    rungs += larger(original)
    for scenario in scenarios where scenario.faultBudget.delays == 0 {
      rungs.append(("t,t/t", 2, scenario))
    }
    rungs.append(("t,t/t,t", 3, FaultScenario()))
    return rungs.compactMap { rung($0, of: mutant) }
  }

  private static func rung(_ step: Step, of mutant: any Mutant.Type) -> Rung? {
    CallScript.calls(step.script).map { script in
      var configuration = Configuration(
        mutant, script: script, stock: step.stock, faultBudget: step.scenario.faultBudget)
      configuration.lease = step.scenario.lease
      return Rung(
        configuration: configuration,
        preemptions: bound(mutant.flaw.original.card, script, step.scenario))
    }
  }

  /// One order twice, two for the last unit, and both.
  private static let orders: [Step] = [
    ("o1/o1", 2, FaultScenario()), ("o1/o2", 1, FaultScenario()),
    ("o1/o1,o2", 1, FaultScenario()), ("o1,r/o1", 2, FaultScenario()),
    ("o1/o1/o2", 1, FaultScenario()), ("o1,o2/o2,o1", 1, FaultScenario()),
  ]

  /// One buyer twice, two for the last, and both.
  private static let coupons: [Step] = [
    ("c1/c1", 2, FaultScenario()), ("c1/c2", 1, FaultScenario()),
    ("c1/c1,c2", 1, FaultScenario()), ("c1,r/c1", 2, FaultScenario()),
    ("c1/c1/c2", 1, FaultScenario()), ("c1,c2/c2,c3", 2, FaultScenario()),
  ]

  /// Why it is not looked for; nil: it is. A clause such as "takes a partition, which …".
  package static func obstacle(to mutant: any Mutant.Type) -> String? {
    if let fault = mutant.flaw.faultBeyondReach {
      return "takes a \(fault), which no exploration can choose"
    }
    // Two at every two moments of some forty steps, on any two servers of five.
    if mutant.flaw.scenarios.contains(where: { $0.faultBudget.expiries > 1 }) {
      return "takes two servers that forget, and with two of five its original has more schedules "
        + "than can be walked"
    }
    return rungs(of: mutant).lazy.compactMap(\.configuration.unfitness).first
  }

  /// The most clients that any of them has.
  package static let mostClients = 3

  private typealias Step = (script: String, stock: Int, scenario: FaultScenario)

  private static func plain(_ original: StrategyCard) -> [Step] {
    let none = FaultScenario()
    // Refused, then restocked: what a refusal leaves behind shows. One client alone, since not
    // every original bears restocks beside other calls.
    var rungs: [Step] = [("t/t", 1, none), ("t/t", 2, none), ("t,p1", 0, none)]
    if original.supports.contains(.severalUnits) {
      rungs += [("t2/t2", 3, none), ("t2/t", 2, none)]
    }
    if original.supports.contains(.restocks) { rungs += [("t/p1", 1, none)] }
    return rungs
  }

  private static func larger(_ original: StrategyCard) -> [Step] {
    let none = FaultScenario()
    var rungs: [Step] = [("t,r/t", 2, none), ("t,t/t", 2, none)]
    if original.supports.contains(.severalUnits) { rungs += [("t2,r/t", 3, none)] }
    if original.supports.contains(.restocks) {
      rungs += [("t,t/p1", 1, none), ("t,r/p2", 1, none)]
    }
    return rungs + [("t/t/t", 2, none)]
  }

  /// Where a second preemption shows nothing more and trees are too large, one is the most: of who
  /// tries again while others stand still, of a failover, of who asks five servers, one after the
  /// other and twice, as soon as more than two units are wanted or anything goes wrong.
  private static func bound(
    _ original: StrategyCard, _ script: [[ShopCall]], _ scenario: FaultScenario
  ) -> Int? {
    if scenario == .retries || scenario.faultBudget.failovers > 0 { return 1 }
    guard original.needs.contains(.fiveRedis) else { return nil }
    let isSmall = scenario.faultBudget.isNone && script == [[.take(1)], [.take(1)]]
    return isSmall ? nil : 1
  }
}
