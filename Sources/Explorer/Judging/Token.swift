// A replay token: one word that carries a schedule and everything it was a schedule of. It is meant
// to be pasted into an issue, so it stays readable and free of what a shell would interpret:
// `redis-get-set:t/t:stock=2:redis-7.0.15:1GET,2GET,1SET,2SET`.

public import Drivers
public import Harness
import History

/// A schedule to be repeated.
public struct Token: Sendable, Hashable {
  /// One step: the choice, and the verb that is expected.
  public struct Step: Sendable, Hashable {
    public var transition: NamedTransition
    public var verb: String
  }

  public var strategy: String
  /// The clients' calls, as `CallScript.text(of:)` writes them.
  public var script: String
  public var stock: Int
  public var faultBudget: FaultBudget
  /// What Redis keeps when it is killed.
  public var persistence = RedisOptions.Persistence.none
  /// How long leases last, written in ms; nil: as each lock has it.
  public var lease: Duration?
  /// The servers' versions, by name.
  public var versions: [String: String]
  public var steps: [Step]

  public init(_ schedule: Schedule, of configuration: Configuration, versions: [String: String]) {
    strategy = configuration.name
    script = CallScript.text(of: configuration.script)
    stock = configuration.stock
    faultBudget = configuration.faultBudget
    persistence = configuration.persistence
    lease = configuration.lease
    self.versions = versions
    steps = zip(schedule.named, schedule.steps).map { Step(transition: $0, verb: $1.verb) }
  }

  public var transitions: [NamedTransition] { steps.map(\.transition) }

  /// Of a setting: a lease of a day, in ms.
  private static let largest = 86_400_000

  /// The first step, from 1, whose command is another one than the token's, or which is missing on
  /// one side; nil if a repetition did the same.
  public func firstDifference(from schedule: Schedule) -> Int? {
    let verbs = schedule.steps.map(\.verb)
    let expected = steps.map(\.verb)
    if let place = zip(verbs, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset {
      return place + 1
    }
    if case .diverged(let step)? = schedule.abortReason { return step }
    return verbs.count == expected.count ? nil : min(verbs.count, expected.count) + 1
  }
}

extension Token {
  /// What the token's schedule was a schedule of; throws if its strategy isn't there.
  public func configuration(
    among strategies: [any Strategy.Type]
  ) throws(TokenError) -> Configuration {
    guard let type = strategies.first(where: { $0.card.name == strategy }) else {
      throw TokenError("unknown strategy \(strategy)")
    }
    return try configuration(of: .strategy(type))
  }

  /// The same, of something that is known to be meant.
  public func configuration(of subject: Configuration.Subject) throws(TokenError) -> Configuration {
    guard let script = CallScript.calls(script) else { throw TokenError("no calls") }
    let datatype = subject.card.datatype
    guard script.joined().allSatisfy({ $0.fits(datatype) }) else {
      throw TokenError(
        "the token's calls are not of \(datatype.calls.joined(separator: " and ")), as \(strategy)'s are"
      )
    }
    var configuration = Configuration(
      subject, script: script, stock: stock, faultBudget: faultBudget)
    configuration.persistence = persistence
    configuration.lease = lease
    return configuration
  }
}

extension Token: CustomStringConvertible {
  public var description: String {
    let settings =
      ["stock=\(stock)"] + faultBudget.settings
      + (persistence == .none ? [] : ["persistence=\(persistence.word)"])
      + (lease.map { ["lease=\($0.inMilliseconds)"] } ?? [])
    let versions = versions.sorted { $0.key < $1.key }.map { "\($0.key)-\($0.value)" }
    return [
      strategy, script, settings.joined(separator: ","), versions.joined(separator: ","),
      steps.map(\.description).joined(separator: ","),
    ].joined(separator: ":")
  }

  /// Reads a token; throws a sentence about what is wrong with it.
  public init(_ text: String) throws(TokenError) {
    let parts = text.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
      .map(String.init)
    guard parts.count == 5 else {
      throw TokenError("a token has five parts between colons, not \(parts.count)")
    }
    strategy = parts[0]
    script = parts[1]
    guard CallScript.calls(script) != nil else {
      throw TokenError("the second part is the clients' calls, such as t/t, not \(script)")
    }
    stock = -1
    faultBudget = FaultBudget()
    for setting in parts[2].split(separator: ",") {
      let pair = setting.split(separator: "=").map(String.init)
      if pair.count == 2, pair[0] == "persistence" {
        guard let kept = Workload.Exploration.persistence(pair[1]) else {
          throw TokenError("persistence \(Workload.Exploration.persistenceRefusal(pair[1]))")
        }
        persistence = kept
        continue
      }
      guard pair.count == 2, let number = Int(pair[1]), (0...Self.largest).contains(number) else {
        throw TokenError("\(setting) is not a setting; one looks like stock=2")
      }
      if pair[0] == "stock" {
        stock = number
      } else if pair[0] == "lease" {
        lease = .milliseconds(number)
      } else if let kind = FaultBudget.kinds.first(where: { $0.name == pair[0] }) {
        faultBudget[keyPath: kind.count] = number
      } else {
        throw TokenError("unknown setting \(pair[0])")
      }
    }
    guard stock >= 0 else { throw TokenError("the third part says how many are in stock") }
    versions = [:]
    for version in parts[3].split(separator: ",") {
      let pair = version.split(separator: "-", maxSplits: 1).map(String.init)
      guard pair.count == 2 else {
        throw TokenError("\(version) is not a version; one looks like redis-7.0.15")
      }
      versions[pair[0]] = pair[1]
    }
    steps = []
    for step in parts[4].split(separator: ",") {
      guard let step = Step(String(step)) else {
        throw TokenError("\(step) is not a step; one looks like 1GET")
      }
      steps.append(step)
    }
  }
}

/// What is wrong with a token.
public struct TokenError: Error, Sendable, CustomStringConvertible {
  public var description: String

  init(_ description: String) {
    self.description = description
  }
}

extension Token.Step: CustomStringConvertible {
  public var description: String { transition.text(verb: verb) }

  init?(_ text: String) {
    guard let read = NamedTransition.read(text), !read.verb.isEmpty else { return nil }
    self.init(transition: read.transition, verb: read.verb)
  }
}
