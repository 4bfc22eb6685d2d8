// Small configurations in which a mutant is looked for, smallest first: what its original is made
// for, and no more, so that the original has nothing to fear from any of them.

public import Harness
import History

/// The configurations for one mutant.
public enum MutantLadder {
  /// Within three clients of two calls each.
  public static func configurations(of mutant: any Mutant.Type) -> [Configuration] {
    let original = mutant.flaw.original.card
    let none = Allowance()
    var losses = Allowance()
    losses.losses = 1
    var rungs: [(script: String, stock: Int, allowance: Allowance)] = [
      ("t/t", 1, none), ("t/t", 2, none),
      // Refused, then restocked: what a refusal leaves behind shows. One client alone, since not
      // every original bears restocks beside other calls.
      ("t,p1", 0, none),
    ]
    if original.bears.contains(.severalUnits) {
      rungs += [("t2/t2", 3, none), ("t2/t", 2, none)]
    }
    if original.bears.contains(.restocks) { rungs += [("t/p1", 1, none)] }
    rungs += [("t/t", 2, losses), ("t/t", 1, losses), ("t,r/t", 2, none), ("t,t/t", 2, none)]
    if original.bears.contains(.severalUnits) { rungs += [("t2,r/t", 3, none)] }
    if original.bears.contains(.restocks) { rungs += [("t,t/p1", 1, none), ("t,r/p2", 1, none)] }
    rungs += [("t/t/t", 2, none), ("t,t/t", 2, losses), ("t,t/t,t", 3, none)]
    return rungs.compactMap { rung in
      CallScript.calls(rung.script).map {
        Configuration(mutant, script: $0, stock: rung.stock, allowance: rung.allowance)
      }
    }
  }

  /// The most clients that any of them has.
  public static let mostClients = 3

  /// The same question about the original; of what is no mutant, the same.
  public static func original(of configuration: Configuration) -> Configuration {
    var other = configuration
    if let mutant = configuration.strategy as? any Mutant.Type {
      other.strategy = mutant.flaw.original
    }
    return other
  }
}
