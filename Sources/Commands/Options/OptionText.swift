// Texts on the command line that stand for values, each kind with the one sentence that refuses it.

import ArgumentParser
import Drivers
import Explorer
package import Harness
import History

/// Reads what options are given, for ArgumentParser to hand on as values.
package enum OptionText {
  /// A time; `example` is how one is written.
  package static func time(
    _ option: String, such example: String = "500ms, 10s or 2m",
    atLeast least: Duration = .nanoseconds(1)
  ) -> @Sendable (String) throws -> Duration {
    { text in
      guard let duration = Duration(text: text), duration >= least else {
        throw CLIError("\(option) is a time such as \(example), not \(text)", .usage)
      }
      return duration
    }
  }

  package static func seed(_ text: String) throws -> Seed {
    guard let seed = Seed(text) else {
      throw CLIError("--seed is a hexadecimal number such as 7f3a, not \(text)", .usage)
    }
    return seed
  }

  /// A strategy of the catalogue, or one that the program has brought along.
  package static func strategy(_ name: String) throws -> any Strategy.Type {
    guard let strategy = Catalogue.strategy(named: name) else {
      throw noStrategy(name)
    }
    return strategy
  }

  /// Of several names between commas, those of the catalogue, in its order.
  static func strategies(_ list: String) throws -> [any Strategy.Type] {
    let names = list.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }
      .map { String($0.reversed().drop(while: \.isWhitespace).reversed()) }
    for name in names where !Catalogue.names.contains(name) { throw noStrategy(name) }
    return Catalogue.strategies.filter { names.contains($0.card.name) }
  }

  static func noStrategy(_ name: String) -> CLIError {
    CLIError("unknown strategy \(name)" + nearest(to: name, among: Catalogue.names), .usage)
  }

  static func family(_ word: String) throws -> StrategyCard.Family {
    guard let family = StrategyCard.Family.allCases.first(where: { $0.word == word }) else {
      throw CLIError(
        "unknown family \(word)" + nearest(to: word, among: StrategyCard.Family.words), .usage)
    }
    return family
  }

  static func share(_ option: String) -> @Sendable (String) throws -> Double {
    { text in
      guard let share = Workload.share(text) else {
        throw CLIError("\(option) is a share from 0% to 100%, not \(text)", .usage)
      }
      return share
    }
  }

  static func calls(_ text: String) throws -> [[ShopCall]] {
    guard let calls = CallScript.calls(text) else {
      throw CLIError(
        "--script is each client's calls between slashes, such as t,r/t, t3/p2, c7/c7 or o5x2/o5, with numbers "
          + "from 1 to 1000, not \(text)", .usage)
    }
    return calls
  }

  /// Refused in the token's own words.
  static func token(_ text: String) throws -> Token {
    do throws(TokenError) {
      return try Token(text)
    } catch {
      throw CLIError(error) ?? CLIError("\(error)", .usage)
    }
  }

  static func persistence(_ word: String) throws -> RedisOptions.Persistence {
    guard let kept = Workload.Exploration.persistence(word) else {
      throw CLIError("--persistence \(Workload.Exploration.persistenceRefusal(word))", .usage)
    }
    return kept
  }
}
